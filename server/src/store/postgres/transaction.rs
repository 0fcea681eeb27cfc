//! A change, written in one transaction.

use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::{Connection, PgConnection, postgres::PgRow};

use super::{
    fault::{fault, is_a_knot, is_worth_another_try},
    merged,
    row::bind,
};
use crate::{
    ports::StoreError,
    store::{
        engine::{Write, number},
        lender::Lender,
        sql,
    },
};

/// How often a transaction that the server took back is run.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(50);

type PgLender = Lender<PgConnection>;
type Rows = Vec<Vec<PgRow>>;
type Numbers = Vec<Option<i64>>;

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
pub(super) async fn write(lender: &PgLender, writes: &[Write]) -> Result<Rows, StoreError> {
    again_and_again(|| Box::pin(write_once(lender, writes))).await
}

/// As [`write`], as one statement; the numbers that its parts gave back.
pub(super) async fn change(lender: &PgLender, writes: &[Write]) -> Result<Numbers, StoreError> {
    again_and_again(|| Box::pin(change_once(lender, writes))).await
}

async fn write_once(lender: &PgLender, writes: &[Write]) -> Result<Rows, Failed> {
    match writes {
        [only] => alone(lender, only).await.map(|rows| vec![rows]),
        writes => together(lender, writes).await,
    }
}

async fn change_once(lender: &PgLender, writes: &[Write]) -> Result<Numbers, Failed> {
    let mut lent = lender.lend().await.map_err(fault)?;
    let changed = merged::run(lent.connection(), writes).await;
    let error = match lent.give_back_after(changed) {
        Ok(numbers) => return Ok(numbers),
        Err(error) => error,
    };
    if merged::is_refusal(&error) {
        // One after the other they say which of them refused, and why; or the reason is gone.
        return numbers(writes, &together(lender, writes).await?);
    }
    // A connection that broke may have broken after the statement was done.
    let again = is_a_knot(&error) || is_refused_twice(writes);
    Err(if again { failed(error) } else { Failed::For(fault(error)) })
}

/// A change that was written is not written again when it is sent again: its key is known then, or the run is at
/// another version.
fn is_refused_twice(writes: &[Write]) -> bool {
    writes.iter().any(|write| [sql::runs::USE_KEY, sql::runs::UPDATE_RUN].contains(&write.sql))
}

fn numbers(writes: &[Write], rows: &Rows) -> Result<Numbers, Failed> {
    let number = |(write, rows): (&Write, &Vec<PgRow>)| number(write.gives, rows);
    Ok(writes.iter().zip(rows).map(number).collect::<Result<_, _>>()?)
}

async fn again_and_again<'a, T>(
    attempt: impl Fn() -> BoxFuture<'a, Result<T, Failed>>,
) -> Result<T, StoreError> {
    let (mut tries, mut broken) = (1, None);
    loop {
        match attempt().await {
            Ok(written) => return Ok(written),
            // Maybe by itself, when the connection broke: nobody can tell.
            Err(Failed::For(StoreError::Conflict)) if broken.is_some() => {
                return Err(broken.map_or(StoreError::Conflict, fault));
            }
            Err(Failed::For(error)) => return Err(error),
            Err(Failed::TakenBack(error)) if tries == TRIES => return Err(fault(error)),
            Err(Failed::TakenBack(error)) => {
                tracing::debug!(%error, tries, "a transaction is run again");
                // Where the server went away, the pool needs a moment to see which connections are dead.
                tokio::time::sleep(PAUSE * tries).await;
                tries += 1;
                broken = Some(error).filter(|error| !is_a_knot(error));
            }
        }
    }
}

/// One statement needs no transaction around it: it is one.
async fn alone(lender: &PgLender, write: &Write) -> Result<Vec<PgRow>, Failed> {
    let mut lent = lender.lend().await.map_err(fault)?;
    let rows = bind(write.sql, &write.values).fetch_all(&mut *lent.connection()).await;
    let explained = match &rows {
        Ok(rows) if rows.is_empty() => explain(lent.connection(), write).await,
        _ => Ok(()),
    };
    // A connection that broke may have broken after the statement was done.
    let rows = lent.give_back_after(rows).map_err(|error| match error {
        knot if is_a_knot(&knot) => Failed::TakenBack(knot),
        other => Failed::For(fault(other)),
    })?;
    explained.map(|()| rows)
}

async fn together(lender: &PgLender, writes: &[Write]) -> Result<Rows, Failed> {
    let mut lent = lender.lend().await.map_err(failed)?;
    let mut transaction = lent.connection().begin().await.map_err(failed)?;
    let mut written = Vec::with_capacity(writes.len());
    for write in writes {
        match statement(&mut transaction, write).await {
            Ok(rows) => written.push(rows),
            Err(error) => {
                // Where the connection is gone, the server has taken everything back.
                let taken_back = transaction.rollback().await;
                // A server that only reads takes everything back too: such a connection is closed.
                if !matches!(error, Failed::For(StoreError::Unavailable(_))) {
                    let _gone = lent.give_back_after(taken_back);
                }
                return Err(error);
            }
        }
    }
    // Nothing is known when the connection breaks here, so it isn't tried again: whoever asked
    // sends the same key again.
    let committed = transaction.commit().await;
    lent.give_back_after(committed).map_err(fault)?;
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
