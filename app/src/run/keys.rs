//! Single keys of the card. Only in the browser.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Desk;
use crate::keys::{click, find, focus, move_focus, on_key};

/// Where `j` and `k` go.
const SECTIONS: &str = "main :is(h1, summary:not(.button, .menu *), #actions)";

/// Listens until the owner is gone.
pub fn listen(desk: Desk) {
    // For which ticket the end of the deed was shown.
    let read = StoredValue::new(None);
    on_key(move |key| {
        match key {
            "a" => return approve(desk, read),
            "d" => open_reject(),
            "e" => open_editor(),
            "j" => move_focus(SECTIONS, 1),
            "k" => move_focus(SECTIONS, -1),
            "." => fold_all(),
            "n" => desk.next.run(()),
            "r" => desk.look_again(),
            "u" | "escape" => return click("main .back"),
            "v" => return click("#edit .tab:not([aria-current])"),
            _ => return false,
        }
        true
    });
}

/// Nobody approves what they can't have seen: if the end of the deed is below the screen, the first press goes there.
fn approve(desk: Desk, read: StoredValue<Option<domain::id::TicketId>>) -> bool {
    let open = desk.view.with_untracked(|view| Some(view.ticket.as_ref()?.ticket.id));
    let end = find("main .deed-list").and_then(|deed| edge(&deed, "bottom"));
    let bar = find("#actions").and_then(|bar| edge(&bar, "top"));
    let hidden = end.zip(bar).is_some_and(|(end, bar)| end > bar + 1.0);
    if hidden && read.get_value() != open {
        read.set_value(open);
        if let Some(deed) = find("main .deed-list > :last-child") {
            deed.scroll_into_view_with_bool(false);
        }
        desk.hint.set(true);
        return true;
    }
    desk.hint.set(false);
    click("#approve")
}

/// Where an edge of the element is on the screen.
fn edge(element: &web_sys::HtmlElement, side: &str) -> Option<f64> {
    let measure = js_sys::Reflect::get(element, &"getBoundingClientRect".into()).ok()?;
    let place = measure.dyn_into::<js_sys::Function>().ok()?.call0(element).ok()?;
    js_sys::Reflect::get(&place, &side.into()).ok()?.as_f64()
}

/// Opens all parts of the ticket, or closes them if none is closed.
fn fold_all() {
    const CLOSED: &str = "main .disclosure:not([open])";
    let opens = find(CLOSED).is_some();
    while let Some(part) = find(if opens { CLOSED } else { "main .disclosure[open]" }) {
        let _ = if opens { part.set_attribute("open", "") } else { part.remove_attribute("open") };
    }
}

/// Opens a disclosure.
pub fn unfold(selector: &str) {
    if let Some(details) = find(selector) {
        let _ = details.set_attribute("open", "");
    }
}

fn open_reject() {
    unfold("#reject");
    focus("#reason");
}

/// Opens the editor and goes to its first control.
pub fn open_editor() {
    if let Some(details) = find("#edit") {
        unfold("#edit");
        details.scroll_into_view();
        focus("#edit :is(input:not([type=hidden]), select, textarea)");
    }
}
