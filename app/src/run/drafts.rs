//! Keeps what is typed: on the device at once, and on the server as soon as it takes it, so that a reload, a dead
//! battery or a broken line loses nothing.

use std::{collections::BTreeMap, time::Duration};

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{Asked, Desk, Editor, Kept, Work, draft_text};
use crate::{
    api::{
        actions::keep_draft,
        tickets::{Draft, Edits, TicketView},
    },
    device::Device,
    error::ApiError,
    live::{Link, use_live},
};

const KIND: &str = "draft";
/// When the server got what is still kept for the next page.
const SENT: &str = "draft-sent";
/// How long nothing must be typed before it is sent, and how long it waits for that at most.
const QUIET: Duration = Duration::from_millis(1_000);
const MOST: f64 = 5_000.0;

/// Where words are typed: an answer or, where none is taken, a reason.
const WORDS: &str = "#respond, #reject:not(:has(~ #respond))";

/// What is typed over one ticket, on its way to the server.
#[derive(Clone, Copy)]
struct Keeper {
    desk: Desk,
    asked: Asked,
    editor: Editor,
    device: Device,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Since when something is typed that the server hasn't got.
    since: StoredValue<Option<f64>>,
    /// The next page may have been made before the server got what is on its way: the device keeps it for that one.
    leaves: StoredValue<bool>,
}

/// Shows what the device still has, and keeps what is typed from then on.
pub fn keep(desk: Desk, asked: Asked, editor: Editor, view: TicketView) {
    let keeper = Keeper {
        desk,
        asked,
        editor,
        device: Device::current(),
        timer: StoredValue::new(None),
        since: StoredValue::new(None),
        leaves: StoredValue::new(false),
    };
    Effect::new(move |before: Option<(Edits, String)>| {
        let typed = (editor.work.with(Work::edits), editor.reason.get());
        match before {
            None => keeper.restore(&view),
            Some(before) if before != typed => keeper.typed(typed.clone()),
            Some(_) => {}
        }
        typed
    });
    let live = use_live();
    Effect::new(move |_| {
        if matches!(live.link(), Some(Link::Live | Link::Looking)) {
            keeper.send();
        }
    });
    let leaves = [
        window_event_listener(ev::focusout, move |_| keeper.send()),
        window_event_listener_untyped("pagehide", move |_| keeper.send()),
        window_event_listener_untyped("beforeunload", move |_| {
            keeper.leaves.try_set_value(true);
        }),
        // The reader stayed, or came back to the page as it was.
        window_event_listener_untyped("pageshow", move |_| {
            keeper.leaves.try_set_value(false);
        }),
    ];
    on_cleanup(move || {
        leaves.into_iter().for_each(|listener| listener.remove());
        keeper.send();
    });
}

/// What was typed over a ticket has got through.
pub fn forget(device: Device, ticket: domain::id::TicketId) {
    device.forget(KIND, &ticket.to_string());
    device.forget(SENT, &ticket.to_string());
}

/// In whole milliseconds: reading and writing fractions would make the page much larger.
fn now() -> i64 {
    js_sys::Date::now() as i64
}

impl Keeper {
    fn id(self) -> String {
        self.asked.ticket.to_string()
    }

    /// The device has what the server hasn't, or had not when this page was made, so it wins; what the server got
    /// longer ago may have been overwritten on another device.
    fn restore(self, view: &TicketView) {
        let sent = self.device.read(SENT, &self.id()).and_then(|at| at.parse::<i64>().ok());
        if sent.is_some_and(|at| now() - at > MOST as i64) {
            return forget(self.device, self.asked.ticket);
        }
        let left = self.device.read(KIND, &self.id());
        let Some(draft) = left.as_deref().and_then(draft_text::read) else { return };
        self.since.set_value(Some(f64::NEG_INFINITY));
        let (edits, reason) = (draft.edits.clone(), draft.reason.clone());
        let typed = Draft { issues: Vec::new(), ..draft };
        let work = Work::new(&TicketView { draft: Some(typed), ..view.clone() });
        self.editor.raw.update(|raw| *raw |= work.is_raw());
        self.editor.work.set(work);
        self.editor.reason.set(reason);
        self.editor.kept.set(Kept::Device);
        super::keys::unfold(if edits != Edits::None { "#edit, #known-result" } else { WORDS });
    }

    fn typed(self, (edits, reason): (Edits, String)) {
        self.desk.typed.set_value(Some((self.asked.ticket, edits.clone(), reason.clone())));
        match draft_text::write(&edits, &reason) {
            Some(text) => self.device.keep(KIND, &self.id(), &text),
            None => self.device.forget(KIND, &self.id()),
        }
        self.device.forget(SENT, &self.id());
        self.editor.kept.set(Kept::No);
        let now = js_sys::Date::now();
        let since = self.since.get_value().unwrap_or(now);
        self.since.set_value(Some(since));
        self.stop();
        if now - since >= MOST {
            self.send();
        } else {
            let timer = set_timeout_with_handle(move || self.send(), QUIET).ok();
            self.timer.set_value(timer);
        }
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Sends what the server hasn't got. What is in a decision needs no draft.
    fn send(self) {
        if self.since.try_get_value().flatten().is_none() {
            return;
        }
        self.stop();
        if self.desk.outbox.closes(self.asked.ticket) {
            return;
        }
        self.since.set_value(None);
        let edits = self.editor.work.try_with_untracked(Work::edits);
        let (Some(edits), Some(reason)) = (edits, self.editor.reason.try_get_untracked()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let text = draft_text::write(&edits, &reason);
            let sent = send(self.asked, edits, reason).await;
            self.sent(text, sent);
        });
    }

    fn sent(self, text: Option<String>, sent: Result<(), ApiError>) {
        let same = self.device.read(KIND, &self.id()) == text;
        match sent {
            // What was typed meanwhile is sent next.
            Ok(()) if same => {
                if self.leaves.try_get_value() == Some(false) {
                    self.device.forget(KIND, &self.id());
                } else {
                    self.device.keep(SENT, &self.id(), &now().to_string());
                }
                self.editor.kept.try_set(Kept::Server);
                self.show_what_is_closed();
            }
            Ok(()) => {}
            Err(_) => {
                self.since.try_set_value(Some(f64::NEG_INFINITY));
                self.editor.kept.try_set(Kept::Device);
            }
        }
    }
}

impl Keeper {
    /// If the ticket was closed meanwhile, what was typed over it is shown with what became of it, by whoever is there:
    /// the card may be gone, and its page.
    fn show_what_is_closed(self) {
        let is_open = self.desk.view.try_with_untracked(|view| {
            view.ticket.as_ref().is_some_and(|open| open.ticket.id == self.asked.ticket)
        });
        if is_open != Some(true) {
            let _gone_too = self.desk.reload.try_run(());
        }
    }
}

async fn send(asked: Asked, edits: Edits, reason: String) -> Result<(), ApiError> {
    let (fields, document) = match edits {
        Edits::Form(texts) => (texts, String::new()),
        Edits::Document(text) => (Default::default(), text),
        Edits::None | Edits::Merge(_) => Default::default(),
    };
    let mut sent = BTreeMap::new();
    for (name, text) in fields {
        sent.insert(format!(".{name}"), text);
    }
    keep_draft(asked.ticket, sent, document, reason).await
}
