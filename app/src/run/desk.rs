//! What all parts of a run's page share: which run, the time, and the way to the server.

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::Ticket,
    digest::Digest,
    id::{RunId, TicketId},
};
use leptos::prelude::*;

use super::{Notice, Outcome, Work};
use crate::api::{actions::Decide, runs::RunView, tickets::Edits};

/// The reviewer's desk: handles, so it is copied into each part.
#[derive(Clone, Copy)]
pub struct Desk {
    pub run: RunId,
    /// The run as it was read last.
    pub view: RwSignal<RunView>,
    /// The server's time; it ticks once the page is alive.
    pub now: RwSignal<DateTime<Utc>>,
    /// When the page's data was read: part of the idempotency key of its forms.
    pub opened: DateTime<Utc>,
    pub decide: ServerAction<Decide>,
    /// WASM runs: forms are sent without leaving the page.
    pub alive: RwSignal<bool>,
    /// What was typed last, for a card that is laid out again.
    pub typed: StoredValue<Option<(TicketId, Edits, String)>>,
    /// What is said about the last press of a button.
    pub notice: RwSignal<Option<Notice>>,
    /// Reads the run again.
    pub reload: Callback<()>,
}

/// The ticket that a form answers, exactly as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub ticket: TicketId,
    pub version: u32,
    pub digest: Digest,
}

impl From<&Ticket> for Asked {
    fn from(ticket: &Ticket) -> Self {
        Self { ticket: ticket.id, version: ticket.version, digest: ticket.proposal.digest }
    }
}

/// The document on the desk, shared by the form, the raw view, the differences and the buttons.
#[derive(Clone, Copy)]
pub struct Editor {
    pub work: RwSignal<Work>,
    pub outcome: Memo<Outcome>,
    /// The raw JSON is shown instead of the form.
    pub raw: RwSignal<bool>,
    /// Why it is rejected, as far as that is typed.
    pub reason: RwSignal<String>,
    /// The server has kept what was typed last.
    pub kept: RwSignal<bool>,
}

impl Editor {
    #[must_use]
    pub fn new(work: Work, raw: bool, reason: String) -> Self {
        let (work, raw) = (RwSignal::new(work), RwSignal::new(raw));
        Self {
            work,
            outcome: Memo::new(move |_| work.with(Work::outcome)),
            raw,
            reason: RwSignal::new(reason),
            kept: RwSignal::new(false),
        }
    }

    /// Something differs from the proposal, or was typed and is no value at all.
    #[must_use]
    pub fn changed(self) -> bool {
        self.outcome.with(|outcome| !outcome.changes.is_empty() || outcome.misread)
    }
}
