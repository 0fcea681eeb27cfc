//! What the outside says to a run.

use crate::{
    decision::{Actor, Decision},
    id::TicketId,
    issue::Issue,
    run::{Draft, Response},
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// No other run of the session is active.
    TurnCame,
    /// The payload was built.
    Prepared {
        round: u32,
        draft: Box<Draft>,
    },
    /// The payload couldn't be built at all.
    PrepareFailed {
        round: u32,
        message: String,
    },
    Decided(Box<Decision>),
    /// A worker is about to send this attempt's request.
    CallStarted {
        attempt: u32,
    },
    /// The worker that was sending is gone; nobody knows how far it got.
    CallLost {
        attempt: u32,
        repeat_safe: bool,
    },
    Answered {
        attempt: u32,
        response: Box<Response>,
    },
    CallFailed {
        attempt: u32,
        failure: Failure,
    },
    /// Time went on. Always legal, and usually nothing happens.
    Tick,
    /// The store was restored from a backup: what happened since it was taken isn't known here.
    Restored,
    PauseRequested {
        by: Actor,
    },
    CancelRequested {
        by: Actor,
    },
    /// The agent says what became of its own action.
    Reported {
        by: Actor,
        succeeded: bool,
        response: Box<Response>,
    },
    /// Stop the countdown to the automatic approval.
    Held {
        ticket: TicketId,
        by: Actor,
    },
}

/// Why a call brought no answer, by what it means for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Not executed; a person can mend it.
    Invalid { issues: Vec<Issue> },
    /// Not executed; try again after this long.
    Busy { message: String, retry_after_seconds: Option<u32> },
    /// Not executed, and it won't be.
    Refused { message: String },
    /// Surely not sent.
    Unreachable { message: String },
    /// Sent, and nobody knows what became of it.
    Unknown { message: String, repeat_safe: bool },
}
