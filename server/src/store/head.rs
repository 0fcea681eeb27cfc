//! How far the feed goes, as this process knows.

use tokio::sync::{Notify, watch};

/// The head of the feed: never ahead of the database.
#[derive(Debug)]
pub struct Head {
    all: watch::Sender<i64>,
    /// What this process numbered itself.
    here: watch::Sender<i64>,
    elsewhere: Notify,
}

impl Head {
    pub fn at(number: i64) -> Self {
        Self { all: watch::Sender::new(number), here: watch::Sender::new(0), elsewhere: Notify::new() }
    }

    pub fn follow(&self) -> watch::Receiver<i64> {
        self.all.subscribe()
    }

    pub fn follow_here(&self) -> watch::Receiver<i64> {
        self.here.subscribe()
    }

    /// This process has numbered the feed up to here, and that is committed.
    pub fn numbered(&self, up_to: i64) {
        raise(&self.here, up_to);
        raise(&self.all, up_to);
    }

    /// Another process has written something, and the feed goes up to here.
    pub fn heard(&self, up_to: i64) {
        raise(&self.all, up_to);
        self.elsewhere.notify_one();
    }

    pub async fn written_elsewhere(&self) {
        self.elsewhere.notified().await;
    }
}

fn raise(head: &watch::Sender<i64>, to: i64) {
    head.send_if_modified(|number| {
        let further = to > *number;
        *number = to.max(*number);
        further
    });
}
