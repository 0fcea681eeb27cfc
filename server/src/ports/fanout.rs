//! How instances tell each other that there is something to look at.

use async_trait::async_trait;
use tokio::sync::watch;

use super::StoreError;

/// Says how far the feed goes. A hint: it may come late, twice or not at all, so whoever follows also looks by itself
/// every five seconds.
pub trait Fanout: Send + Sync {
    fn head(&self) -> watch::Receiver<i64>;
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
