//! What pages do in the browser only: focus, keys, and looking again every few seconds.

use std::time::Duration;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Calls `task` again and again while the page is in front, until its owner goes away.
pub fn every(period: Duration, task: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        let task = task.clone();
        let look = move || {
            if !document().hidden() {
                task();
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, period) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// Calls `press` with the key of each plain press outside of fields, until its owner goes away.
/// If it answers `true`, the browser does nothing more with the press.
pub fn on_key(press: impl Fn(&str) -> bool + Clone + 'static) {
    Effect::new(move |_| {
        let press = press.clone();
        let listener = window_event_listener(ev::keydown, move |event| {
            if is_plain(&event) && press(&event.key().to_lowercase()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn is_plain(event: &KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    !(modified || event.repeat() || event.is_composing() || event.default_prevented())
        && takes_keys(active().as_ref())
}

/// Only while focus is in the content or nowhere, and not where text is typed.
fn takes_keys(focus: Option<&Element>) -> bool {
    focus.is_none_or(|element| {
        let found = |selector| element.closest(selector).ok().flatten().is_some();
        let nowhere = element.tag_name().eq_ignore_ascii_case("body");
        nowhere || (found("main") && !found("input, textarea, select, [contenteditable], dialog"))
    })
}

pub fn active() -> Option<Element> {
    document().active_element()
}

pub fn focus(element: Element) -> bool {
    element.dyn_into::<HtmlElement>().is_ok_and(|element| element.focus().is_ok())
}

/// Moves focus by `by` among the elements that match, starting before the first one.
pub fn move_focus(selector: &str, by: i32) {
    let Ok(found) = document().query_selector_all(selector) else { return };
    let all: Vec<Element> =
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect();
    let here = active().and_then(|active| all.iter().position(|one| *one == active));
    let last = all.len().saturating_sub(1);
    let next = match here {
        Some(at) => at.saturating_add_signed(by as isize).min(last),
        None => 0,
    };
    if let Some(element) = all.into_iter().nth(next) {
        focus(element);
    }
}

/// Moves focus to the heading whenever the path changes, as soon as the page of that path is there.
pub fn focus_heading_on_navigation(path: Memo<String>) {
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        if before.is_some_and(|before| before != here) {
            seek_heading(heading(), 20);
        }
        here
    });
}

fn heading() -> Option<Element> {
    document().query_selector("main h1").ok().flatten()
}

/// The page that is left stays until the other one is loaded: waits for another heading, then gives up
/// and takes the one that is there.
fn seek_heading(old: Option<Element>, tries: u32) {
    let look = move || match heading() {
        Some(found) if tries == 0 || Some(&found) != old.as_ref() => {
            focus(found);
        }
        _ if tries > 0 => seek_heading(old, tries - 1),
        _ => {}
    };
    set_timeout(look, Duration::from_millis(50));
}
