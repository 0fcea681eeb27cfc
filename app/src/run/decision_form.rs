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
            on:submit=move |event| submit(&event, desk, editor)
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
fn submit(_: &SubmitEvent, _: Desk, _: Option<Editor>) {}

#[cfg(feature = "hydrate")]
fn submit(event: &SubmitEvent, desk: Desk, editor: Option<Editor>) {
    use leptos::form::FromFormData;

    use crate::api::{actions::Decide, tickets::Edits};

    if event.default_prevented() {
        return;
    }
    event.prevent_default();
    let Ok(mut decide) = Decide::from_event(event) else { return };
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
        decide.fields.clear();
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
    let content = format!("{}\n{}\n{}", decide.action, decide.document, decide.reason);
    let content = domain::digest::Digest::of(content.as_bytes()).short();
    decide.key = format!("{}-{content}", decide.key);
    let until = desk.view.with_untracked(|view| view.ticket.as_ref()?.ticket.expires_at);
    desk.outbox.send(decide, until.map(|until| until.timestamp_millis()));
}
