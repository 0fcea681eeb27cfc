//! What a person, or the policy in their place, answered.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    id::{PersonId, TicketId},
    information::FileRef,
    issue::Issue,
    patch::Change,
};

/// The words a ticket can be answered with. Each ticket lists the ones it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Action {
    Approve,
    /// Approve with edits.
    Edit,
    /// Needs a reason.
    Reject,
    /// An answer in words or a filled form.
    Respond,
    Retry,
    Cancel,
}

impl Action {
    pub const ALL: [Self; 6] =
        [Self::Approve, Self::Edit, Self::Reject, Self::Respond, Self::Retry, Self::Cancel];

    /// The action's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Edit => "edit",
            Self::Reject => "reject",
            Self::Respond => "respond",
            Self::Retry => "retry",
            Self::Cancel => "cancel",
        }
    }

    /// Nothing but these six words is an action; nothing counts as approval by default.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// The answer brings a document of its own, into which files may come.
    #[must_use]
    pub const fn writes(self) -> bool {
        matches!(self, Self::Edit | Self::Respond)
    }

    /// What was done, for records: "approved", "rejected".
    #[must_use]
    pub const fn past(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Edit => "approved with edits",
            Self::Reject => "rejected",
            Self::Respond => "answered",
            Self::Retry => "sent again",
            Self::Cancel => "cancelled",
        }
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "who", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Actor {
    Person {
        id: PersonId,
        name: String,
    },
    /// A program with a key of its own.
    Agent {
        id: PersonId,
        name: String,
    },
    /// The run's policy, at its version.
    Policy,
    /// The server itself: deadlines, leases, recovery.
    System,
}

impl Actor {
    /// The name to show.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Agent { name, .. } => name,
            Self::Policy => "the policy",
            Self::System => "the server",
        }
    }
}

/// Through which door a decision came. On the wire it is one word, for a key `key:` and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Via {
    Browser,
    Api,
    Policy,
    /// A key of this name, which acted for its person.
    Key(String),
}

impl Via {
    /// The kind of door, without the name of a key: one of few words, for figures.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
            Self::Policy => "policy",
            Self::Key(_) => "key",
        }
    }

    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Browser => "browser".into(),
            Self::Api => "api".into(),
            Self::Policy => "policy".into(),
            Self::Key(name) => format!("key:{name}").into(),
        }
    }
}

impl From<Via> for String {
    fn from(via: Via) -> Self {
        via.name().into_owned()
    }
}

/// The text names no door.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no door `{0}`")]
pub struct NoSuchDoor(String);

impl TryFrom<String> for Via {
    type Error = NoSuchDoor;

    fn try_from(text: String) -> Result<Self, NoSuchDoor> {
        match (text.as_str(), text.strip_prefix("key:")) {
            ("browser", _) => Ok(Self::Browser),
            ("api", _) => Ok(Self::Api),
            ("policy", _) => Ok(Self::Policy),
            (_, Some(key)) => Ok(Self::Key(key.to_owned())),
            _ => Err(NoSuchDoor(text)),
        }
    }
}

/// What the answer says, with all that it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Approve,
    Edit(Edited),
    Reject { reason: String },
    Respond(Edited),
    Retry,
    Cancel,
}

impl Answer {
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Approve => Action::Approve,
            Self::Edit(_) => Action::Edit,
            Self::Reject { .. } => Action::Reject,
            Self::Respond(_) => Action::Respond,
            Self::Retry => Action::Retry,
            Self::Cancel => Action::Cancel,
        }
    }
}

/// The document that the ticket proposed, as a person left it, and what the provider says of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edited {
    /// The whole document, as exact JSON text.
    pub text: String,
    /// What is wrong with it. A blocking issue refuses the decision.
    pub issues: Vec<Issue>,
    /// The files that it names.
    pub files: Vec<FileRef>,
    /// What the call would cost by now.
    pub cost: Option<f64>,
}

/// A decision on its way to a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub ticket: TicketId,
    /// The version that the person saw; checked where it is given.
    pub version: Option<u32>,
    /// The digest of what the person saw; checked where it is given.
    pub digest: Option<Digest>,
    pub answer: Answer,
    /// A remark of the person's; for a rejection it stands in the answer.
    pub note: Option<String>,
    pub by: Actor,
    pub via: Via,
}

/// The one answer that closed a ticket, as it is kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionRecord {
    pub ticket: TicketId,
    pub action: Action,
    pub by: Actor,
    /// Through which door it came: `browser`, `api`, `policy`, or `key:` and the key's name.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^(browser|api|policy|key:.*)$"))]
    pub via: Via,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
    /// The digest of what was proposed.
    pub proposed: Digest,
    /// The digest of what was decided: the same, unless it was edited. For `retry` it is the payload that is sent
    /// again, and for a result entered at an unknown outcome that result.
    pub decided: Digest,
    /// What was edited; empty for an approval as proposed.
    pub changes: Vec<Change>,
}
