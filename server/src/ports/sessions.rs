//! What the thread and the history of a session need from storage.

use app::api::{
    page::{Page, PageRequest},
    threads::{MessageRole, MessageView},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::DecisionRecord,
    id::{AttachmentId, PersonId, RunId, TicketId},
};
use uuid::Uuid;

use super::{IdempotencyKey, StoreError};

/// A message of a session's thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    pub id: Uuid,
    /// Whose session it is.
    pub owner: PersonId,
    pub session: String,
    pub run: Option<RunId>,
    /// The ticket that it asks about or answers.
    pub ticket: Option<TicketId>,
    pub role: MessageRole,
    /// The name to show.
    pub author: String,
    pub text: String,
    /// A JSON object as text.
    pub props: String,
    pub attachments: Vec<AttachmentId>,
    pub created_at: DateTime<Utc>,
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.id,
            session: row.session,
            run: row.run,
            ticket: row.ticket,
            role: row.role,
            author: row.author,
            text: row.text,
            props: row.props,
            attachments: row.attachments,
            created_at: row.created_at,
        }
    }
}

/// A decision, and where it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRow {
    pub run: RunId,
    pub checkpoint: CheckpointType,
    pub record: DecisionRecord,
}

/// Threads and histories. With an `owner`, only what is in that person's sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a message; `KeyUsed` if the idempotency key is known.
    async fn add_message(
        &self,
        message: &MessageRow,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError>;

    /// The messages of a session, the oldest first.
    async fn messages(
        &self,
        session: &str,
        owner: Option<PersonId>,
        page: PageRequest,
    ) -> Result<Page<MessageRow>, StoreError>;

    /// The decisions on a session's tickets, the oldest first.
    async fn decisions(
        &self,
        session: &str,
        owner: Option<PersonId>,
        page: PageRequest,
    ) -> Result<Page<DecisionRow>, StoreError>;
}
