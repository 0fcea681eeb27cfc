//! What the outside must do for a run. Effects are stored in the outbox: a versioned wire format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{digest::Digest, id::TicketId};

/// Work that a transition calls for; committed together with it and delivered at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Effect {
    /// Gather the information and build the payload.
    Prepare { round: u32 },
    /// Call the provider with the payload of this digest.
    Call { attempt: u32, digest: Digest, not_before: Option<DateTime<Utc>> },
    /// Tell the provider to stop, where it can.
    StopCall { attempt: u32 },
    /// Let the session's next queued run begin.
    TakeTurn,
    /// Tell the agent that asked that its ticket is closed.
    CallBack { ticket: TicketId },
}

impl Effect {
    /// When it may be carried out; `None` for at once.
    #[must_use]
    pub const fn not_before(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Call { not_before, .. } => *not_before,
            Self::Prepare { .. }
            | Self::StopCall { .. }
            | Self::TakeTurn
            | Self::CallBack { .. } => None,
        }
    }

    /// Nothing keeps it from being carried out at once.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.not_before().is_none()
    }
}
