//! Keeps what is typed on the server, so that a reload or a phone that sleeps loses nothing.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{Asked, Desk, Editor, Work};
use crate::api::{
    actions::{Reply, keep_draft},
    tickets::Edits,
};

/// How long nothing must be typed before it is sent.
const QUIET: Duration = Duration::from_millis(1_000);

/// Sends the edits and the reason after each pause in typing.
pub fn keep(desk: Desk, asked: Asked, editor: Editor) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |before: Option<(Edits, String)>| {
        let typed = (editor.work.with(Work::edits), editor.reason.get());
        if before.is_some_and(|before| before != typed) {
            editor.kept.set(false);
            desk.typed.set_value(Some((asked.ticket, typed.0.clone(), typed.1.clone())));
            stop();
            let (edits, reason) = typed.clone();
            let send = move || {
                if !is_answered(desk, asked) {
                    send(asked, editor, edits, reason);
                }
            };
            waiting.set_value(set_timeout_with_handle(send, QUIET).ok());
        }
        typed
    });
    on_cleanup(stop);
}

/// A decision is on its way, or was taken: what was typed is in it.
fn is_answered(desk: Desk, asked: Asked) -> bool {
    let taken = desk.decide.value().with_untracked(|answer| match answer {
        Some(Ok(Reply::Decided(decided))) => decided.record.ticket == asked.ticket,
        _ => false,
    });
    taken || desk.decide.pending().get_untracked()
}

fn send(asked: Asked, editor: Editor, edits: Edits, reason: String) {
    let (fields, document) = match edits {
        Edits::Form(texts) => (texts, String::new()),
        Edits::Document(text) => (Default::default(), text),
        Edits::None | Edits::Merge(_) => Default::default(),
    };
    let fields = fields.into_iter().map(|(name, text)| (format!(".{name}"), text)).collect();
    leptos::task::spawn_local(async move {
        let kept = keep_draft(asked.ticket, fields, document, reason).await.is_ok();
        editor.kept.try_set(kept);
    });
}
