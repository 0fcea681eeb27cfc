//! What all parts of a run's page share: which run, the time, and the way to the server.

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::Ticket,
    digest::Digest,
    id::{RunId, TicketId},
};
use leptos::prelude::*;

use super::{Notice, Outbox, Outcome, Work, words};
use crate::{
    api::{runs::RunView, tickets::Edits},
    live::{Live, use_live},
};

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
    /// Carries decisions to the server.
    pub outbox: Outbox,
    pub live: Live,
    /// WASM runs: forms are sent without leaving the page.
    pub alive: RwSignal<bool>,
    /// What was typed last, for a card that is laid out again.
    pub typed: StoredValue<Option<(TicketId, Edits, String)>>,
    /// What is said about the last press of a button.
    pub notice: RwSignal<Option<Notice>>,
    /// Why the card stands here though nothing happened just now: "Resumed: open since …".
    pub resumed: RwSignal<Option<String>>,
    /// Another proposal came under the reader's hand, and they haven't looked at it yet.
    pub locked: RwSignal<bool>,
    /// The deed has to be read to its end first.
    pub hint: RwSignal<bool>,
    /// Reads the run again.
    pub reload: Callback<()>,
    /// Goes to the next ticket that waits.
    pub next: Callback<()>,
}

impl Desk {
    /// The desk for a run as it was read.
    #[must_use]
    pub fn new(first: RunView, notice: Option<Notice>) -> Self {
        let (run, opened) = (first.summary.id, first.now);
        let resumed = first.ticket.as_ref().and_then(|open| resumed(&open.ticket, opened));
        Self {
            run,
            view: RwSignal::new(first),
            now: RwSignal::new(opened),
            opened,
            outbox: Outbox::shared(),
            live: use_live(),
            alive: RwSignal::new(false),
            typed: StoredValue::new(None),
            notice: RwSignal::new(notice),
            resumed: RwSignal::new(resumed),
            locked: RwSignal::new(false),
            hint: RwSignal::new(false),
            reload: Callback::new(|()| ()),
            next: Callback::new(|()| ()),
        }
    }

    /// A decision is on its way.
    #[must_use]
    pub fn sends(self) -> bool {
        self.outbox.sends(self.run)
    }

    /// Nothing can be decided at this moment: one is on its way, or the line is cut, or the proposal is another one.
    #[must_use]
    pub fn is_shut(self) -> bool {
        self.sends() || self.locked.get() || self.live.is_cut()
    }

    /// Reads the run again; the reader has seen that it is another one.
    pub fn look_again(self) {
        self.locked.set(false);
        self.reload.run(());
    }
}

/// A ticket that was there before the page was opened is a card that is built again.
fn resumed(ticket: &Ticket, now: DateTime<Utc>) -> Option<String> {
    let waits = (now - ticket.created_at).num_seconds();
    (waits >= 3).then(|| format!("Resumed: it waits since {}.", words::clock(ticket.created_at)))
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

/// Where what is typed is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Nowhere yet, or nothing was typed.
    No,
    /// On this device: the server couldn't be reached.
    Device,
    Server,
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
    pub kept: RwSignal<Kept>,
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
            kept: RwSignal::new(Kept::No),
        }
    }

    /// Something differs from the proposal, or was typed and is no value at all.
    #[must_use]
    pub fn changed(self) -> bool {
        self.outcome.with(|outcome| !outcome.changes.is_empty() || outcome.misread)
    }
}
