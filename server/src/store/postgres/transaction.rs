//! A change, written in one transaction.

use std::time::Duration;

use sqlx::{PgConnection, PgPool, postgres::PgRow};

use super::{
    fault::{fault, is_a_knot, is_worth_another_try},
    row::bind,
};
use crate::{ports::StoreError, store::engine::Write};

/// How often a transaction that the server took back is run.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(50);

type Rows = Vec<Vec<PgRow>>;

/// Why nothing was written.
enum Failed {
    /// It may be run again.
    TakenBack(sqlx::Error),
    For(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::For(error)
    }
}

/// Writes a change, whole or not at all; returns when it is on the disk.
pub(super) async fn write(pool: &PgPool, writes: &[Write]) -> Result<Rows, StoreError> {
    let mut tries = 1;
    loop {
        let written = match writes {
            [only] => alone(pool, only).await.map(|rows| vec![rows]),
            writes => together(pool, writes).await,
        };
        match written {
            Ok(rows) => return Ok(rows),
            Err(Failed::For(error)) => return Err(error),
            Err(Failed::TakenBack(error)) if tries == TRIES => return Err(fault(error)),
            Err(Failed::TakenBack(error)) => {
                tracing::debug!(%error, tries, "a transaction is run again");
                // Where the server went away, the pool needs a moment to see which connections are dead.
                tokio::time::sleep(PAUSE * tries).await;
                tries += 1;
            }
        }
    }
}

/// One statement needs no transaction around it: it is one.
async fn alone(pool: &PgPool, write: &Write) -> Result<Vec<PgRow>, Failed> {
    let mut connection = pool.acquire().await.map_err(fault)?;
    let rows = bind(write.sql, &write.values).fetch_all(&mut *connection).await;
    // A connection that broke may have broken after the statement was done.
    let rows = rows.map_err(|error| match error {
        knot if is_a_knot(&knot) => Failed::TakenBack(knot),
        other => Failed::For(fault(other)),
    })?;
    if rows.is_empty() {
        explain(&mut connection, write).await?;
    }
    Ok(rows)
}

async fn together(pool: &PgPool, writes: &[Write]) -> Result<Rows, Failed> {
    let mut transaction = pool.begin().await.map_err(failed)?;
    let mut written = Vec::with_capacity(writes.len());
    for write in writes {
        match statement(&mut transaction, write).await {
            Ok(rows) => written.push(rows),
            Err(error) => {
                // Where the connection is gone, the server has taken everything back.
                let _taken_back = transaction.rollback().await;
                return Err(error);
            }
        }
    }
    // Nothing is known when the connection breaks here, so it isn't tried again: whoever asked
    // sends the same key again.
    transaction.commit().await.map_err(fault)?;
    Ok(written)
}

async fn statement(connection: &mut PgConnection, write: &Write) -> Result<Vec<PgRow>, Failed> {
    let rows = bind(write.sql, &write.values).fetch_all(&mut *connection).await.map_err(failed)?;
    if rows.is_empty() {
        explain(connection, write).await?;
    }
    Ok(rows)
}

/// What it means that a statement gave no rows.
async fn explain(connection: &mut PgConnection, write: &Write) -> Result<(), Failed> {
    let found = match write.unless.question() {
        Some((sql, values)) => bind(sql, &values).fetch_all(connection).await.map_err(failed)?,
        None => Vec::new(),
    };
    Ok(write.unless.answer(&found)?)
}

fn failed(error: sqlx::Error) -> Failed {
    if is_worth_another_try(&error) { Failed::TakenBack(error) } else { Failed::For(fault(error)) }
}
