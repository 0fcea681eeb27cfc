//! What is typed into the composer stays on the device until it is sent.

use leptos::prelude::*;

use super::OpenSession;
#[cfg(feature = "hydrate")]
use crate::api::{
    session::Session,
    threads::{MessageRole, ThreadEntry},
};

#[cfg(not(feature = "hydrate"))]
pub fn keep(_: OpenSession, _: RwSignal<String>) {}

#[cfg(feature = "hydrate")]
pub fn keep(open: OpenSession, text: RwSignal<String>) {
    const KIND: &str = "message";

    let device = crate::device::Device::current();
    let id = open.view.with_untracked(|view| format!("{} {}", view.owner, view.session));
    let me = Session::current().caller.map(|caller| caller.name).unwrap_or_default();
    // Its acknowledgement may have been lost.
    let is_it = move |one: &ThreadEntry, left: &str| {
        one.role == MessageRole::User && one.author == me && one.text == left
    };
    let got_through = move |left: &String| {
        open.view.with_untracked(|view| view.entries.iter().any(|one| is_it(one, left)))
    };
    Effect::new(move |before: Option<()>| {
        let typed = text.get();
        if before.is_none() && typed.is_empty() {
            match device.read(KIND, &id) {
                Some(left) if got_through(&left) => device.forget(KIND, &id),
                left => left.into_iter().for_each(|left| text.set(left)),
            }
        } else if typed.is_empty() {
            device.forget(KIND, &id);
        } else {
            device.keep(KIND, &id, &typed);
        }
    });
}
