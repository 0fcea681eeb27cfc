//! How this process hears that there is more in the feed.

use async_trait::async_trait;
use tokio::sync::watch;

use super::StoreError;

/// Says how far the feed goes. A hint: it may come late, twice or not at all, so whoever follows also looks by
/// itself every five seconds.
pub trait Fanout: Send + Sync {
    /// The largest feed number that this process has heard of; changes whenever there may be more.
    fn head(&self) -> watch::Receiver<i64>;
}

/// The hint within one process: raised by whoever has given numbers, or has heard that somebody did.
#[derive(Debug, Clone, Default)]
pub struct Head(watch::Sender<i64>);

impl Head {
    /// The feed goes up to `number` at least.
    pub fn reached(&self, number: i64) {
        self.0.send_if_modified(|head| {
            let further = number > *head;
            *head = number.max(*head);
            further
        });
    }
}

impl Fanout for Head {
    fn head(&self) -> watch::Receiver<i64> {
        self.0.subscribe()
    }
}

/// What somebody who carries words between instances needs from storage.
#[async_trait]
pub trait Wired: Fanout {
    /// How far this process has numbered the feed by itself: what the others should hear of.
    fn numbered_here(&self) -> watch::Receiver<i64>;

    /// Somebody says that another instance wrote something: storage looks how far the feed goes. Whatever was said, the
    /// head is what the database says.
    async fn look_elsewhere(&self) -> Result<(), StoreError>;
}
