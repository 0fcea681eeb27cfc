//! What the bridge has others say: frames and answers in the words of the API.

use app::{
    error::ApiError,
    live::{Ask, Raw, message::Snapshot},
};
use async_trait::async_trait;
use domain::access::Caller;

use super::Topics;
use crate::ports::FeedItem;

/// Puts the feed into words.
#[async_trait]
pub trait Wording: Send + Sync {
    /// The frame for a place of the feed, of at most [`super::MOST_OUT`] bytes.
    ///
    /// # Errors
    ///
    /// Only if it may be possible a moment later: the feed waits for it.
    async fn frame(&self, item: &FeedItem) -> Result<String, ApiError>;

    /// What somebody who watches it happen is told besides: that work began, or is done.
    fn passing(&self, item: &FeedItem) -> Option<String>;
}

/// A message that can't be carried out: the problem, and the message's id where that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub id: Option<String>,
    pub problem: Raw,
}

/// What came of a message: its result, or a problem document.
pub type Answer = Result<Raw, Raw>;

/// Answers what clients ask, under the same rules and in the same words as the doors for single requests.
#[async_trait]
pub trait Desk: Wording {
    /// Reads a message strictly.
    fn read(&self, text: &str) -> Result<Ask, Read>;

    /// Carries out everything but `HITL_SUBSCRIBE` and `HITL_PING`.
    async fn answer(&self, caller: &Caller, ask: Ask) -> Answer;

    /// What there is of these topics at this moment; the number is the caller's to fill in.
    ///
    /// # Errors
    ///
    /// `NotFound` for a run that the caller doesn't know.
    async fn snapshot(&self, caller: &Caller, topics: &Topics) -> Result<Snapshot, ApiError>;

    /// Refuses topics that the caller may not know of.
    async fn may_follow(&self, caller: &Caller, topics: &Topics) -> Result<(), ApiError>;

    /// An error as a problem document.
    fn problem(&self, error: ApiError) -> Raw;
}
