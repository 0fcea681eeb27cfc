//! The feed: everything that happened and was said, in one order, the same for everybody who follows it.

use app::{api::tickets::TicketOf, error::ApiError};
use async_trait::async_trait;
use domain::{
    audit::Entry,
    id::{PersonId, RunId, TicketId},
};

use super::{MessageRow, StoreError};

/// What happened to a run.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEntry {
    /// Ordered, and without gaps that a reader could miss; 0 until the feed has it.
    pub number: i64,
    pub run: RunId,
    pub session: String,
    /// Counts within the run, from 1.
    pub sequence: i64,
    pub entry: Entry,
}

/// One place of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedItem {
    pub number: i64,
    /// Whose run or session it is.
    pub owner: PersonId,
    pub what: Told,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Happened(FeedEntry),
    Said(MessageRow),
}

impl FeedItem {
    #[must_use]
    pub fn session(&self) -> &str {
        match &self.what {
            Told::Happened(entry) => &entry.session,
            Told::Said(message) => &message.session,
        }
    }

    #[must_use]
    pub fn run(&self) -> Option<RunId> {
        match &self.what {
            Told::Happened(entry) => Some(entry.run),
            Told::Said(message) => message.run,
        }
    }
}

/// The feed, as it is stored.
#[async_trait]
pub trait Feed: Send + Sync {
    /// The feed after `number`, in order. What was committed a moment ago may come a little later, and
    /// then with a larger number than everything before it.
    async fn feed(&self, after: i64, limit: u32) -> Result<Vec<FeedItem>, StoreError>;

    /// The last number that was given.
    async fn feed_end(&self) -> Result<i64, StoreError>;
}

/// Tickets as the server itself tells of them, which then says who may know.
#[async_trait]
pub trait Announcer: Send + Sync {
    /// A ticket, whatever became of it, without anybody's draft.
    ///
    /// # Errors
    ///
    /// `NotFound` for one that is gone.
    async fn announced(&self, ticket: TicketId) -> Result<TicketOf, ApiError>;
}
