//! Tickets: one pause of a run, with what is proposed and how it may be answered.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    decision::Action,
    digest::Digest,
    id::TicketId,
    issue::{Issue, blocking},
    policy::PolicyKind,
    state::Step,
};

/// Why a ticket was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CheckpointType {
    InformationReview,
    /// Something that the provider requires is missing.
    FormRequirements,
    PayloadReview,
    ResponseReview,
    /// The provider refused the call in a way that a person can mend.
    ErrorRecovery,
    /// The call may or may not have happened.
    UnknownOutcome,
    ManualPause,
    /// An agent asks about something that it will do itself.
    Action,
}

impl CheckpointType {
    pub const ALL: [Self; 8] = [
        Self::InformationReview,
        Self::FormRequirements,
        Self::PayloadReview,
        Self::ResponseReview,
        Self::ErrorRecovery,
        Self::UnknownOutcome,
        Self::ManualPause,
        Self::Action,
    ];

    /// The step at which a run asks; `None` for a pause, which may come before any.
    #[must_use]
    pub const fn step(self) -> Option<Step> {
        match self {
            Self::InformationReview | Self::FormRequirements => Some(Step::InformationReview),
            Self::PayloadReview | Self::Action => Some(Step::PayloadReview),
            Self::ResponseReview => Some(Step::ResponseReview),
            Self::ErrorRecovery | Self::UnknownOutcome => Some(Step::ApiCall),
            Self::ManualPause => None,
        }
    }

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InformationReview => "information_review",
            Self::FormRequirements => "form_requirements",
            Self::PayloadReview => "payload_review",
            Self::ResponseReview => "response_review",
            Self::ErrorRecovery => "error_recovery",
            Self::UnknownOutcome => "unknown_outcome",
            Self::ManualPause => "manual_pause",
            Self::Action => "action",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::InformationReview => "Information review",
            Self::FormRequirements => "Missing information",
            Self::PayloadReview => "Payload review",
            Self::ResponseReview => "Response review",
            Self::ErrorRecovery => "Error recovery",
            Self::UnknownOutcome => "Unknown outcome",
            Self::ManualPause => "Paused",
            Self::Action => "Action",
        }
    }

    /// The answers that a ticket of this type allows, the main one first.
    #[must_use]
    pub const fn allowed(self) -> &'static [Action] {
        use Action::{Approve, Cancel, Edit, Reject, Respond, Retry};
        match self {
            Self::InformationReview | Self::PayloadReview => &[Approve, Edit, Reject, Cancel],
            Self::FormRequirements => &[Respond, Reject, Cancel],
            Self::ResponseReview => &[Approve, Edit, Retry, Reject, Cancel],
            Self::ErrorRecovery => &[Edit, Retry, Reject, Cancel],
            Self::UnknownOutcome => &[Retry, Respond, Reject, Cancel],
            Self::ManualPause => &[Approve, Cancel],
            Self::Action => &[Approve, Edit, Respond, Reject, Cancel],
        }
    }

    /// One of the three reviews that policies speak of.
    #[must_use]
    pub const fn is_review(self) -> bool {
        matches!(self, Self::InformationReview | Self::PayloadReview | Self::ResponseReview)
    }
}

/// What the proposed document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Subject {
    /// The values that a payload would be built from.
    Information,
    /// What would be sent to the provider.
    Payload,
    /// What the provider answered.
    Response,
}

/// What a ticket asks about: exact JSON text and its digest. Never changed once the ticket is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub subject: Subject,
    pub text: String,
    pub digest: Digest,
}

/// One pause of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    /// Counts changes of deadline, countdown and files.
    pub version: u32,
    pub checkpoint: CheckpointType,
    /// What is asked, in one sentence.
    pub message: String,
    /// Why the run stopped here, each in one sentence.
    pub reasons: Vec<String>,
    pub proposal: Proposal,
    pub issues: Vec<Issue>,
    /// 0 to 1; see `policy::confidence`.
    pub confidence: f64,
    pub allowed: Vec<Action>,
    pub policy: PolicyKind,
    pub policy_version: u32,
    pub created_at: DateTime<Utc>,
    /// After this the ticket can't be decided.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the policy approves in a person's place, unless someone stops the countdown.
    pub auto_approve_at: Option<DateTime<Utc>>,
    /// The deadline passed and the ticket was escalated: it stays open and stands first.
    pub overdue: bool,
}

impl Ticket {
    #[must_use]
    pub fn blocking(&self) -> usize {
        blocking(&self.issues)
    }

    #[must_use]
    pub fn allows(&self, action: Action) -> bool {
        self.allowed.contains(&action)
    }
}
