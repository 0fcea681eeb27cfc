//! What a database has to be able to do.

use async_trait::async_trait;
use domain::id::TicketId;

use super::value::{Fields, Value};
use crate::ports::StoreError;

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

    /// How many microseconds tests have moved the database's clock.
    fn clock_offset(&self) -> i64;

    /// Runs a query that changes nothing. It sees everything that was acknowledged before.
    async fn read(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Self::Row>, StoreError>;

    /// Runs the statements in one transaction; returns when they are on the disk, with the rows
    /// that each of them gave back.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Vec<Self::Row>>, StoreError>;

    async fn read_one(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Self::Row>, StoreError> {
        Ok(self.read(sql, values).await?.into_iter().next())
    }
}
