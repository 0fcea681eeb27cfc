//! The driver around the pure rules: load, step, commit, and start over if somebody else wrote first.

mod asked;
mod attachments;
mod effect;
mod elsewhere;
mod fault;
mod hints;
mod pictures;
mod prepare;
mod service;
mod thread;
mod upkeep;
mod view;
mod worker;

use std::{path::PathBuf, sync::Arc};

use domain::{
    event::Event,
    id::{RunId, TicketId},
    run::Run,
    step::{At, Outcome, Refusal, start, step},
};
use tokio::sync::{Notify, broadcast};

pub use pictures::Direct;
pub use upkeep::{Retention, Swept, UpkeepFault, run_upkeep};
pub use worker::run_workers;

use crate::{
    files::Files,
    observe::{Metrics, committed},
    ports::{
        Change, ClaimedEffect, Clock, IdempotencyKey, Ids, MessageRow, Pictures, Store, StoreError,
        StoredRun,
    },
    provider::Registry,
};

/// Closed tickets that a slow listener may be behind before it has to look for itself.
const CLOSED: usize = 1024;
/// How often a step is tried again when others keep writing first.
const MOST_TRIES: u32 = 50;

/// Everything that running runs takes. Cheap to clone.
#[derive(Clone)]
pub struct Orchestrator {
    store: Arc<dyn Store>,
    /// What people who only look are shown.
    pictures: Arc<dyn Pictures>,
    files: Arc<dyn Files>,
    providers: Registry,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    limits: Limits,
    /// Wakes the workers after a commit.
    work: Arc<Notify>,
    calls: worker::RunningCalls,
    metrics: Arc<Metrics>,
    /// Tickets that were closed, here or elsewhere, for those who wait for one.
    closed: broadcast::Sender<TicketId>,
    /// This program, for the child processes that draw previews.
    program: PathBuf,
}

/// The limits of uploads, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub upload: u64,
    /// For one person within 24 hours.
    pub uploads_per_day: u64,
}

/// Why a step didn't happen.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("there is no such run")]
    NoSuchRun,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What goes with an event into the same transaction.
#[derive(Clone, Default)]
pub struct With {
    /// The effect that led to the event.
    pub finishes: Option<ClaimedEffect>,
    pub key: Option<Keyed>,
    /// What was said along with it.
    pub said: Vec<MessageRow>,
}

/// An idempotency key, and the answer that is kept under it: JSON text, made from the run as it will be.
#[derive(Clone)]
pub struct Keyed {
    pub key: IdempotencyKey,
    pub reply: Arc<dyn Fn(&Run) -> String + Send + Sync>,
}

impl Orchestrator {
    /// Puts the parts together. `program` is this executable.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        files: Arc<dyn Files>,
        providers: Registry,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        limits: Limits,
        program: PathBuf,
    ) -> Self {
        let (work, calls, metrics) = Default::default();
        let (closed, _) = broadcast::channel(CLOSED);
        let pictures = Arc::new(Direct(store.clone()));
        Self {
            store,
            pictures,
            files,
            providers,
            clock,
            ids,
            limits,
            work,
            calls,
            metrics,
            closed,
            program,
        }
    }

    /// With copies in between, for those who only look.
    #[must_use]
    pub fn looking_through(self, pictures: Arc<dyn Pictures>) -> Self {
        Self { pictures, ..self }
    }

    /// The figures that the work is counted in.
    #[must_use]
    pub fn metrics(&self) -> Arc<Metrics> {
        self.metrics.clone()
    }

    /// Takes one step of a run and commits what follows from it.
    ///
    /// # Errors
    ///
    /// [`Fault::Refused`] if the rules don't allow it: the run stays as it was.
    pub async fn apply(&self, run: RunId, event: Event, with: With) -> Result<Run, Fault> {
        for _ in 0..MOST_TRIES {
            let stored = self.store.load(run).await?.ok_or(Fault::NoSuchRun)?;
            let outcome = step(&stored.run, event.clone(), self.at())?;
            let alone = with.finishes.is_none() && with.key.is_none();
            if outcome.run.state == stored.run.state && is_idle(&outcome) && alone {
                return Ok(stored.run);
            }
            match self.commit(outcome, Some(&stored), &with).await {
                Err(StoreError::Conflict) => {}
                result => return Ok(result?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Stores a run that begins, queued if its session is busy.
    async fn begin(&self, run: Run, with: With) -> Result<Run, StoreError> {
        match self.commit(start(run.clone(), false, self.at()), None, &with).await {
            Err(StoreError::SessionBusy) => {
                self.commit(start(run, true, self.at()), None, &with).await
            }
            result => result,
        }
    }

    async fn commit(
        &self,
        outcome: Outcome,
        stored: Option<&StoredRun>,
        with: &With,
    ) -> Result<Run, StoreError> {
        let With { finishes, key, said } = with.clone();
        let from = stored.map(|stored| stored.version);
        let key = key.map(|Keyed { key, reply }| {
            let reply = reply(&outcome.run);
            IdempotencyKey { reply, ..key }
        });
        let mut messages = said;
        messages.extend(thread::messages(&outcome, from.is_none(), self.ids.as_ref()));
        let change = Change { outcome, from, finishes, key, messages };
        let boundary = change.outcome.entries.last().map_or("change", |entry| entry.kind.name());
        crate::crash::point(&format!("before_{boundary}"));
        self.store.commit(&change).await?;
        crate::crash::point(&format!("after_{boundary}"));
        committed(&self.metrics, stored.map(|stored| &stored.run), &change.outcome);
        if let Some(closed) = &change.outcome.closed {
            // Nobody waits for most of them.
            let _ = self.closed.send(closed.ticket.id);
        }
        self.work.notify_waiters();
        self.work.notify_one();
        Ok(change.outcome.run)
    }

    fn at(&self) -> At {
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
