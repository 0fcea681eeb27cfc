//! The record of what happened to a run: append-only, one entry for each thing worth telling.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    decision::Actor,
    state::{Status, Step},
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

impl EntryKind {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Prepared => "prepared",
            Self::PolicyPassed => "policy_passed",
            Self::TicketOpened => "ticket_opened",
            Self::TicketDecided => "ticket_decided",
            Self::TicketExpired => "ticket_expired",
            Self::TicketChanged => "ticket_changed",
            Self::TicketClosed => "ticket_closed",
            Self::CallPrepared => "call_prepared",
            Self::CallStarted => "call_started",
            Self::CallAnswered => "call_answered",
            Self::CallFailed => "call_failed",
            Self::PauseRequested => "pause_requested",
            Self::Ended => "ended",
        }
    }
}
