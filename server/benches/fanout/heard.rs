//! What all sockets of a crowd have heard.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::oneshot;

/// In every frame that tells of an event.
pub const EVENT: &str = "HITL_APPROVAL_REQUEST";
const RESYNC: &str = "HITL_RESYNC";

#[derive(Default)]
pub struct Heard {
    events: AtomicUsize,
    number: AtomicI64,
    gone: AtomicUsize,
    frame: Mutex<String>,
    goal: Mutex<Option<Goal>>,
    goal_at: AtomicUsize,
}

struct Goal {
    reached: oneshot::Sender<Instant>,
}

impl Heard {
    /// Tells when so many more were heard, by all sockets together.
    pub fn so_many_more(&self, events: usize) -> oneshot::Receiver<Instant> {
        let (reached, when) = oneshot::channel();
        *self.goal.lock().unwrap() = Some(Goal { reached });
        self.goal_at.store(self.events.load(Ordering::SeqCst) + events, Ordering::SeqCst);
        when
    }

    pub fn hear(&self, frame: &str) {
        assert!(!frame.contains(RESYNC), "a socket fell behind");
        if !frame.contains(EVENT) {
            return;
        }
        let now = Instant::now();
        let all = self.events.fetch_add(1, Ordering::SeqCst) + 1;
        if all == self.goal_at.load(Ordering::SeqCst) {
            self.number.store(number_of(frame), Ordering::SeqCst);
            frame.clone_into(&mut self.frame.lock().unwrap());
            if let Some(goal) = self.goal.lock().unwrap().take() {
                let _nobody_waits = goal.reached.send(now);
            }
        }
    }

    /// A socket was hung up on.
    pub fn lose(&self) {
        self.gone.fetch_add(1, Ordering::SeqCst);
    }

    pub fn gone(&self) -> usize {
        self.gone.load(Ordering::SeqCst)
    }

    /// The last frame of an event.
    pub fn frame(&self) -> String {
        self.frame.lock().unwrap().clone()
    }

    /// The feed number of the last event.
    pub fn number(&self) -> i64 {
        self.number.load(Ordering::SeqCst)
    }
}

fn number_of(frame: &str) -> i64 {
    let frame: serde_json::Value = serde_json::from_str(frame).unwrap();
    frame["seq"].as_i64().unwrap()
}
