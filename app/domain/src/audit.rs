//! The record of what happened to a run: append-only, one entry for each thing worth telling.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    decision::Actor,
    state::{Status, Step, named},
};

/// One entry of a run's history (`hitl_step_events`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub kind: EntryKind,
    /// Where the run is after it.
    pub step: Step,
    pub status: Status,
    pub at: DateTime<Utc>,
    pub actor: Actor,
    /// One sentence for people.
    pub message: String,
    /// What proves it: digests, ids, attempt numbers.
    pub facts: BTreeMap<String, String>,
}

/// What sort of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntryKind {
    Started,
    Prepared,
    /// The policy let a review pass without a human.
    PolicyPassed,
    TicketOpened,
    TicketDecided,
    TicketExpired,
    TicketChanged,
    TicketClosed,
    CallPrepared,
    CallStarted,
    CallAnswered,
    CallFailed,
    PauseRequested,
    Ended,
}

named!(EntryKind: Started = "started", Prepared = "prepared", PolicyPassed = "policy_passed",
    TicketOpened = "ticket_opened", TicketDecided = "ticket_decided",
    TicketExpired = "ticket_expired", TicketChanged = "ticket_changed",
    TicketClosed = "ticket_closed", CallPrepared = "call_prepared", CallStarted = "call_started",
    CallAnswered = "call_answered", CallFailed = "call_failed",
    PauseRequested = "pause_requested", Ended = "ended");
