//! The one task of a process that follows the feed.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout, timeout_at},
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
/// The feed may stand still for so long before clients are sent away: what they show is old by then.
const PATIENCE: Duration = Duration::from_secs(5);
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
    let mut sight = Sight { hub: &hub, since: None };
    while let Err(error) = sight.wait(begin(&*feed, &hub)).await {
        tracing::warn!("live clients wait: {error}");
        sleep(AFTER_TROUBLE).await;
    }
    loop {
        let reached = *head.borrow_and_update();
        let read = if hub.is_idle() && reached > 0 && !hub.is_blind() {
            // Nobody is there to be told.
            hub.skip(reached);
            Ok(())
        } else {
            catch_up(&*feed, &*words, &mut sight).await
        };
        if let Err(trouble) = read {
            tracing::warn!("live clients wait: {trouble}");
            sleep(AFTER_TROUBLE).await;
            continue;
        }
        sight.clear();
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

async fn catch_up(
    feed: &dyn Feed,
    words: &dyn Wording,
    sight: &mut Sight<'_>,
) -> Result<(), Trouble> {
    let hub = sight.hub;
    if hub.is_idle() {
        return Ok(sight.wait(begin(feed, hub)).await?);
    }
    loop {
        let items = sight.wait(feed.feed(hub.head(), BATCH)).await?;
        let Some(last) = items.last() else { return Ok(()) };
        let end = last.number;
        let mut frames = Vec::new();
        for item in &items {
            let about = About::of(item);
            match sight.wait(words.frame(item)).await {
                Ok(text) => {
                    sight.clear();
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

/// Whether this process gets on with the feed, which those who rely on it have to know.
struct Sight<'a> {
    hub: &'a Hub,
    /// Since when nothing of it was read.
    since: Option<Instant>,
}

impl Sight<'_> {
    fn clear(&mut self) {
        self.since = None;
        if self.hub.set_blind(false) {
            tracing::info!("the feed is read again");
        }
    }

    /// Waits for a part of the work; sends clients away when this, or what was tried before it, takes too long.
    async fn wait<T, E>(&mut self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let end = *self.since.get_or_insert_with(Instant::now) + PATIENCE;
        let mut work = pin!(work);
        let done = match timeout_at(end, work.as_mut()).await {
            Ok(done) => done,
            Err(_late) => {
                self.lose();
                work.await
            }
        };
        if done.is_err() && Instant::now() >= end {
            self.lose();
        }
        done
    }

    fn lose(&self) {
        if self.hub.set_blind(true) {
            tracing::warn!("the feed can't be read: live clients are sent away until it can be");
        }
    }
}
