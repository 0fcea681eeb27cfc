//! Requests that wait for a run: each hears of the commits of its own run, and of no other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use domain::{id::RunId, run::Run};
use tokio::{
    sync::watch::{Receiver, Sender},
    time::{Instant, timeout_at},
};

/// How often a waiting request looks by itself: a hint from another instance may be lost.
const LOOK: Duration = Duration::from_secs(5);

/// A run as this process last wrote it, for those who wait.
type News = Option<Arc<Run>>;

/// Who waits for which run.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<HashMap<RunId, Sender<News>>>>);

/// One that waits; forgotten when this is dropped.
pub(super) struct Listener {
    run: RunId,
    news: Receiver<News>,
    all: Waiting,
}

impl Waiting {
    /// Hears of every commit from here on.
    pub fn listen(&self, run: RunId) -> Listener {
        let news = self.lock().entry(run).or_insert_with(|| Sender::new(None)).subscribe();
        Listener { run, news, all: self.clone() }
    }

    pub fn tell(&self, run: &Run) {
        if let Some(waiting) = self.lock().get(&run.id) {
            waiting.send_replace(Some(Arc::new(run.clone())));
        }
    }

    /// The run was written, maybe by another instance: who waits for it looks.
    pub fn hint(&self, run: RunId) {
        if let Some(waiting) = self.lock().get(&run) {
            waiting.send_replace(None);
        }
    }

    pub fn is_anybody(&self) -> bool {
        !self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, Sender<News>>> {
        self.0.lock().expect("no holder panics")
    }
}

impl Listener {
    /// Returns at the next commit of this process with the run, or without it when it is time to look: after a hint,
    /// after a while, or when `until` has come.
    pub async fn heard(&mut self, until: Instant) -> News {
        let look = until.min(Instant::now() + LOOK);
        match timeout_at(look, self.news.changed()).await {
            Ok(Ok(())) => self.news.borrow_and_update().clone(),
            _ => None,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut all = self.all.lock();
        // This one is still counted.
        if all.get(&self.run).is_some_and(|waiting| waiting.receiver_count() <= 1) {
            all.remove(&self.run);
        }
    }
}
