//! Generic parts in a real browser: what they do once they are alive.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "clippy does not see that these functions are tests")]

use app::components::{HiddenCharText, SafeTextarea, TimeAgo};
use chrono::{DateTime, Utc};
use leptos::{
    mount::{hydrate_from, mount_to},
    prelude::*,
    task::tick,
    web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const HOSTILE: &str = "</textarea><b>not bold</b>\n\"text\"";

#[wasm_bindgen_test]
async fn a_textarea_shows_text_as_it_is_and_follows_its_signal() {
    let place = place();
    let value = RwSignal::new(HOSTILE.to_owned());
    let mounted =
        mount_to(place.clone(), move || view! { <SafeTextarea id="a" name="a" value=value /> });
    tick().await;

    assert_eq!(textarea(&place).value(), HOSTILE);
    assert!(place.query_selector("b").unwrap().is_none());

    value.set("other".to_owned());
    tick().await;

    assert_eq!(textarea(&place).value(), "other");
    drop(mounted);
}

#[wasm_bindgen_test]
async fn a_textarea_reports_what_is_typed() {
    let place = place();
    let value = RwSignal::new("one".to_owned());
    let mounted = mount_to(place.clone(), move || {
        view! { <SafeTextarea id="b" name="b" value=value on_edit=move |text| value.set(text) /> }
    });
    tick().await;

    let area = textarea(&place);
    area.set_value("one two");
    area.dispatch_event(&Event::new("input").unwrap()).unwrap();
    tick().await;

    assert_eq!(value.get_untracked(), "one two");
    assert_eq!(area.value(), "one two");
    drop(mounted);
}

#[wasm_bindgen_test]
async fn what_was_typed_before_the_page_came_alive_is_kept() {
    let place = place();
    place.set_inner_html(
        "<textarea class=\"input\" id=\"c\" name=\"c\">\nfrom the server</textarea>",
    );
    textarea(&place).set_value("typed early");
    let value = RwSignal::new("from the server".to_owned());

    let mounted = hydrate_from(place.clone(), move || {
        view! { <SafeTextarea id="c" name="c" value=value on_edit=move |text| value.set(text) /> }
    });
    tick().await;

    assert_eq!(textarea(&place).value(), "typed early");
    assert_eq!(value.get_untracked(), "typed early");
    drop(mounted);
}

#[wasm_bindgen_test]
async fn a_relative_time_follows_the_clock() {
    let place = place();
    let now = RwSignal::new(at("2026-03-03T12:00:30Z"));
    let asked = at("2026-03-03T12:00:00Z");
    let mounted = mount_to(place.clone(), move || view! { <TimeAgo at=asked now /> });
    tick().await;
    assert_eq!(place.text_content().unwrap(), "just now");

    now.set(at("2026-03-03T12:04:00Z"));
    tick().await;

    assert_eq!(place.text_content().unwrap(), "4 min ago");
    let time = place.query_selector("time").unwrap().unwrap();
    assert_eq!(time.get_attribute("title").unwrap(), "2026-03-03 12:00:00 UTC");
    drop(mounted);
}

#[wasm_bindgen_test]
async fn text_that_hides_something_shows_it() {
    let place = place();
    let text = "pay \u{202e}0001<i>x</i>";
    let mounted = mount_to(place.clone(), move || view! { <HiddenCharText text /> });
    tick().await;

    let shown = place.text_content().unwrap();
    assert!(shown.contains("U+202E") && shown.contains("<i>x</i>"), "{shown}");
    assert!(!shown.contains('\u{202e}'), "{shown}");
    drop(mounted);
}

/// An empty element in the document, its own for each test.
fn place() -> HtmlElement {
    let element: Element = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&element).unwrap();
    element.unchecked_into()
}

fn textarea(place: &HtmlElement) -> HtmlTextAreaElement {
    place.query_selector("textarea").unwrap().unwrap().unchecked_into()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
