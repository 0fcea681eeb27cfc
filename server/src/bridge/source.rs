//! Where one client's messages come from: what there is at first, then the feed from their number on.

use std::sync::Arc;

use app::{
    error::ApiError,
    live::message::{Message, Resync},
};
use axum::extract::ws::Utf8Bytes;
use domain::{access::Caller, issue::Issue};

use super::{Bridge, Desk, Frame, MOST_BEHIND, Topics, frame::About};
use crate::ports::StoreError;

/// Entries of the feed that are read at once for one client.
const BATCH: u32 = 32;

/// The hub, the table behind it, and who puts them into words. Cheap to clone.
#[derive(Clone)]
pub struct Source {
    pub bridge: Bridge,
    pub desk: Arc<dyn Desk>,
}

/// A subscription that begins: what is said first, and the number after which it goes on.
#[derive(Debug, PartialEq)]
pub struct Begun {
    pub first: Vec<Utf8Bytes>,
    pub cursor: i64,
}

/// A piece of the past: frames, and the number up to which there is nothing else.
#[derive(Debug, PartialEq)]
pub struct Past {
    pub frames: Vec<Frame>,
    pub upto: i64,
}

impl Source {
    /// # Errors
    ///
    /// `NotFound` for topics that the caller may not know of, `Invalid` for a number that can't be one, `Unavailable`
    /// while the feed can't be read.
    pub async fn begin(
        &self,
        caller: &Caller,
        topics: &Topics,
        after: Option<i64>,
    ) -> Result<Begun, ApiError> {
        if self.bridge.hub.is_blind() {
            return Err(ApiError::Unavailable);
        }
        let Some(after) = after else { return self.fresh(caller, topics, Vec::new()).await };
        if after < 0 {
            return Err(ApiError::Invalid(vec![Issue::error("/after", "must not be negative")]));
        }
        // Another instance may have told the client more than this one has read.
        let read = self.bridge.hub.head();
        let head = if after > read { self.end().await? } else { read };
        let why = if after > head {
            "the feed doesn't go as far as that"
        } else if head - after > MOST_BEHIND {
            "that was too long ago"
        } else {
            self.desk.may_follow(caller, topics).await?;
            return Ok(Begun { first: Vec::new(), cursor: after });
        };
        let resync = Message::Resync(Resync { seq: head, message: why.to_owned() });
        self.fresh(caller, topics, vec![resync.to_text().into()]).await
    }

    async fn fresh(
        &self,
        caller: &Caller,
        topics: &Topics,
        mut first: Vec<Utf8Bytes>,
    ) -> Result<Begun, ApiError> {
        // Read before the rest: what happens meanwhile is told twice rather than never.
        let cursor = self.end().await?;
        let mut snapshot = self.desk.snapshot(caller, topics).await?;
        snapshot.seq = cursor;
        first.push(Message::Snapshot(snapshot).to_text().into());
        Ok(Begun { first, cursor })
    }

    /// How far the feed goes, be it read here or not.
    async fn end(&self) -> Result<i64, ApiError> {
        self.bridge.feed.feed_end().await.map_err(told)
    }

    /// What the table has after a number, one piece of it.
    ///
    /// # Errors
    ///
    /// If the table can't be read.
    pub async fn past(
        &self,
        caller: &Caller,
        topics: &Topics,
        after: i64,
    ) -> Result<Past, ApiError> {
        // By then all of it is in the table.
        let read = self.bridge.hub.head();
        let items = self.bridge.feed.feed(after, BATCH).await.map_err(told)?;
        let last = items.last().map_or(after, |item| item.number);
        let whole = items.len() < BATCH as usize;
        let mut frames = Vec::new();
        for item in &items {
            let about = About::of(item);
            if topics.cover(&about, caller) {
                let text = self.desk.frame(item).await?.into();
                frames.push(Frame { about, text, passing: None });
            }
        }
        Ok(Past { frames, upto: if whole { last.max(read) } else { last } })
    }
}

fn told(error: StoreError) -> ApiError {
    match error {
        StoreError::Unavailable(_) => ApiError::Unavailable,
        error => {
            tracing::error!(%error, "the feed can't be read");
            ApiError::Internal
        }
    }
}
