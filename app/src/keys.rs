//! Single keys: heard outside of fields only, never from a key that is held down, not right after the page changed
//! under the hand, and not at all where a person switched them off.

use std::cell::Cell;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::device;

/// Keys pressed sooner than this after something changed were meant for what was there before.
const GUARD_MS: f64 = 300.0;
/// The time between the two keys of `g i`.
const CHORD_MS: f64 = 1_500.0;

thread_local! {
    /// When something changed last.
    static CHANGED: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
    /// The press before this one and this one: when, and if it was `g`.
    static PRESSED: Cell<[(f64, bool); 2]> = const { Cell::new([(f64::NEG_INFINITY, false); 2]) };
}

/// What is on the screen changed: keys pressed at this moment were meant for something else.
pub fn guard() {
    CHANGED.set(js_sys::Date::now());
}

/// Calls `press` with the name of each single key in lower case, or of two as `g i`, until its owner goes away. If it
/// answers `true`, nobody else does anything with it.
pub fn on_key(press: impl Fn(&str) -> bool + Clone + 'static) {
    Effect::new(move |_| {
        let press = press.clone();
        let listener = window_event_listener(ev::keydown, move |event| {
            if single(&event).is_some_and(|key| press(&key)) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn single(event: &KeyboardEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let early = js_sys::Date::now() - CHANGED.get() < GUARD_MS;
    let out = modified || early || event.repeat() || event.is_composing();
    if out || event.default_prevented() || !takes_keys(active().as_ref()) {
        return None;
    }
    let key = event.key().to_lowercase();
    // `?` shows the list also where keys are off: it is where they are switched on again.
    if key != "?" && device::keys_are_off() {
        return None;
    }
    Some(chord(event.time_stamp(), key))
}

/// All who listen hear the same of one press.
fn chord(at: f64, key: String) -> String {
    let [_, last] = PRESSED.get();
    if last.0 != at {
        PRESSED.set([last, (at, key == "g")]);
    }
    let [(before, was_g), _] = PRESSED.get();
    if was_g && at - before < CHORD_MS { format!("g {key}") } else { key }
}

/// Only while focus is in the content or nowhere, and not where text is typed.
fn takes_keys(focus: Option<&Element>) -> bool {
    focus.is_none_or(|element| {
        let found = |selector| element.closest(selector).ok().flatten().is_some();
        let nowhere = element.tag_name().eq_ignore_ascii_case("body");
        nowhere || (found("main") && !found("input, textarea, select, [contenteditable], dialog"))
    })
}

/// What has focus.
#[must_use]
pub fn active() -> Option<Element> {
    document().active_element()
}

/// The element, if it is there.
#[must_use]
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Presses a button or follows a link; `false` if it isn't there.
pub fn click(selector: &str) -> bool {
    let found = find(selector);
    found.as_ref().is_some_and(|element| {
        element.click();
        true
    })
}

/// Moves focus, and the view with it.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

/// Moves focus by `by` among the elements that match, starting before the first one.
pub fn move_focus(selector: &str, by: i32) {
    let Ok(found) = document().query_selector_all(selector) else { return };
    let all: Vec<HtmlElement> =
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect();
    let is_active = |one: &HtmlElement| active().is_some_and(|active| active == **one);
    let last = all.len().saturating_sub(1);
    let next = match all.iter().position(is_active) {
        Some(at) => at.saturating_add_signed(by as isize).min(last),
        None => 0,
    };
    if let Some(element) = all.get(next) {
        let _ = element.focus();
    }
}
