//! Where a run is and what it does there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{checkpoint::Ticket, digest::Digest, id::TicketId};

/// The state of a run; each variant holds what is true in it and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum RunState {
    /// Another run of the same session is active.
    Queued,
    /// Information is gathered and the payload built.
    Preparing {
        /// Counts how often that was begun; an answer to an older round is ignored.
        round: u32,
        /// A person has already answered at the information review.
        settled: bool,
        since: DateTime<Utc>,
    },
    /// Paused until a person decides or the deadline passes.
    AwaitingHuman(Box<Open>),
    /// The provider is called.
    Calling(Call),
    /// Over for good.
    Ended(Ending),
}

/// An open ticket and where the run goes when it is approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub ticket: Ticket,
    /// Only a manual pause needs it; each other checkpoint has its own way on.
    pub then: Next,
    pub since: DateTime<Utc>,
}

/// Where a run goes after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    InformationReview,
    PayloadReview,
    Call,
    ResponseReview,
}

/// One approved call of the provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Starts at 1; each attempt is started at most once.
    pub attempt: u32,
    /// Attempts in a row that the server made by itself.
    pub automatic: u32,
    /// What was approved: checked against the stored payload right before the call.
    pub digest: Digest,
    pub warrant: Warrant,
    pub phase: Phase,
    pub since: DateTime<Utc>,
}

/// Whether the request may have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Surely not sent.
    Ready,
    /// Committed before the first byte leaves; from here on the outcome may be unknown.
    Sending,
}

/// Why a call is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Warrant {
    /// A person decided this ticket.
    Decision(TicketId),
    /// The policy let exactly this payload pass.
    Policy { name: String, version: u32 },
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    pub reason: EndReason,
    /// One sentence for people.
    pub message: String,
    pub at: DateTime<Utc>,
    /// The step that it ended at.
    pub step: Step,
}

/// `end_reason` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EndReason {
    Done,
    Rejected,
    Expired,
    Cancelled,
    ProviderError,
}

/// Where a run is (`current_step`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Step {
    Created,
    InformationReview,
    PayloadReview,
    ApiCall,
    ResponseReview,
    Completed,
    Failed,
    Cancelled,
}

/// What a run is doing (`status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    Queued,
    Running,
    AwaitingHuman,
    Completed,
    Failed,
    Cancelled,
}

/// Gives each variant its name on the wire and the way back.
macro_rules! named {
    ($kind:ident: $($variant:ident = $name:literal),* $(,)?) => {
        impl $kind {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the wire and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

pub(crate) use named;

named!(Step: Created = "created", InformationReview = "information_review",
    PayloadReview = "payload_review", ApiCall = "api_call", ResponseReview = "response_review",
    Completed = "completed", Failed = "failed", Cancelled = "cancelled");
named!(Status: Queued = "queued", Running = "running", AwaitingHuman = "awaiting_human",
    Completed = "completed", Failed = "failed", Cancelled = "cancelled");
named!(EndReason: Done = "done", Rejected = "rejected", Expired = "expired",
    Cancelled = "cancelled", ProviderError = "provider_error");

impl EndReason {
    /// The status that a run with this end has.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Done => Status::Completed,
            Self::Rejected | Self::Cancelled => Status::Cancelled,
            Self::Expired | Self::ProviderError => Status::Failed,
        }
    }
}

impl RunState {
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Queued => Status::Queued,
            Self::Preparing { .. } | Self::Calling(_) => Status::Running,
            Self::AwaitingHuman(_) => Status::AwaitingHuman,
            Self::Ended(ending) => ending.reason.status(),
        }
    }

    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Queued => Step::Created,
            Self::Preparing { .. } => Step::InformationReview,
            Self::AwaitingHuman(open) => open.step(),
            Self::Calling(_) => Step::ApiCall,
            Self::Ended(ending) => match ending.reason.status() {
                Status::Completed => Step::Completed,
                Status::Cancelled => Step::Cancelled,
                _ => Step::Failed,
            },
        }
    }

    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        if let Self::AwaitingHuman(open) = self { Some(&open.ticket) } else { None }
    }

    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// When this state was entered, where its time is counted.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Queued | Self::Ended(_) => None,
            Self::Preparing { since, .. } => Some(*since),
            Self::AwaitingHuman(open) => Some(open.since),
            Self::Calling(call) => Some(call.since),
        }
    }
}

impl Open {
    /// The step at which the run waits.
    #[must_use]
    pub const fn step(&self) -> Step {
        match (self.ticket.checkpoint.step(), self.then) {
            (Some(step), _) => step,
            (None, Next::InformationReview) => Step::InformationReview,
            (None, Next::PayloadReview) => Step::PayloadReview,
            (None, Next::Call) => Step::ApiCall,
            (None, Next::ResponseReview) => Step::ResponseReview,
        }
    }
}
