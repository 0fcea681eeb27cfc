//! Sends the composer's form without leaving the page.

use leptos::ev::SubmitEvent;

use super::{OpenSession, composer::Draft};
use crate::files::{Home, Uploads};

#[cfg(not(feature = "hydrate"))]
pub fn submit(_: &SubmitEvent, _: OpenSession, _: Draft, _: Uploads, _: &Home) {}

#[cfg(feature = "hydrate")]
pub fn submit(event: &SubmitEvent, open: OpenSession, draft: Draft, uploads: Uploads, home: &Home) {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    event.prevent_default();
    let form = event.target().and_then(|target| target.dyn_into().ok());
    let (Some(form), false) = (form, draft.sending.get_untracked()) else { return };
    draft.sending.set(true);
    open.answered.set_value(answered_by(&form));
    let home = home.clone();
    leptos::task::spawn_local(async move {
        let code = crate::run::upload::post(&form).await;
        let sent = code.is_none();
        draft.sending.set(false);
        draft.error.set(code);
        if sent {
            draft.sent.update(|sent| *sent += 1);
            draft.text.set(String::new());
            uploads.settle(&home);
        }
        open.reload.run(());
    });
}

/// The ticket that the form answers, if that is what it does.
#[cfg(feature = "hydrate")]
fn answered_by(form: &web_sys::HtmlFormElement) -> Option<domain::id::TicketId> {
    let form = web_sys::FormData::new_with_form(form).ok()?;
    let said = |name| form.get(name).as_string();
    said("ticket")?.parse().ok().filter(|_| said("does").as_deref() == Some("answer"))
}
