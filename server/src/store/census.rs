//! Figures for operators.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{checkpoint::CheckpointType, state::Status};

use super::{
    SqlStore,
    engine::Engine,
    sql,
    value::{Fields, unreadable, values},
};
use crate::ports::{Census, Counts, StoreError};

#[async_trait]
impl<E: Engine> Census for SqlStore<E> {
    async fn counts(&self, statuses: &[Status]) -> Result<Counts, StoreError> {
        let mut counts = Counts { connections: self.engine.connections(), ..Counts::default() };
        for status in statuses {
            let count = self.total(sql::runs::COUNT_OF_STATUS, values![status.name()]).await?;
            counts.runs.push((*status, count));
        }
        for row in self.engine.read(sql::census::TICKETS, Vec::new()).await? {
            let name = row.text("checkpoint_type")?;
            let checkpoint = CheckpointType::ALL.into_iter().find(|one| one.name() == name);
            let checkpoint = checkpoint.ok_or_else(|| unreadable("checkpoint_type"))?;
            counts.tickets.push((checkpoint, row.int("total")?.unsigned_abs()));
            let oldest = row.opt_time("oldest")?;
            counts.oldest_ticket = counts.oldest_ticket.into_iter().chain(oldest).min();
        }
        if let Some(row) = self.engine.read_one(sql::census::EFFECTS, Vec::new()).await? {
            counts.effects = row.int("total")?.unsigned_abs();
            counts.oldest_effect = row.opt_time("oldest")?;
        }
        Ok(counts)
    }

    async fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(clock) = E::CLOCK else { return Ok(None) };
        let row = self.engine.read_one(clock, values![self.engine.clock_offset()]).await?;
        row.map(|row| row.time("clock")).transpose()
    }
}
