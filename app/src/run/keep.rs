//! Keeps a control and the document on the desk in step, without losing what was typed before the page came alive.

use leptos::{
    html::{Input, Select},
    prelude::*,
};

#[cfg(not(feature = "hydrate"))]
pub fn input(_: NodeRef<Input>, _: Signal<String>, _: Callback<String>) {}

#[cfg(not(feature = "hydrate"))]
pub fn select(_: NodeRef<Select>, _: Signal<String>, _: Callback<String>) {}

/// Shows `value` in a text field.
#[cfg(feature = "hydrate")]
pub fn input(node: NodeRef<Input>, value: Signal<String>, on_edit: Callback<String>) {
    let step = in_step(value, on_edit);
    Effect::new(move |alive: Option<bool>| {
        let (wanted, element) = (value.get(), node.get());
        let Some(element) = element else { return false };
        step(element.value(), wanted, alive == Some(true)).inspect(|text| element.set_value(text));
        true
    });
}

/// Shows `value` in a list of choices.
#[cfg(feature = "hydrate")]
pub fn select(node: NodeRef<Select>, value: Signal<String>, on_edit: Callback<String>) {
    let step = in_step(value, on_edit);
    Effect::new(move |alive: Option<bool>| {
        let (wanted, element) = (value.get(), node.get());
        let Some(element) = element else { return false };
        step(element.value(), wanted, alive == Some(true)).inspect(|text| element.set_value(text));
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
