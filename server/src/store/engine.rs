//! What a database has to be able to do.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, TicketId};

use super::{
    caps,
    head::FeedHead,
    rows, sql,
    value::{Fields, Value, values},
};
use crate::ports::{Alone, Capped, Connections, StoreError};

/// One statement of a change.
#[derive(Debug, Clone)]
pub struct Write {
    pub sql: &'static str,
    pub values: Vec<Value>,
    pub unless: NoRows,
    /// The column of the number that it gives back.
    pub gives: Option<&'static str>,
}

/// What it means that a statement gave no row back; if it is an error, nothing of the change is kept.
#[derive(Debug, Clone)]
pub enum NoRows {
    /// Nothing: the statement gives no rows, or needs none.
    Fine,
    Conflict,
    /// The idempotency key is known: the values find what it was used for.
    KeyUsed(Vec<Value>),
    /// The ticket couldn't be closed: too late if it is still open at this version.
    Late {
        ticket: TicketId,
        version: u32,
    },
    /// The agent started as many as it may within the hour.
    TooOften {
        agent: PersonId,
        most: u32,
        now: DateTime<Utc>,
    },
    /// As many runs of the agent as may wait for people do.
    TooMany(u32),
}

impl NoRows {
    /// What has to be asked to tell; `None` if it is clear without.
    pub fn question(&self) -> Option<(&'static str, Vec<Value>)> {
        match self {
            Self::Fine | Self::Conflict | Self::TooMany(_) => None,
            Self::KeyUsed(key) => Some((sql::runs::USED_KEY, key.clone())),
            Self::Late { ticket, version } => {
                Some((sql::tickets::STILL_OPEN, values![*ticket, *version]))
            }
            Self::TooOften { agent, .. } => Some((sql::caps::OLDEST_START, values![*agent])),
        }
    }

    /// What it means, with the rows that the question gave.
    pub fn answer(&self, found: &[impl Fields]) -> Result<(), StoreError> {
        match (self, found.first()) {
            (Self::Fine, _) => Ok(()),
            (Self::KeyUsed(_), Some(used)) => {
                Err(StoreError::KeyUsed(Box::new(rows::used_key(used)?)))
            }
            (Self::Late { .. }, Some(_still_open)) => Err(StoreError::TooLate),
            (Self::TooOften { most, now, .. }, found) => {
                let oldest = found.map(|row| row.opt_time("at")).transpose()?.flatten();
                let wait = caps::wait(oldest, *now);
                Err(StoreError::Capped(Capped::PerHour { most: *most, wait }))
            }
            (Self::TooMany(most), _) => Err(StoreError::Capped(Capped::Pending(*most))),
            (Self::Conflict | Self::KeyUsed(_) | Self::Late { .. }, _) => Err(StoreError::Conflict),
        }
    }
}

impl Write {
    pub fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values, unless: NoRows::Fine, gives: None }
    }

    pub fn or(self, unless: NoRows) -> Self {
        Self { unless, ..self }
    }

    pub fn giving(self, column: &'static str) -> Self {
        Self { gives: Some(column), ..self }
    }
}

/// The number in a column of the rows that a statement gave back.
pub fn number(
    gives: Option<&'static str>,
    rows: &[impl Fields],
) -> Result<Option<i64>, StoreError> {
    match (gives, rows.first()) {
        (Some(column), Some(row)) => row.opt_int(column),
        _ => Ok(None),
    }
}

/// A database that runs statements.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    type Row: Fields + Send;

    /// Closes a ticket by a person's decision: only while it is pending, at `$2`, and its deadline
    /// is ahead of the database's own running clock and `$6` microseconds.
    const CLOSE_IN_TIME: &'static str;

    /// Claims effects: `$1` now, `$2` the lease, `$3` until when, `$4` how many.
    const CLAIM: &'static str;

    /// Appends several entries to a run's history: `$1` the run, `$2` its session, then a list for each
    /// column. `None` where [`sql::feed::APPEND`] for each of them costs no more.
    const APPEND_ALL: Option<&'static str> = None;

    /// Locks all admins, before one of them may stop being one. `None` where there is one writer anyway.
    const LOCK_ADMINS: Option<&'static str> = None;

    /// Locks the account `$1`, before its one-time link is replaced.
    const LOCK_PERSON: Option<&'static str> = None;

    /// Locks the agent `$1`, before what it starts is counted.
    const LOCK_AGENT: Option<&'static str> = None;

    /// How far the feed goes, as `number`: read from what is written when a number is given, which stays when events are
    /// taken away.
    const FEED_HEAD: &'static str;

    /// The database's own time as `clock`, moved by `$1` microseconds. `None` where it is this machine's.
    const CLOCK: Option<&'static str> = None;

    /// Fails where the database can't be used as it has to be.
    const READY: &'static str = sql::runs::READY;

    /// How far the feed goes, as this process knows.
    fn head(&self) -> &FeedHead;

    /// How many microseconds tests have moved the database's clock.
    fn clock_offset(&self) -> i64;

    /// The connections that read.
    fn connections(&self) -> Connections;

    /// Runs a query that changes nothing. It sees everything that was acknowledged before.
    async fn read(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Self::Row>, StoreError>;

    /// Runs the statements in one transaction; returns when they are on the disk, with the rows
    /// that each of them gave back.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Vec<Self::Row>>, StoreError>;

    /// As [`Self::write`]: gives the number that each of them gave back.
    async fn in_turn(&self, writes: Vec<Write>) -> Result<Vec<Option<i64>>, StoreError> {
        let gives: Vec<_> = writes.iter().map(|write| write.gives).collect();
        let written = self.write(writes).await?;
        gives.into_iter().zip(written).map(|(gives, rows)| number(gives, &rows)).collect()
    }

    /// As [`Self::in_turn`], for statements none of which has to see what another one writes.
    async fn change(&self, writes: Vec<Write>) -> Result<Vec<Option<i64>>, StoreError> {
        self.in_turn(writes).await
    }

    /// See [`crate::ports::AccountStore::alone`]; granted at once where there is one process.
    async fn alone(&self) -> Result<Alone, StoreError> {
        Ok(Box::new(()))
    }

    /// See [`crate::ports::Upkeep::settling`]; granted at once where there is one process.
    async fn settling(&self) -> Result<Option<Alone>, StoreError> {
        Ok(Some(Box::new(())))
    }

    async fn read_one(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Self::Row>, StoreError> {
        Ok(self.read(sql, values).await?.into_iter().next())
    }
}
