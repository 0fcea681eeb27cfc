//! What taking away old things, and waking up from a backup, need from storage.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{digest::Digest, id::RunId};

use super::{Alone, StoreError};

/// What stays of the decisions of a run that is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decisions {
    /// Who decided which digest, when: no contents, no words.
    Keep,
    Remove,
}

/// Upkeep. Each call is one short transaction, so that nobody waits for it.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Runs that were over and unchanged before then; not in any order.
    async fn ended_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<RunId>, StoreError>;

    /// Takes runs away with all that belongs to them but their files.
    ///
    /// # Errors
    ///
    /// `Conflict` if one of them isn't over or isn't there: then none is taken away.
    async fn remove_runs(
        &self,
        runs: &[RunId],
        decisions: Decisions,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Takes away what was said before then in sessions that have no run, of so many of them; says how many messages
    /// went.
    async fn remove_talks(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, StoreError>;

    /// Takes away records of files that were added before then to sessions in which no run is active or queued; says
    /// how many.
    async fn remove_attachments(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Whether any record refers to this content.
    async fn is_attached(&self, content: &Digest) -> Result<bool, StoreError>;

    /// Forgets idempotency keys that were used before then; says how many.
    async fn forget_keys(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, StoreError>;

    /// When this database was restored from a backup, if nobody has looked after what was on its way since.
    async fn unsettled_restore(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// The right to tell runs of a restore while nobody else does; `None` while another process has it.
    async fn settling(&self) -> Result<Option<Alone>, StoreError>;

    /// Notes that every run was told of the restores up to now.
    async fn settle_restores(&self, now: DateTime<Utc>) -> Result<(), StoreError>;
}
