//! The last frames of the feed, and who is woken by which.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{access::Caller, id::RunId};
use tokio::sync::watch;

use super::frame::{Frame, Topics};

/// Frames that are kept …
const MOST_FRAMES: usize = 2_048;
/// … and their bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Where all listeners of this process hear of the feed.
#[derive(Debug, Default)]
pub struct Hub {
    log: RwLock<Log>,
    inbox: watch::Sender<i64>,
    others: Mutex<HashMap<Topic, watch::Sender<i64>>>,
    listeners: AtomicUsize,
    /// The feed can't be read for the moment.
    blind: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Log {
    frames: VecDeque<Arc<Frame>>,
    bytes: usize,
    /// Everything after this number, up to `head`, is in `frames`.
    from: i64,
    head: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Topic {
    Session(String),
    Run(RunId),
}

/// What the hub has for somebody.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// What concerns them, and the number up to which there is nothing else for them.
    Frames { frames: Vec<Arc<Frame>>, upto: i64 },
    /// Their number is further back than the hub remembers: it is in the table.
    TooOld,
}

impl Hub {
    /// How far this process has read the feed.
    #[must_use]
    pub fn head(&self) -> i64 {
        self.log.read().unwrap_or_else(PoisonError::into_inner).head
    }

    /// Nobody listens: what happens need not be put into words.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.listeners.load(Ordering::SeqCst) == 0
    }

    /// What is known here is old, and nobody can say how old.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        *self.blind.borrow()
    }

    /// Returns when the feed can't be read; at once if that is so already.
    pub async fn blind(&self) {
        // It can't fail: the sender is here.
        drop(self.blind.subscribe().wait_for(|blind| *blind).await);
    }

    /// Says whether that is news.
    pub fn set_blind(&self, blind: bool) -> bool {
        self.blind.send_if_modified(|was| std::mem::replace(was, blind) != blind)
    }

    /// Goes on to `head` without a word; whoever comes later finds in the table what was in between.
    pub fn skip(&self, head: i64) {
        {
            let mut log = self.log.write().unwrap_or_else(PoisonError::into_inner);
            if head <= log.head {
                return;
            }
            *log = Log { from: head, head, ..Log::default() };
        }
        // For whoever came in the meantime.
        self.inbox.send_replace(head);
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in others.values() {
            sender.send_replace(head);
        }
    }

    /// Adds what comes next in the feed, up to `head`, and wakes whoever it concerns.
    pub fn publish(&self, frames: Vec<Frame>, head: i64) {
        let frames: Vec<_> = frames.into_iter().map(Arc::new).collect();
        self.log.write().unwrap_or_else(PoisonError::into_inner).add(&frames, head);
        self.wake(&frames, head);
    }

    fn wake(&self, frames: &[Arc<Frame>], head: i64) {
        if frames.iter().any(|frame| frame.about.inbox) {
            self.inbox.send_replace(head);
        }
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in frames {
            let session = Topic::Session(frame.about.session.clone());
            let topics = frame.about.run.map(Topic::Run).into_iter().chain([session]);
            for sender in topics.filter_map(|topic| others.get(&topic)) {
                sender.send_replace(head);
            }
        }
    }

    /// At most `limit` frames after a number that are about these topics.
    #[must_use]
    pub fn next(&self, after: i64, topics: &Topics, caller: &Caller, limit: usize) -> Next {
        let log = self.log.read().unwrap_or_else(PoisonError::into_inner);
        if after < log.from {
            return Next::TooOld;
        }
        let begin = log.frames.partition_point(|frame| frame.about.number <= after);
        let mut upto = log.head.max(after);
        let mut frames = Vec::new();
        for frame in log.frames.range(begin..) {
            if frames.len() == limit {
                upto = frames.last().map_or(upto, |last: &Arc<Frame>| last.about.number);
                break;
            }
            if topics.cover(&frame.about, caller) {
                frames.push(frame.clone());
            }
        }
        Next::Frames { frames, upto }
    }

    /// How many sessions and runs are followed, as far as it is remembered.
    #[cfg(test)]
    pub(super) fn followed(&self) -> usize {
        self.others.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Hears of the topics from here on.
    #[must_use]
    pub fn listen(self: &Arc<Self>, topics: &Topics) -> Listener {
        self.listeners.fetch_add(1, Ordering::SeqCst);
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if others.len() == others.capacity() {
            others.retain(|_, sender| sender.receiver_count() > 0);
        }
        let mut other = |topic| others.entry(topic).or_default().subscribe();
        let session = topics.session.clone().map(Topic::Session).map(&mut other);
        let run = topics.run.map(Topic::Run).map(&mut other);
        let inbox = topics.inbox.then(|| self.inbox.subscribe());
        Listener { hub: self.clone(), inbox, session, run }
    }
}

impl Log {
    fn add(&mut self, frames: &[Arc<Frame>], head: i64) {
        for frame in frames {
            self.bytes += frame.text.len();
            self.frames.push_back(frame.clone());
        }
        self.head = self.head.max(head);
        while self.frames.len() > MOST_FRAMES || self.bytes > MOST_BYTES {
            let Some(oldest) = self.frames.pop_front() else { break };
            self.bytes -= oldest.text.len();
            self.from = oldest.about.number;
        }
    }
}

/// Somebody who is woken when there may be more for them.
#[derive(Debug)]
pub struct Listener {
    hub: Arc<Hub>,
    inbox: Option<watch::Receiver<i64>>,
    session: Option<watch::Receiver<i64>>,
    run: Option<watch::Receiver<i64>>,
}

impl Listener {
    /// Returns when there may be more; at once if there was since the last time.
    pub async fn woken(&mut self) {
        tokio::select! {
            () = changed(&mut self.inbox) => {}
            () = changed(&mut self.session) => {}
            () = changed(&mut self.run) => {}
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.hub.listeners.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn changed(topic: &mut Option<watch::Receiver<i64>>) {
    match topic {
        Some(topic) => {
            if topic.changed().await.is_err() {
                std::future::pending().await
            }
        }
        None => std::future::pending().await,
    }
}
