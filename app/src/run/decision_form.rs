//! The form around each answer: hidden fields say what was seen, the button that is pressed says the answer.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{Asked, Desk, Editor};

/// A plain form that posts to `decide`; once the page is alive it is sent without leaving the page.
#[component]
pub fn DecisionForm(
    desk: Desk,
    /// What was seen and is answered.
    asked: Asked,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] class: Option<String>,
    /// The document that is sent with `edit` and `respond`.
    #[prop(optional)]
    editor: Option<Editor>,
    children: Children,
) -> impl IntoView {
    let key = format!("{}-{}", asked.ticket, desk.opened.timestamp_micros());
    let view = move || editor.filter(|editor| editor.raw.get()).map_or("form", |_| "json");
    view! {
        <form
            id=id
            class=class
            method="post"
            action="/ui/decide"
            on:submit=move |event| submit(&event, desk, asked, editor)
        >
            <input type="hidden" name="run" value=desk.run.to_string()/>
            <input type="hidden" name="ticket" value=asked.ticket.to_string()/>
            <input type="hidden" name="version" value=asked.version.to_string()/>
            <input type="hidden" name="digest" value=asked.digest.to_string()/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="view" value=view/>
            {children()}
        </form>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn submit(_: &SubmitEvent, _: Desk, _: Asked, _: Option<Editor>) {}

#[cfg(feature = "hydrate")]
fn submit(event: &SubmitEvent, desk: Desk, asked: Asked, editor: Option<Editor>) {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    use crate::api::tickets::Edits;

    if event.default_prevented() {
        return;
    }
    event.prevent_default();
    let mut decide = posted(event, desk, asked);
    if let Some(editor) = editor {
        if !decide.fix.is_empty() {
            editor.work.update(|work| work.fix_field(&decide.fix));
            return;
        }
        if !decide.reset.is_empty() {
            editor.work.update(|work| work.reset(&decide.reset));
            return;
        }
        let edits = editor.work.with_untracked(super::Work::edits);
        decide.document = match edits {
            Edits::Document(text) => text,
            Edits::None => String::new(),
            _ => editor.outcome.with_untracked(|outcome| outcome.document.to_pretty()),
        };
    }
    if matches!(decide.action.as_str(), "" | "keep") || untrack(|| desk.is_shut()) {
        return;
    }
    // The same content sent twice is one decision; another content is another try.
    let mut content = DefaultHasher::new();
    (&decide.action, &decide.document, &decide.reason).hash(&mut content);
    decide.key = format!("{}-{:x}", decide.key, content.finish());
    desk.outbox.send(decide);
}

/// What the form says, with the button that was pressed. The fields of a document are on the desk.
#[cfg(feature = "hydrate")]
fn posted(event: &SubmitEvent, desk: Desk, asked: Asked) -> crate::api::actions::Decide {
    use wasm_bindgen::JsCast as _;
    use web_sys::FormData;

    let form = event.target().and_then(|target| target.dyn_into().ok());
    let data = form.and_then(|form| FormData::new_with_form(&form).ok());
    let button = event.submitter();
    let read = |name: &str| {
        let pressed =
            button.as_ref().filter(|it| it.get_attribute("name").as_deref() == Some(name));
        let pressed = pressed.and_then(|it| it.get_attribute("value"));
        let typed = || data.as_ref()?.get(name).as_string();
        pressed.or_else(typed).unwrap_or_default()
    };
    crate::api::actions::Decide {
        run: desk.run,
        ticket: asked.ticket,
        version: asked.version,
        digest: asked.digest,
        key: read("key"),
        view: read("view"),
        action: read("action"),
        fields: std::collections::BTreeMap::new(),
        document: read("document"),
        reason: read("reason"),
        fix: read("fix"),
        reset: read("reset"),
    }
}
