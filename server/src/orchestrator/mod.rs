//! The driver around the pure rules: what comes in is stepped and committed, what follows from it is carried out.

mod advance;
mod asked;
mod at_once;
mod attachments;
mod callback;
mod caps;
mod crew;
mod effect;
mod elsewhere;
mod fault;
mod hints;
mod kept;
mod links;
mod named;
mod pictures;
mod prepare;
mod service;
mod thread;
mod upkeep;
mod view;
mod waiting;
mod worker;
mod wrong_clock;

use std::{path::PathBuf, sync::Arc};

use domain::{run::Run, step::Refusal};
use tokio::sync::{Notify, Semaphore};

pub use caps::{AgentCap, Caps};
pub use pictures::Direct;
pub use upkeep::{Retention, Swept, UpkeepFault, run_upkeep};
pub use worker::run_workers;

use crate::{
    files::Files,
    observe::Metrics,
    ports::{
        Cap, ClaimedEffect, Clock, Egress, IdempotencyKey, Ids, MessageRow, Pictures, Store,
        StoreError,
    },
    provider::{Registry, image},
};

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
    /// Wakes whoever looks into the outbox.
    work: Arc<Notify>,
    crew: crew::Crew,
    calls: worker::RunningCalls,
    metrics: Arc<Metrics>,
    waiting: waiting::Waiting,
    wrong_clock: wrong_clock::WrongClock,
    /// This program, for the child processes that draw previews.
    program: PathBuf,
    egress: Arc<dyn Egress>,
    /// The way to files that requests name by their addresses.
    links: Arc<dyn Egress>,
    /// How many agents may be called back at once.
    callbacks: Arc<Semaphore>,
    /// How many previews may be drawn at once.
    previews: Arc<Semaphore>,
}

/// How much callers may send and ask.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest upload, in bytes.
    pub upload: u64,
    /// For one person within 24 hours, in bytes.
    pub uploads_per_day: u64,
    pub agents: Caps,
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
    /// For what an agent starts.
    pub cap: Option<Cap>,
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
        let (calls, metrics, waiting, wrong_clock) = Default::default();
        let work = Arc::new(Notify::new());
        let crew = crew::Crew::new(work.clone());
        let (egress, links) = (Arc::new(callback::Nowhere), Arc::new(callback::Nowhere));
        let callbacks = Arc::new(Semaphore::new(callback::AT_ONCE));
        let previews = Arc::new(Semaphore::new(image::AT_ONCE));
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
            crew,
            calls,
            metrics,
            waiting,
            wrong_clock,
            program,
            egress,
            links,
            callbacks,
            previews,
        }
    }

    /// With copies in between, for those who only look.
    #[must_use]
    pub fn looking_through(self, pictures: Arc<dyn Pictures>) -> Self {
        Self { pictures, ..self }
    }

    /// With a way to call agents back; without one nobody can ask for it.
    #[must_use]
    pub fn with_egress(self, egress: Arc<dyn Egress>, links: Arc<dyn Egress>) -> Self {
        Self { egress, links, ..self }
    }

    /// Answers all who wait for a run with what is known: the server stops.
    pub fn stop_waiting(&self) {
        self.waiting.stop();
    }

    /// The figures that the work is counted in.
    #[must_use]
    pub fn metrics(&self) -> Arc<Metrics> {
        self.metrics.clone()
    }
}
