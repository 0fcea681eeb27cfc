//! How far the feed goes, as this process knows: never ahead of the database.

use tokio::sync::Notify;

use crate::ports::Head;

#[derive(Debug, Default)]
pub struct FeedHead {
    pub all: Head,
    /// What this process numbered itself.
    pub here: Head,
    elsewhere: Notify,
}

impl FeedHead {
    pub fn at(number: i64) -> Self {
        let head = Self::default();
        head.all.reached(number);
        head
    }

    /// This process has numbered the feed up to here, and that is committed.
    pub fn numbered(&self, up_to: i64) {
        self.here.reached(up_to);
        self.all.reached(up_to);
    }

    /// Another process has written something, and the feed goes up to here.
    pub fn heard(&self, up_to: i64) {
        self.all.reached(up_to);
        self.elsewhere.notify_one();
    }

    pub async fn written_elsewhere(&self) {
        self.elsewhere.notified().await;
    }
}
