//! SQLite in a file: a few connections that read and one that writes.

pub mod backup;
mod fault;
mod folder;
pub(super) mod inspect;
mod row;
mod writer;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use sqlx::{
    Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use super::{
    SqlStore,
    engine::{Engine, Write},
    head::FeedHead,
    lender::Lender,
    migrations,
    value::Value,
};
use crate::ports::{Connections, StoreError};
use fault::fault;
use writer::Writer;

/// Storage in a SQLite file.
pub type SqliteStore = SqlStore<Sqlite>;

/// SQLite's engine.
#[derive(Debug)]
pub struct Sqlite {
    readers: Lender<SqliteConnection>,
    writer: Writer,
    head: Arc<FeedHead>,
    clock_offset: AtomicI64,
}

/// The database, in the data folder.
const FILE: &str = "countersign.db";
const READERS: u32 = 4;
/// The longest wait for one of them.
const PATIENCE: Duration = Duration::from_secs(20);
/// The write-ahead log shrinks back to this after a burst.
const LOG_BYTES: &str = "67108864";

impl SqliteStore {
    /// Opens the database in a folder, and makes both where they are missing. The folder belongs to
    /// this process until the store is closed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the folder can't be used or another process has it.
    pub async fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let lock = folder::take(data_dir)?;
        let file = data_dir.join(FILE);
        let mut connection =
            SqliteConnection::connect_with(&options(&file)).await.map_err(fault)?;
        check(&mut connection).await?;
        let steps = migrations::sqlite();
        steps.run_direct(None, &mut connection, false).await.map_err(fault::migration)?;
        free_leases(&mut connection).await?;
        let readers = Lender::new(options(&file).pragma("query_only", "ON"), READERS, PATIENCE);
        let head = Arc::new(FeedHead::at(feed_head(&mut connection).await?));
        let writer = Writer::start(connection, lock, head.clone());
        Ok(Self { engine: Sqlite { readers, writer, head, clock_offset: AtomicI64::new(0) } })
    }

    /// Finishes what is being written and gives the folder back.
    pub async fn close(&self) {
        self.engine.readers.close().await;
        self.engine.writer.close().await;
    }

    /// Moves the database's clock, as deadlines see it: only for tests.
    #[must_use]
    pub fn with_clock_offset(self, offset: TimeDelta) -> Self {
        self.set_clock_offset(offset);
        self
    }

    /// As [`Self::with_clock_offset`], while the store is in use.
    pub fn set_clock_offset(&self, offset: TimeDelta) {
        let micros = offset.num_microseconds().unwrap_or_default();
        self.engine.clock_offset.store(micros, Ordering::Relaxed);
    }

    /// Lets the file grow to so many pages of 4 KiB more and no further, as a full disk would: only
    /// for tests. `None` takes the limit away.
    pub async fn limit_growth(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.engine.writer.limit_growth(pages).await
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("journal_size_limit", LOG_BYTES)
}

/// An acknowledged decision has to survive a power cut: without these two settings it may not.
async fn check(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    const FULL: i64 = 2;
    let row = sqlx::query("PRAGMA synchronous").fetch_one(&mut *connection).await.map_err(fault)?;
    let synchronous: i64 = row.try_get(0).map_err(fault)?;
    let row = sqlx::query("PRAGMA journal_mode").fetch_one(connection).await.map_err(fault)?;
    let journal: String = row.try_get(0).map_err(fault)?;
    if synchronous != FULL || journal != "wal" {
        let is = format!("synchronous is {synchronous}, journal_mode is {journal}");
        let needs = "the database needs synchronous=FULL and journal_mode=WAL";
        return Err(StoreError::Unavailable(format!("{needs}; {is}")));
    }
    Ok(())
}

/// Whoever held a lease had this folder before, and is gone: nobody has to wait for the lease to end.
async fn free_leases(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    const FREE: &str =
        "UPDATE hitl_effects SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL";
    sqlx::query(FREE).execute(connection).await.map(drop).map_err(fault)
}

/// How far the feed goes.
async fn feed_head(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let row = sqlx::query(Sqlite::FEED_HEAD).fetch_one(connection).await.map_err(fault)?;
    row.try_get("number").map_err(fault)
}

#[async_trait]
impl Engine for Sqlite {
    type Row = SqliteRow;

    // `unixepoch` reads the clock when the statement runs, which is after BEGIN IMMEDIATE gave this
    // connection the right to write: nobody waits between the test and the write. `$6` is the
    // offset that tests set.
    const CLOSE_IN_TIME: &'static str = "
        UPDATE hitl_pending_approvals SET status = $3, closed_at = $4, closed_reason = $5
        WHERE approval_id = $1 AND version = $2 AND status = 'pending'
            AND (expires_at IS NULL
                OR expires_at > CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $6)
        RETURNING approval_id";

    const CLAIM: &'static str = "
        UPDATE hitl_effects SET lease = $2, lease_until = $3, claims = claims + 1
        WHERE effect_id IN (
            SELECT effect_id FROM hitl_effects
            WHERE (not_before IS NULL OR not_before <= $1)
                AND (lease IS NULL OR lease_until <= $1)
            ORDER BY effect_id LIMIT $4)
        RETURNING effect_id, run_id, effect, claims";

    // What AUTOINCREMENT remembers.
    const FEED_HEAD: &'static str = "
        SELECT COALESCE(
            (SELECT seq FROM sqlite_sequence WHERE name = 'hitl_step_events'), 0) AS number";

    fn head(&self) -> &FeedHead {
        &self.head
    }

    fn clock_offset(&self) -> i64 {
        self.clock_offset.load(Ordering::Relaxed)
    }

    fn connections(&self) -> Connections {
        let (open, idle) = self.readers.size();
        Connections { open, idle }
    }

    async fn read(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let mut lent = self.readers.lend().await.map_err(fault)?;
        let rows = row::bind(sql, values).fetch_all(lent.connection()).await;
        lent.give_back_after(rows).map_err(fault)
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Vec<SqliteRow>>, StoreError> {
        self.writer.write(writes).await
    }
}
