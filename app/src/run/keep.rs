//! Keeps a control and the document on the desk in step, without losing what was typed before the page came alive.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
pub fn input(_: NodeRef<leptos::html::Input>, _: Signal<String>, _: Callback<String>) {}

#[cfg(not(feature = "hydrate"))]
pub fn select(_: NodeRef<leptos::html::Select>, _: Signal<String>, _: Callback<String>) {}

/// Shows `value` in a text field. What it shows at the start, if that differs, was typed and is reported.
#[cfg(feature = "hydrate")]
pub fn input(node: NodeRef<leptos::html::Input>, value: Signal<String>, on_edit: Callback<String>) {
    Effect::new(move |alive: Option<bool>| {
        let wanted = value.get();
        let Some(element) = node.get() else { return false };
        let shown = element.value();
        if shown != wanted {
            if alive == Some(true) {
                element.set_value(&wanted);
            } else {
                on_edit.run(shown);
            }
        }
        true
    });
}

/// Shows `value` in a list of choices. What it shows at the start, if that differs, was chosen and is reported.
#[cfg(feature = "hydrate")]
pub fn select(
    node: NodeRef<leptos::html::Select>,
    value: Signal<String>,
    on_edit: Callback<String>,
) {
    Effect::new(move |alive: Option<bool>| {
        let wanted = value.get();
        let Some(element) = node.get() else { return false };
        let shown = element.value();
        if shown != wanted {
            if alive == Some(true) {
                element.set_value(&wanted);
            } else {
                on_edit.run(shown);
            }
        }
        true
    });
}
