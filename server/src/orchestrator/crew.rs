//! The places at which this process carries out effects. What a commit calls for is begun at a free place at once; what
//! finds none waits in the outbox until somebody looks.

use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::timeout,
};

/// How many effects this process carries out at once. A provider that takes much of the machine limits itself.
const AT_ONCE: usize = 64;

/// The places, and who is at work there.
#[derive(Clone)]
pub(super) struct Crew(Arc<Parts>);

struct Parts {
    /// Nobody works before the workers start and after they were told to stop.
    open: AtomicBool,
    places: Arc<Semaphore>,
    tasks: Mutex<JoinSet<()>>,
    /// There is work in the outbox for which no place was free: it goes before what is committed now.
    left: AtomicBool,
    look: Arc<Notify>,
}

/// A place at which one effect can be carried out.
pub(super) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    crew: Crew,
}

impl Crew {
    /// `look` is woken when it is worth looking into the outbox.
    pub fn new(look: Arc<Notify>) -> Self {
        Self(Arc::new(Parts {
            open: AtomicBool::new(false),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            tasks: Mutex::default(),
            left: AtomicBool::new(false),
            look,
        }))
    }

    pub fn open(&self) {
        self.0.open.store(true, Ordering::SeqCst);
    }

    /// Up to so many free places, for what is being committed; none while older work is left.
    pub fn places(&self, most: usize) -> Vec<Place> {
        if self.0.left.load(Ordering::SeqCst) { Vec::new() } else { self.free_places(most) }
    }

    /// Up to so many free places, for what was claimed.
    pub fn free_places(&self, most: usize) -> Vec<Place> {
        if !self.0.open.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let free = || self.0.places.clone().try_acquire_owned().ok();
        let place = |permit| Place { permit: Some(permit), crew: self.clone() };
        (0..most).map_while(|_| free()).map(place).collect()
    }

    /// A place, as soon as one is free.
    pub async fn place(&self) -> Place {
        let permit = self.0.places.clone().acquire_owned().await.expect("the semaphore stays open");
        Place { permit: Some(permit), crew: self.clone() }
    }

    /// How many places are free. Where none is, the next one that becomes free has somebody look again.
    pub fn free(&self) -> usize {
        let free = || self.0.places.available_permits();
        if free() == 0 {
            self.leave_work();
        }
        free()
    }

    /// There is work for which no place was free.
    pub fn leave_work(&self) {
        self.0.left.store(true, Ordering::SeqCst);
    }

    /// All that was left is begun.
    pub fn caught_up(&self) {
        self.0.left.store(false, Ordering::SeqCst);
    }

    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.tasks.lock().expect("no holder panics");
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// Begins nothing more, and waits so long for what is under way; `false` if that was cut off.
    pub async fn close(&self, patience: Duration) -> bool {
        self.0.open.store(false, Ordering::SeqCst);
        let mut tasks = mem::take(&mut *self.0.tasks.lock().expect("no holder panics"));
        let all = async { while tasks.join_next().await.is_some() {} };
        let in_time = timeout(patience, all).await.is_ok();
        tasks.shutdown().await;
        in_time
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.permit.take());
        if self.crew.0.left.load(Ordering::SeqCst) {
            self.crew.0.look.notify_one();
        }
    }
}
