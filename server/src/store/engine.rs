//! What a database has to be able to do.

use async_trait::async_trait;
use domain::id::TicketId;

use super::{
    rows, sql,
    value::{Fields, Value, values},
};
use crate::ports::{Alone, Connections, Head, StoreError};

/// One statement of a change.
#[derive(Debug, Clone)]
pub struct Write {
    pub sql: &'static str,
    pub values: Vec<Value>,
    pub unless: NoRows,
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
}

impl NoRows {
    /// What has to be asked to tell; `None` if it is clear without.
    pub fn question(&self) -> Option<(&'static str, Vec<Value>)> {
        match self {
            Self::Fine | Self::Conflict => None,
            Self::KeyUsed(key) => Some((sql::runs::USED_KEY, key.clone())),
            Self::Late { ticket, version } => {
                Some((sql::tickets::STILL_OPEN, values![*ticket, *version]))
            }
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
            (Self::Conflict | Self::KeyUsed(_) | Self::Late { .. }, _) => Err(StoreError::Conflict),
        }
    }
}

impl Write {
    pub fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values, unless: NoRows::Fine }
    }

    pub fn or(self, unless: NoRows) -> Self {
        Self { unless, ..self }
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

    /// Locks the ticket `$1` before it is closed, in a statement of its own: one that waited for a lock
    /// and then found the row unchanged would not look at the clock again. `None` where there is one
    /// writer anyway, as for the other locks.
    const LOCK_TICKET: Option<&'static str> = None;

    /// Locks all admins, before one of them may stop being one.
    const LOCK_ADMINS: Option<&'static str> = None;

    /// Locks the account `$1`, before its one-time link is replaced.
    const LOCK_PERSON: Option<&'static str> = None;

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

    /// Says how far the feed goes.
    fn head(&self) -> &Head;

    /// See [`crate::ports::AccountStore::alone`]; granted at once where there is one process.
    async fn alone(&self) -> Result<Alone, StoreError> {
        Ok(Box::new(()))
    }

    /// Returns when another process may have written something; never where only this one writes. For
    /// one caller at a time.
    async fn written_elsewhere(&self) {
        std::future::pending().await
    }

    async fn read_one(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Self::Row>, StoreError> {
        Ok(self.read(sql, values).await?.into_iter().next())
    }
}
