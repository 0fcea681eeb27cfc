//! The thread of a session: what people, agents and the server said, in order.

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::{Action, DecisionRecord},
    id::{AttachmentId, RunId, TicketId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tickets::Decided;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum MessageRole {
    /// A person, or the agent in their name.
    User,
    /// What a provider made.
    Assistant,
    /// The server: how something ended.
    System,
    /// A ticket that asks.
    Checkpoint,
}

impl MessageRole {
    pub const ALL: [Self; 4] = [Self::User, Self::Assistant, Self::System, Self::Checkpoint];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
            Self::Checkpoint => "checkpoint",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    pub id: Uuid,
    pub session: String,
    pub run: Option<RunId>,
    /// The ticket that it asks about or answers.
    pub ticket: Option<TicketId>,
    pub role: MessageRole,
    pub author: String,
    pub text: String,
    /// A JSON object as text.
    pub props: String,
    pub attachments: Vec<AttachmentId>,
    pub created_at: DateTime<Utc>,
}

/// A message on its way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    pub text: String,
    /// A JSON object as text.
    pub props: Option<String>,
    /// Uploads of the session.
    pub attachments: Vec<AttachmentId>,
    /// What it answers; `None` for a remark.
    pub answers: Option<Reply>,
}

/// A message that answers an open ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub ticket: TicketId,
    /// Without it, the text has to be the action's name and nothing else.
    pub action: Option<Action>,
    pub version: Option<u32>,
    pub digest: Option<domain::digest::Digest>,
    /// A merge patch (RFC 7396) as JSON text.
    pub edits: Option<String>,
}

/// A message that was taken in, and what it decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    pub message: MessageView,
    pub decided: Option<Decided>,
}

/// A decision, and where it was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryItem {
    pub run: RunId,
    pub checkpoint: CheckpointType,
    pub record: DecisionRecord,
}
