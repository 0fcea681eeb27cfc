//! A step of a run: load, step, commit, and start over if somebody else wrote first.

use domain::{
    effect::Effect,
    event::Event,
    id::{RunId, TicketId},
    run::Run,
    step::{At, Outcome, start, step, wakes_at},
};

use super::{Fault, Keyed, Orchestrator, With, thread, worker};
use crate::{
    observe::committed,
    ports::{Change, Committed, IdempotencyKey, Lease, StoreError, StoredRun},
};

/// How often a step is tried again when others keep writing first.
const MOST_TRIES: u32 = 50;

impl Orchestrator {
    /// Takes one step of a run and commits what follows from it.
    ///
    /// # Errors
    ///
    /// [`Fault::Refused`] if the rules don't allow it: the run stays as it was.
    pub async fn apply(&self, run: RunId, event: Event, with: With) -> Result<Run, Fault> {
        self.advance(run, None, event, with).await.map(|stored| stored.run)
    }

    /// As [`Self::apply`], from the run as it was a moment ago: it is loaded only if somebody wrote since then.
    pub(super) async fn advance(
        &self,
        run: RunId,
        mut at_hand: Option<StoredRun>,
        event: Event,
        with: With,
    ) -> Result<StoredRun, Fault> {
        for _ in 0..MOST_TRIES {
            let may_be_old = at_hand.is_some();
            let stored = match at_hand.take() {
                Some(stored) => stored,
                None => self.store.load(run).await?.ok_or(Fault::NoSuchRun)?,
            };
            match self.take_step(stored, event.clone(), &with).await {
                Err(Fault::Store(StoreError::Conflict)) => {}
                Err(Fault::Refused(_)) if may_be_old => {}
                result => return result,
            }
        }
        Err(StoreError::Conflict.into())
    }

    async fn take_step(
        &self,
        stored: StoredRun,
        event: Event,
        with: &With,
    ) -> Result<StoredRun, Fault> {
        let outcome = step(&stored.run, event, self.at())?;
        let alone = with.finishes.is_none() && with.key.is_none();
        if outcome.run.state == stored.run.state && is_idle(&outcome) && alone {
            return Ok(stored);
        }
        Ok(self.commit(outcome, Some(&stored), with).await?)
    }

    /// Stores a run that begins, queued if its session is busy.
    pub(super) async fn begin(&self, run: Run, with: With) -> Result<Run, StoreError> {
        let begun = self.with_first_look(start(run.clone(), false, self.at())).await?;
        let stored = match self.commit(begun, None, &with).await {
            Err(StoreError::SessionBusy) => {
                self.commit(start(run, true, self.at()), None, &with).await
            }
            result => result,
        };
        Ok(stored?.run)
    }

    pub(super) async fn commit(
        &self,
        outcome: Outcome,
        stored: Option<&StoredRun>,
        with: &With,
    ) -> Result<StoredRun, StoreError> {
        self.may_open(&outcome)?;
        let ready = outcome.effects.iter().filter(|effect| effect.is_ready()).count();
        let places = self.crew.places(ready);
        let outcome = if places.is_empty() { outcome } else { self.with_call_begun(outcome) };
        let change = self.change(outcome, stored, with, places.len());
        crash_point("before", &change.outcome);
        let Committed { version, claimed } = self.store.commit(&change).await?;
        crash_point("after", &change.outcome);
        let Change { outcome, .. } = change;
        committed(&self.metrics, stored.map(|stored| &stored.run), &outcome);
        self.waiting.tell(&outcome.run);
        if claimed.len() < ready {
            self.crew.leave_work();
        }
        if claimed.len() < ready || self.wakes_soon(&outcome) {
            self.work.notify_one();
        }
        let stored = StoredRun { run: outcome.run, version };
        for (effect, place) in claimed.into_iter().zip(places) {
            self.carry_out_at(Some(place), effect, Some(stored.clone()));
        }
        Ok(stored)
    }

    fn change(
        &self,
        outcome: Outcome,
        stored: Option<&StoredRun>,
        with: &With,
        places: usize,
    ) -> Change {
        let With { finishes, key, cap, said } = with.clone();
        let from = stored.map(|stored| stored.version);
        let key = key.map(|Keyed { key, reply }| {
            let reply = reply(&outcome.run);
            IdempotencyKey { reply, ..key }
        });
        let mut messages = said;
        messages.extend(thread::messages(&outcome, from.is_none(), self.ids.as_ref()));
        let (id, until) = (self.ids.uuid(), self.clock.now() + worker::LEASE);
        let lease = (places > 0).then_some(Lease { id, until, effects: places });
        Change { outcome, from, finishes, key, cap, messages, lease }
    }

    /// Something has to be done before whoever looks into the outbox would look by themselves.
    fn wakes_soon(&self, outcome: &Outcome) -> bool {
        let look = self.clock.now() + worker::SAFETY_LOOK;
        let later = outcome.effects.iter().filter_map(Effect::not_before);
        later.chain(wakes_at(&outcome.run)).any(|wakes_at| wakes_at <= look)
    }

    pub(super) fn at(&self) -> At {
        At { now: self.clock.now(), fresh: TicketId::from_uuid(self.ids.uuid()) }
    }
}

/// Nothing but the time of change would be written.
fn is_idle(outcome: &Outcome) -> bool {
    outcome.entries.is_empty()
        && outcome.effects.is_empty()
        && outcome.opened.is_none()
        && outcome.closed.is_none()
        && outcome.changed.is_none()
}

/// Each entry of a change names a boundary at which a test can kill this process.
fn crash_point(side: &str, outcome: &Outcome) {
    if cfg!(debug_assertions) {
        for entry in &outcome.entries {
            crate::crash::point(&format!("{side}_{}", entry.kind.name()));
        }
    }
}
