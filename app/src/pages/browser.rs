//! What pages do in the browser only: focus, keys, and looking again every few seconds.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

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

/// Says when a finger or a pen comes down on the page, until the owner goes away: other than a pointer that hovers, it
/// isn't there before it presses something.
pub fn on_touch(touched: RwSignal<bool>) {
    let listener = window_event_listener(leptos::ev::pointerdown, move |event| {
        if event.pointer_type() != "mouse" {
            touched.set(true);
        }
    });
    on_cleanup(move || listener.remove());
}

thread_local! {
    /// What takes focus on the next page, in place of its heading.
    static WANTED: std::cell::Cell<Option<&'static str>> = const { std::cell::Cell::new(None) };
}

/// The next page that is gone to starts with focus here, if it has that.
pub fn focus_next(selector: &'static str) {
    WANTED.set(Some(selector));
}

fn wanted() -> Option<Element> {
    document().query_selector(WANTED.take()?).ok().flatten()
}

/// Moves focus to the heading whenever the path changes, as soon as the page of that path is there.
pub fn focus_heading_on_navigation(path: Memo<String>) {
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        if before.is_some_and(|before| before != here) {
            seek_heading(said(heading()), LOOKS);
        }
        here
    });
}

fn focus(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        let _ = element.focus();
    }
}

fn heading() -> Option<Element> {
    document().query_selector("main h1").ok().flatten()
}

/// A slow line is waited for so long, in looks.
const LOOKS: u32 = 200;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// The page that is left stays until the other one is loaded: waits for another heading, or other words in it.
fn seek_heading(old: Option<(Element, Option<String>)>, looks: u32) {
    let look = move || {
        let new = heading().filter(|found| old != said(Some(found.clone())));
        match new {
            Some(found) => focus(wanted().unwrap_or(found)),
            None if looks > 0 => seek_heading(old, looks - 1),
            None => {}
        }
    };
    set_timeout(look, BETWEEN_LOOKS);
}

fn said(heading: Option<Element>) -> Option<(Element, Option<String>)> {
    heading.map(|heading| (heading.clone(), heading.text_content()))
}
