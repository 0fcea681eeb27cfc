//! Takes effects from the outbox and wakes runs whose time has come. A paused run costs nothing here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use chrono::TimeDelta;
use domain::{effect::Effect, event::Event, id::RunId};
use tokio_util::sync::CancellationToken;

use super::{Fault, Orchestrator, With, crew::Place};
use crate::ports::{ClaimedEffect, StoreError, StoredRun};

/// How long an effect belongs to whoever claimed it.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(20);
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// The longest wait before looking again, in case a wake-up was missed.
pub(super) const SAFETY_LOOK: Duration = Duration::from_secs(5);
const DUE_AT_ONCE: u32 = 100;
/// What is under way when the server stops gets this long. A call that takes longer is cut off, and
/// treated at the next start as if the server had died during it.
const GOODBYE: Duration = Duration::from_secs(5);

/// The calls that this process is in, so that they can be stopped.
#[derive(Clone, Default)]
pub(super) struct RunningCalls(Arc<Mutex<HashMap<(RunId, u32), CancellationToken>>>);

/// A call that is under way; forgotten when this is dropped.
pub(super) struct RunningCall {
    calls: RunningCalls,
    call: (RunId, u32),
    stop: CancellationToken,
}

impl RunningCalls {
    pub fn begin(&self, run: RunId, attempt: u32) -> RunningCall {
        let (call, stop) = ((run, attempt), CancellationToken::new());
        self.lock().insert(call, stop.clone());
        RunningCall { calls: self.clone(), call, stop }
    }

    /// Stops a call of this process; of another process's calls it knows nothing.
    pub fn stop(&self, run: RunId, attempt: u32) {
        if let Some(stop) = self.lock().get(&(run, attempt)) {
            stop.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(RunId, u32), CancellationToken>> {
        self.0.lock().expect("no holder panics")
    }
}

impl RunningCall {
    /// Waits until somebody stops the call.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.calls.lock().remove(&self.call);
    }
}

/// Works until `stop` is cancelled, then waits a little for what is under way.
pub async fn run_workers(orchestrator: Orchestrator, stop: CancellationToken) {
    orchestrator.crew.open();
    let waiting = orchestrator.clone();
    let telling = async move { waiting.tell_who_waits().await };
    let telling = tokio::spawn(stop.clone().run_until_cancelled_owned(telling));
    while !stop.is_cancelled() {
        let pause = match orchestrator.look().await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read; trying again");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = orchestrator.work.notified(), if !pause.is_zero() => {}
            () = orchestrator.store.written_elsewhere(), if !pause.is_zero() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    if !orchestrator.crew.close(GOODBYE).await {
        tracing::warn!("the server stops during a call; the next start settles what became of it");
    }
    let _ended = telling.await;
}

impl Orchestrator {
    /// Starts what is ready and nobody has begun; gives the time until it is worth looking again.
    async fn look(&self) -> Result<Duration, StoreError> {
        if !self.clock_is_right().await? {
            return Ok(SAFETY_LOOK);
        }
        self.wake_due().await?;
        let free = self.crew.free();
        if free == 0 {
            return Ok(SAFETY_LOOK);
        }
        if self.begin_left(free).await? {
            return Ok(Duration::ZERO);
        }
        let next = self.store.next_wake().await?;
        let until = next.map(|next| (next - self.clock.now()).to_std().unwrap_or_default());
        Ok(until.unwrap_or(SAFETY_LOOK).clamp(Duration::from_millis(5), SAFETY_LOOK))
    }

    /// Begins up to so many of the effects that lie in the outbox; `false` if there was none.
    async fn begin_left(&self, most: usize) -> Result<bool, StoreError> {
        let (now, limit) = (self.clock.now(), u32::try_from(most).unwrap_or(u32::MAX));
        let claimed = self.store.claim(now, self.ids.uuid(), now + LEASE, limit).await?;
        if claimed.len() < most {
            self.crew.caught_up();
        }
        let any = !claimed.is_empty();
        // Commits may have taken some of them meanwhile.
        let mut places = self.crew.free_places(claimed.len()).into_iter();
        for effect in claimed {
            self.carry_out_at(places.next(), effect, None);
        }
        Ok(any)
    }

    /// Carries out an effect of this process's, at the next free place if it has none. `at_hand` is the run as the effect
    /// was written with it.
    pub(super) fn carry_out_at(
        &self,
        place: Option<Place>,
        effect: ClaimedEffect,
        at_hand: Option<StoredRun>,
    ) {
        let orchestrator = self.clone();
        self.crew.spawn(async move {
            orchestrator.hold_lease_and_carry_out(place, &effect, at_hand).await;
        });
    }

    /// Gives each run whose time has come its tick.
    async fn wake_due(&self) -> Result<(), StoreError> {
        for run in self.store.due(self.clock.now(), DUE_AT_ONCE).await? {
            match self.apply(run, Event::Tick, With::default()).await {
                Ok(_) | Err(Fault::Refused(_) | Fault::NoSuchRun) => {}
                Err(Fault::Store(StoreError::Conflict)) => {}
                Err(Fault::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn hold_lease_and_carry_out(
        &self,
        place: Option<Place>,
        effect: &ClaimedEffect,
        at_hand: Option<StoredRun>,
    ) {
        let work = async {
            let _place = match place {
                Some(place) => place,
                None => self.crew.place().await,
            };
            self.carry_out(effect, at_hand).await
        };
        tokio::pin!(work);
        let result = loop {
            tokio::select! {
                result = &mut work => break result,
                () = tokio::time::sleep(RENEW_EVERY) => self.renew(effect).await,
            }
        };
        if let Err(error) = result {
            tracing::warn!(run.id = %effect.run, %error, "an effect failed; it is tried again when its lease ends");
        }
    }

    /// Stops a call whose run is over: the word to stop may have gone to another process.
    async fn stop_if_over(&self, claimed: &ClaimedEffect) {
        let Effect::Call { attempt, .. } = claimed.effect else { return };
        if let Ok(Some(stored)) = self.store.load(claimed.run).await
            && stored.run.state.is_over()
        {
            self.calls.stop(claimed.run, attempt);
        }
    }

    async fn renew(&self, effect: &ClaimedEffect) {
        match self.store.renew(effect, self.clock.now() + LEASE).await {
            Ok(true) => self.stop_if_over(effect).await,
            Ok(false) => tracing::warn!(run.id = %effect.run, "the lease of an effect was lost"),
            Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
        }
    }
}
