//! The one task of a process that follows the feed.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    Wording,
    frame::{About, Frame},
    hub::Hub,
};
use crate::ports::{Feed, StoreError};

/// For hints that were lost.
const LOOK: Duration = Duration::from_secs(5);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
/// Entries that are read at once.
const BATCH: u32 = 128;

/// Reads the feed whenever it grows, puts it into words where somebody listens, and gives it to the hub. Never
/// returns.
pub async fn follow(
    feed: Arc<dyn Feed>,
    words: Arc<dyn Wording>,
    hub: Arc<Hub>,
    mut head: watch::Receiver<i64>,
) {
    while let Err(error) = begin(&*feed, &hub).await {
        tracing::warn!("live clients wait: {error}");
        sleep(AFTER_TROUBLE).await;
    }
    loop {
        let reached = *head.borrow_and_update();
        let read = if hub.is_idle() && reached > 0 {
            // Nobody is there to be told.
            hub.skip(reached);
            Ok(())
        } else {
            catch_up(&*feed, &*words, &hub).await
        };
        if let Err(trouble) = read {
            tracing::warn!("live clients wait: {trouble}");
            sleep(AFTER_TROUBLE).await;
            continue;
        }
        if let Ok(Err(_gone)) = timeout(LOOK, head.changed()).await {
            sleep(LOOK).await;
        }
    }
}

/// Why the feed has to wait.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("an entry can't be put into words: {0}")]
    Words(#[from] app::error::ApiError),
}

/// What was before is in the table, for whoever asks.
async fn begin(feed: &dyn Feed, hub: &Hub) -> Result<(), StoreError> {
    hub.skip(feed.feed_end().await?);
    Ok(())
}

async fn catch_up(feed: &dyn Feed, words: &dyn Wording, hub: &Hub) -> Result<(), Trouble> {
    if hub.is_idle() {
        return Ok(begin(feed, hub).await?);
    }
    loop {
        let items = feed.feed(hub.head(), BATCH).await?;
        let Some(last) = items.last() else { return Ok(()) };
        let end = last.number;
        let mut frames = Vec::new();
        for item in &items {
            let about = About::of(item);
            match words.frame(item).await {
                Ok(text) => {
                    let passing = words.passing(item).map(Into::into);
                    frames.push(Frame { about, text: text.into(), passing });
                }
                Err(error) => {
                    // What was put into words is told; the rest comes when it can be.
                    let before = about.number - 1;
                    hub.publish(frames, before);
                    return Err(error.into());
                }
            }
        }
        hub.publish(frames, end);
    }
}
