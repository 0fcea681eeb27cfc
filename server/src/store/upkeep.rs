//! Taking away what is old, and waking up from a backup.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{digest::Digest, id::RunId};

use super::{
    SqlStore,
    engine::{Engine, NoRows, Write},
    sql::upkeep as sql,
    value::{Fields, values},
};
use crate::ports::{Alone, Decisions, StoreError, Upkeep};

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl<E: Engine> Upkeep for SqlStore<E> {
    async fn ended_before(&self, before: DateTime<Utc>, limit: u32) -> Answer<Vec<RunId>> {
        let found = self.engine.read(sql::ENDED_BEFORE, values![before, limit]).await?;
        found.iter().map(|row| Ok(RunId::from_uuid(row.id("run_id")?))).collect()
    }

    async fn remove_runs(
        &self,
        runs: &[RunId],
        decisions: Decisions,
        now: DateTime<Utc>,
    ) -> Answer<()> {
        let mut writes = Vec::new();
        for run in runs {
            if decisions == Decisions::Keep {
                writes.push(Write::new(sql::KEEP_DECISIONS, values![*run, now]));
            }
            writes.extend(sql::REMOVE_PARTS.map(|part| Write::new(part, values![*run])));
            writes.push(Write::new(sql::REMOVE_RUN, values![*run]).or(NoRows::Conflict));
        }
        self.engine.write(writes).await.map(drop)
    }

    async fn remove_talks(&self, before: DateTime<Utc>, limit: u32) -> Answer<u64> {
        let mut writes = Vec::new();
        for talk in self.engine.read(sql::OLD_TALKS, values![before, limit]).await? {
            let of = values![talk.id("owner")?, talk.text("session_id")?, before];
            writes.push(Write::new(sql::REMOVE_TALK, of.clone()));
            writes.push(Write::new(sql::REMOVE_THREAD, of));
        }
        if writes.is_empty() {
            return Ok(0);
        }
        let removed = self.engine.write(writes).await?;
        Ok(removed.iter().map(|rows| rows.len() as u64).sum())
    }

    async fn remove_attachments(&self, before: DateTime<Utc>, limit: u32) -> Answer<u64> {
        let remove = Write::new(sql::REMOVE_ATTACHMENTS, values![before, limit]);
        let removed = self.engine.write(vec![remove]).await?;
        Ok(removed.iter().map(|rows| rows.len() as u64).sum())
    }

    async fn is_attached(&self, content: &Digest) -> Answer<bool> {
        Ok(self.engine.read_one(sql::ATTACHED, values![*content]).await?.is_some())
    }

    async fn forget_keys(&self, before: DateTime<Utc>, limit: u32) -> Answer<u64> {
        let old = self.engine.read(sql::OLD_KEYS, values![before, limit]).await?;
        let forget = old.iter().map(|row| {
            Ok(Write::new(sql::FORGET_KEY, values![row.text("scope")?, row.text("key")?]))
        });
        let forget = forget.collect::<Answer<Vec<_>>>()?;
        let count = forget.len() as u64;
        if count > 0 {
            self.engine.write(forget).await?;
        }
        Ok(count)
    }

    async fn unsettled_restore(&self) -> Answer<Option<DateTime<Utc>>> {
        let row = self.engine.read_one(sql::UNSETTLED, Vec::new()).await?;
        row.map_or(Ok(None), |row| row.opt_time("restored_at"))
    }

    async fn settling(&self) -> Answer<Option<Alone>> {
        self.engine.settling().await
    }

    async fn settle_restores(&self, now: DateTime<Utc>) -> Answer<()> {
        let call_nobody = Write::new(sql::CALL_NOBODY_BACK, Vec::new());
        let settle = Write::new(sql::SETTLE, values![now]);
        self.engine.write(vec![call_nobody, settle]).await.map(drop)
    }
}
