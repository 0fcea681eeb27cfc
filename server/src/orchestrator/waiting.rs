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
use tokio_util::sync::CancellationToken;

/// How often a waiting request looks by itself: a hint from another instance may be lost.
const LOOK: Duration = Duration::from_secs(5);

/// A run as this process last wrote it, for those who wait.
type News = Option<Arc<Run>>;

/// Who waits for which run.
#[derive(Clone, Default)]
pub(super) struct Waiting {
    runs: Arc<Mutex<HashMap<RunId, Sender<News>>>>,
    stopping: CancellationToken,
}

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

    /// Nobody waits any longer: the server stops.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    pub fn is_anybody(&self) -> bool {
        !self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, Sender<News>>> {
        self.runs.lock().expect("no holder panics")
    }
}

impl Listener {
    /// Returns at the next commit of this process with the run, or without it when it is time to look: after a hint,
    /// after a while, when `until` has come, or when the server stops.
    pub async fn heard(&mut self, until: Instant) -> News {
        let look = until.min(Instant::now() + LOOK);
        let news = timeout_at(look, self.news.changed());
        match self.all.stopping.run_until_cancelled(news).await {
            Some(Ok(Ok(()))) => self.news.borrow_and_update().clone(),
            _ => None,
        }
    }

    /// Whether there is still time to wait.
    pub fn waits(&self, until: Instant) -> bool {
        Instant::now() < until && !self.all.stopping.is_cancelled()
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
