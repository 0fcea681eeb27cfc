//! What uploads and results need from storage.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    digest::Digest,
    id::{AttachmentId, PersonId, RunId},
};

use super::{IdempotencyKey, StoreError};

/// An upload's record; its bytes are in [`crate::files`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    pub id: AttachmentId,
    pub session: String,
    /// Whose session it is.
    pub owner: PersonId,
    pub uploaded_by: PersonId,
    pub digest: Digest,
    /// A label for people, never a path.
    pub name: String,
    pub media_type: String,
    pub size: u64,
    /// The run that made it, for results.
    pub made_by: Option<RunId>,
    pub created_at: DateTime<Utc>,
}

/// Records of uploads and results.
#[async_trait]
pub trait AttachmentStore: Send + Sync {
    /// Adds a record; `KeyUsed` if the idempotency key is known.
    async fn add_attachment(
        &self,
        row: &AttachmentRow,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError>;

    async fn attachment(&self, id: AttachmentId) -> Result<Option<AttachmentRow>, StoreError>;

    /// The attachments of an owner's session, newest first.
    async fn attachments(
        &self,
        owner: PersonId,
        session: &str,
    ) -> Result<Vec<AttachmentRow>, StoreError>;

    /// Bytes that the person uploaded since then, for the daily limit.
    async fn uploaded_since(
        &self,
        owner: PersonId,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError>;
}
