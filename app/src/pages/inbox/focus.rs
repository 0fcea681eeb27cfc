//! Keys of the list, and where focus is when its rows are others.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    api::{page::Page, runs::InboxItem},
    keys::{active, click, find, move_focus, on_key},
    pages::browser::focus_next,
};

const ROWS: &str = "a[data-ticket]";
const FOCUSED: &str = "a[data-ticket]:focus";

/// Listens as long as the list is there. `in_rows` says if focus is in the list, `show` shows what is held back.
pub fn listen(in_rows: impl Fn() -> bool + Clone + 'static, show: impl Fn() + Clone + 'static) {
    on_key(move |key| {
        match key {
            "j" => move_focus(ROWS, 1),
            "k" => move_focus(ROWS, -1),
            // Arrows scroll the page as long as no row has focus.
            "arrowdown" if in_rows() => move_focus(ROWS, 1),
            "arrowup" if in_rows() => move_focus(ROWS, -1),
            "o" => return click(FOCUSED),
            "a" if find(FOCUSED).is_some() => {
                focus_next("#approve");
                return click(FOCUSED);
            }
            "r" => show(),
            "u" | "escape" if in_rows() => {
                if let Some(row) = find(FOCUSED) {
                    let _ = row.blur();
                }
            }
            _ => return false,
        }
        true
    });
}

/// Another list is about to be shown: focus stays on the ticket that has it, or goes to the row in its place.
pub fn keep(next: &Page<InboxItem>) {
    let Some(ticket) = active().and_then(|row| row.get_attribute("data-ticket")) else { return };
    let rows = document().query_selector_all(ROWS);
    let place = rows.ok().and_then(|rows| {
        (0..rows.length()).find(|at| {
            let row = rows.item(*at).and_then(|row| row.dyn_into::<HtmlElement>().ok());
            row.is_some_and(|row| row.get_attribute("data-ticket").as_deref() == Some(&ticket))
        })
    });
    let last = next.items.len().saturating_sub(1);
    let place = place.unwrap_or(0).min(last as u32);
    let stays = next.items.iter().any(|item| item.ticket.to_string() == ticket);
    request_animation_frame(move || {
        let row = if stays { find(&format!("a[data-ticket='{ticket}']")) } else { nth(place) };
        if let Some(row) = row {
            let _ = row.focus();
        }
    });
}

fn nth(place: u32) -> Option<HtmlElement> {
    document().query_selector_all(ROWS).ok()?.item(place)?.dyn_into().ok()
}
