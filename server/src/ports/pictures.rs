//! What people who only look are shown.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    audit::Entry,
    id::{RunId, TicketId},
    run::Run,
};
use serde::{Deserialize, Serialize};

use super::{StoreError, StoredTicket};

/// A run and everything that is committed with it. Nothing can be changed from it: it names no version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub run: Run,
    /// Oldest first.
    pub tickets: Vec<StoredTicket>,
    /// Oldest first.
    pub history: Vec<Entry>,
}

/// A ticket with its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketPicture {
    pub run: Run,
    pub ticket: StoredTicket,
}

/// Reads for whoever looks: never older than what was acknowledged before they asked, and never the ground of a
/// decision or any other change.
#[async_trait]
pub trait Pictures: Send + Sync {
    async fn picture(&self, run: RunId) -> Result<Option<Picture>, StoreError>;

    async fn ticket_picture(&self, ticket: TicketId) -> Result<Option<TicketPicture>, StoreError>;
}

/// Tells one state of a run from all others: the version counts up with each change of the run, its tickets or its
/// history. A database that was restored from a backup gives a version a second time, and then at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

/// What copies of runs and tickets elsewhere are held against.
#[async_trait]
pub trait Stamps: Send + Sync {
    /// The stamp of a run as it is now, from its columns alone.
    async fn stamp(&self, run: RunId) -> Result<Option<Stamp>, StoreError>;

    /// The stamp of a ticket's run.
    async fn ticket_stamp(&self, ticket: TicketId) -> Result<Option<Stamp>, StoreError>;

    /// A secret that all instances on this database share: the one that is kept under this name, or else `fresh`, which
    /// is kept from here on.
    async fn shared_secret(&self, name: &str, fresh: &str) -> Result<String, StoreError>;
}
