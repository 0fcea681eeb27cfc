//! Single keys of the card: `a` approve, `d` reject, `e` edit. Only in the browser.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Keys pressed sooner than this after the card changed were meant for something else.
const GUARD_MS: f64 = 300.0;

/// Listens until the owner is gone. `shown` is when the card was put on the screen.
pub fn listen(shown: StoredValue<f64>) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let early = js_sys::Date::now() - shown.get_value() < GUARD_MS;
        if early || event.repeat() || event.default_prevented() || with_modifier(&event) {
            return;
        }
        if in_a_field(&event) {
            return;
        }
        match event.key().to_ascii_lowercase().as_str() {
            "a" => click("#approve"),
            "d" => open_reject(),
            "e" => open_editor(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn with_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}

fn in_a_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.is_content_editable()
    })
}

/// The element, if it is there.
fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Presses a button.
pub fn click(selector: &str) {
    if let Some(button) = find(selector) {
        button.click();
    }
}

/// Moves focus, and the view with it.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

fn open_reject() {
    if let Some(details) = find("#reject") {
        let _ = details.set_attribute("open", "");
        focus("#reason");
    }
}

/// Opens the editor and goes to its first control.
pub fn open_editor() {
    if let Some(details) = find("#edit") {
        let _ = details.set_attribute("open", "");
        details.scroll_into_view();
        focus("#edit :is(input:not([type=hidden]), select, textarea)");
    }
}
