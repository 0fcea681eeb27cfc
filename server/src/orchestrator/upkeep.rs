//! Takes away what is too old, in small steps: runs and files as the settings say, keys of requests, and content that
//! nobody refers to. And what is done once after a restore from a backup.

use std::time::Duration;

use app::api::page::PageRequest;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{event::Event, state::Status};
use futures::TryStreamExt;
use tokio_util::sync::CancellationToken;

use super::{Fault, Orchestrator, With};
use crate::{
    files::FilesError,
    ports::{Decisions, RunFilter, StoreError},
};

/// How long a request's idempotency key is known.
const KEYS: TimeDelta = TimeDelta::days(7);
/// Content of uploads that are under way is referred to within moments.
const YOUNG: TimeDelta = TimeDelta::days(1);
/// How long content that was set aside can come back.
const ASIDE: TimeDelta = TimeDelta::minutes(50);
/// Few enough that nobody waits for the transaction; of sessions without a run as many.
const RUNS: u32 = 20;
const ROWS: u32 = 200;

const FIRST_LOOK: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(3_600);
/// How often an instance looks whether another one has settled a restore.
const SETTLED: Duration = Duration::from_millis(250);

/// How long what is kept; `None` for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// After a run's end; also of what is said in sessions without one.
    pub runs: Option<TimeDelta>,
    /// After an upload, or a result.
    pub files: Option<TimeDelta>,
    /// What stays of the decisions of runs that are taken away.
    pub decisions: Decisions,
}

/// What a look took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub runs: u64,
    /// What was said where no run is left.
    pub messages: u64,
    pub attachments: u64,
    pub keys: u64,
    /// Content set aside, because nobody refers to it.
    pub set_aside: u64,
    /// Content removed that had been set aside before.
    pub removed: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum UpkeepFault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// Looks once an hour, until `stop` is cancelled. Several instances may: nothing is counted on, and a look that finds
/// another one at work takes what is left.
pub async fn run_upkeep(orchestrator: Orchestrator, retention: Retention, stop: CancellationToken) {
    let mut pause = FIRST_LOOK;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = EVERY;
        tokio::select! {
            () = stop.cancelled() => return,
            swept = orchestrator.sweep_in_time(retention) => match swept {
                Ok(swept) if swept == Swept::default() => {}
                Ok(Swept { runs, messages, attachments, keys, set_aside, removed }) => {
                    tracing::info!(runs, messages, attachments, keys, set_aside, removed, "took away what was too old");
                }
                Err(error) => tracing::warn!(%error, "taking away what is too old failed; trying again later"),
            },
        }
    }
}

/// Takes one step after the other until there is nothing left; gives how much there was.
async fn until_none<F>(mut step: impl FnMut() -> F) -> Result<u64, StoreError>
where
    F: Future<Output = Result<u64, StoreError>>,
{
    let mut count = 0;
    loop {
        match step().await? {
            0 => return Ok(count),
            some => count += some,
        }
    }
}

impl Orchestrator {
    /// As [`Self::sweep`]; nothing is too old by a clock that is wrong.
    async fn sweep_in_time(&self, retention: Retention) -> Result<Swept, UpkeepFault> {
        if !self.clock_is_right().await? {
            return Ok(Swept::default());
        }
        self.sweep(retention).await
    }

    /// One look at everything.
    ///
    /// # Errors
    ///
    /// What stopped it; what was taken away until then is gone, and the next look goes on.
    pub async fn sweep(&self, retention: Retention) -> Result<Swept, UpkeepFault> {
        let now = self.clock.now();
        let mut swept = Swept::default();
        if let Some(age) = retention.runs {
            let before = now - age;
            swept.runs = self.sweep_runs(before, retention.decisions, now).await?;
            swept.messages = until_none(|| self.store.remove_talks(before, RUNS)).await?;
        }
        if let Some(age) = retention.files {
            let before = now - age;
            swept.attachments = until_none(|| self.store.remove_attachments(before, ROWS)).await?;
        }
        let before = now - KEYS;
        swept.keys = until_none(|| self.store.forget_keys(before, ROWS)).await?;
        swept.removed = self.remove_unused(now).await?;
        swept.set_aside = self.set_unused_aside(now).await?;
        Ok(swept)
    }

    async fn sweep_runs(
        &self,
        before: DateTime<Utc>,
        decisions: Decisions,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        loop {
            let runs = self.store.ended_before(before, RUNS).await?;
            if runs.is_empty() {
                return Ok(count);
            }
            match self.store.remove_runs(&runs, decisions, now).await {
                Ok(()) => count += runs.len() as u64,
                // Another instance took them, or somebody wrote into their session just now.
                Err(StoreError::Conflict) => return Ok(count),
                Err(error) => return Err(error),
            }
        }
    }

    async fn remove_unused(&self, now: DateTime<Utc>) -> Result<u64, UpkeepFault> {
        let mut count = 0;
        for content in self.files.set_aside_before(now - ASIDE).await? {
            if self.store.is_attached(&content).await? {
                self.files.put_back(&content).await?;
            } else {
                self.files.remove(&content).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn set_unused_aside(&self, now: DateTime<Utc>) -> Result<u64, UpkeepFault> {
        let mut count = 0;
        let mut stored = self.files.stored_before(now - YOUNG);
        while let Some(content) = stored.try_next().await? {
            if !self.store.is_attached(&content).await? {
                self.files.set_aside(&content, now).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// If the database comes from a backup, tells every run that isn't over, once, or waits until another instance has.
    /// Call it before anybody can decide and before any effect is carried out.
    ///
    /// # Errors
    ///
    /// If the store fails: then call it again, and carry nothing out before.
    pub async fn settle_restore(&self) -> Result<(), StoreError> {
        while self.store.unsettled_restore().await?.is_some() {
            match self.store.settling().await? {
                Some(_alone) => self.settle_alone().await?,
                None => tokio::time::sleep(SETTLED).await,
            }
        }
        Ok(())
    }

    async fn settle_alone(&self) -> Result<(), StoreError> {
        // Whoever had the lock before may have settled it.
        if self.store.unsettled_restore().await?.is_none() {
            return Ok(());
        }
        let statuses = vec![Status::Queued, Status::Running, Status::AwaitingHuman];
        let filter = RunFilter { statuses, ..RunFilter::default() };
        let mut page = PageRequest { cursor: None, limit: ROWS };
        let mut told = 0_u32;
        loop {
            let runs = self.store.runs(&filter, page.clone()).await?;
            for row in runs.items {
                match self.apply(row.run, Event::Restored, With::default()).await {
                    Ok(_) => told += 1,
                    // It is over by now.
                    Err(Fault::Refused(_) | Fault::NoSuchRun) => {}
                    Err(Fault::Store(error)) => return Err(error),
                }
            }
            page.cursor = runs.next;
            if page.cursor.is_none() {
                break;
            }
        }
        self.store.settle_restores(self.clock.now()).await?;
        tracing::warn!(
            runs = told,
            "restored from a backup: nothing that was on its way goes on by itself, and no agent that asked before is \
             called back; let each ask with GET /api/hitl/approvals/{{approval_id}}"
        );
        Ok(())
    }
}
