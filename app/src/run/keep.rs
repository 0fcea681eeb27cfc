//! Keeps a control and the document on the desk in step, without losing what was typed before the page came alive.

#[cfg(feature = "hydrate")]
use leptos::{html::ElementType, wasm_bindgen::JsCast};
use leptos::{
    html::{Input, Select},
    prelude::*,
};
#[cfg(feature = "hydrate")]
use web_sys::{HtmlInputElement, HtmlSelectElement};

#[cfg(not(feature = "hydrate"))]
pub fn input(_: NodeRef<Input>, _: Signal<String>, _: Callback<String>) {}

#[cfg(not(feature = "hydrate"))]
pub fn select(_: NodeRef<Select>, _: Signal<String>, _: Callback<String>) {}

/// Shows `value` in a text field.
#[cfg(feature = "hydrate")]
pub fn input(node: NodeRef<Input>, value: Signal<String>, on_edit: Callback<String>) {
    keep(node, value, on_edit, HtmlInputElement::value, HtmlInputElement::set_value);
}

/// Shows `value` in a list of choices.
#[cfg(feature = "hydrate")]
pub fn select(node: NodeRef<Select>, value: Signal<String>, on_edit: Callback<String>) {
    keep(node, value, on_edit, HtmlSelectElement::value, HtmlSelectElement::set_value);
}

#[cfg(feature = "hydrate")]
fn keep<E>(
    node: NodeRef<E>,
    value: Signal<String>,
    on_edit: Callback<String>,
    text_of: fn(&E::Output) -> String,
    show: fn(&E::Output, &str),
) where
    E: ElementType,
    E::Output: JsCast + Clone + 'static,
{
    let step = in_step(value, on_edit);
    Effect::new(move |alive: Option<bool>| {
        let (wanted, element) = (value.get(), node.get());
        let Some(element) = element else { return false };
        step(text_of(&element), wanted, alive == Some(true)).inspect(|text| show(&element, text));
        true
    });
}

/// What to put into a control that shows one text where another is wanted. What it shows at the start, if that isn't what
/// it was made with, was typed, and is reported.
#[cfg(feature = "hydrate")]
fn in_step(
    value: Signal<String>,
    on_edit: Callback<String>,
) -> impl Fn(String, String, bool) -> Option<String> {
    // A draft that is taken up from the device may change the value before the control is alive.
    let first = value.get_untracked();
    move |shown, wanted, alive| {
        if !alive && shown != first {
            on_edit.run(shown);
            None
        } else {
            (shown != wanted).then_some(wanted)
        }
    }
}
