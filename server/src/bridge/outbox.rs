//! What waits to be sent to one client.

use std::{collections::VecDeque, time::Duration};

use axum::extract::ws::Utf8Bytes;
use tokio::time::Instant;

use super::Close;

/// A client that takes nothing for so long while there is something is too slow, however little it is.
const STUCK: Duration = Duration::from_secs(30);
/// What may wait …
const MOST_WAITING: usize = 256;
/// … and its bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// What goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    Text(Utf8Bytes),
    Ping,
    Close(Close),
}

/// What waits, in order.
#[derive(Debug)]
pub struct Outbox {
    waiting: VecDeque<Out>,
    bytes: usize,
    /// When something was taken last, or began to wait.
    moved: Instant,
}

impl Outbox {
    pub fn new(now: Instant) -> Self {
        Self { waiting: VecDeque::new(), bytes: 0, moved: now }
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether so many bytes more would be too much.
    pub fn is_full_with(&self, bytes: usize) -> bool {
        self.waiting.len() >= MOST_WAITING || self.bytes + bytes > MOST_BYTES
    }

    /// When the client is too slow if it takes nothing until then.
    pub fn stuck_at(&self) -> Option<Instant> {
        (!self.is_empty()).then(|| self.moved + STUCK)
    }

    pub fn push(&mut self, out: Out, now: Instant) {
        if self.is_empty() {
            self.moved = now;
        }
        self.bytes += out.bytes();
        self.waiting.push_back(out);
    }

    pub fn take(&mut self, now: Instant) -> Option<Out> {
        let out = self.waiting.pop_front()?;
        self.bytes -= out.bytes();
        self.moved = now;
        Some(out)
    }

    /// Throws away whatever waits.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.bytes = 0;
    }
}

impl Out {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Ping | Self::Close(_) => 0,
        }
    }
}
