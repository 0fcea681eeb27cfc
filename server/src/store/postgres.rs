//! PostgreSQL: what several instances share.

pub mod backup;
mod check;
mod fault;
mod feed;
pub(super) mod inspect;
mod merged;
mod notices;
mod pool;
mod row;
mod transaction;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use sqlx::{
    Connection, PgConnection, PgPool, Row,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    SqlStore,
    engine::{Engine, Write},
    head::FeedHead,
    lender::Lender,
    migrations, sql,
    value::Value,
};
use crate::ports::{Alone, Clock, Connections, StoreError};
use fault::fault;

/// Storage in a PostgreSQL database.
pub type PostgresStore = SqlStore<Postgres>;

/// PostgreSQL's engine.
#[derive(Debug)]
pub struct Postgres {
    lender: Lender<PgConnection>,
    /// What this instance's own tasks hold for long.
    aside: PgPool,
    clock_offset: AtomicI64,
    /// Wakes the task that numbers events.
    committed: Arc<Notify>,
    head: Arc<FeedHead>,
    _stop: DropGuard,
}

/// The longest that a caller waits for the database, whatever keeps it.
const PATIENCE: Duration = Duration::from_secs(20);
const READ_TRIES: u32 = 3;

/// The entries get their ids, and with them their places in the feed, in their order.
const APPEND_ALL: &str = "
    INSERT INTO hitl_step_events (
        run_id, session_id, sequence, kind, step, status, at, actor, message, metadata)
    SELECT $1, $2, last.sequence + entry.place, entry.kind, entry.step, entry.status, entry.at,
        entry.actor, entry.message, entry.metadata
    FROM (
            SELECT COALESCE(MAX(sequence), 0) AS sequence
            FROM hitl_step_events WHERE run_id = $1) AS last,
        UNNEST($3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
            AS entry (kind, step, status, at, actor, message, metadata, place)
    ORDER BY entry.place";

/// Names the lock of whoever changes accounts: "accounts" as a number.
const ACCOUNTS: i64 = i64::from_be_bytes(*b"accounts");
/// Names the lock of whoever tells the runs of a restore.
const RESTORED: i64 = i64::from_be_bytes(*b"restored");

impl PostgresStore {
    /// Connects to a database that is there, checks that it keeps what it acknowledges, and brings its
    /// tables to this version. Holds at most so many connections.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if it can't be reached or has settings that could lose a decision:
    /// the message says what to do.
    pub async fn open(url: &str, connections: u32, clock: &dyn Clock) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(|error| {
            StoreError::Unavailable(format!("the URL of the database can't be used: {error}"))
        })?;
        let mut connection = PgConnection::connect_with(&pool::for_set_up(options.clone()))
            .await
            .map_err(|error| {
            let at = format!("{}:{}", options.get_host(), options.get_port());
            StoreError::Unavailable(format!("PostgreSQL at {at} can't be reached: {error}"))
        })?;
        check::check(&mut connection, clock).await?;
        let steps = migrations::postgres();
        steps.run_direct(None, &mut connection, false).await.map_err(fault::migration)?;
        let instance = notices::instance(&mut connection).await.map_err(fault)?;
        let head = Arc::new(FeedHead::at(feed::head(&mut connection).await.map_err(fault)?));
        connection.close().await.map_err(fault)?;
        Ok(Self { engine: Postgres::start(options, connections, instance, head) })
    }

    /// Gives the connections back; what waits for the database is refused.
    pub async fn close(&self) {
        self.engine.lender.close().await;
        self.engine.aside.close().await;
    }

    /// Moves the database's clock, as deadlines see it: only for tests.
    pub fn set_clock_offset(&self, offset: TimeDelta) {
        let micros = offset.num_microseconds().unwrap_or_default();
        self.engine.clock_offset.store(micros, Ordering::Relaxed);
    }
}

impl Postgres {
    fn start(options: PgConnectOptions, most: u32, instance: i64, head: Arc<FeedHead>) -> Self {
        let (lender, aside) = pool::open(options, most);
        let committed = Arc::new(Notify::new());
        let stop = CancellationToken::new();
        let numbering =
            feed::number_events(aside.clone(), instance, committed.clone(), head.clone());
        let listening = notices::listen(aside.clone(), instance, head.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(numbering));
        tokio::spawn(stop.clone().run_until_cancelled_owned(listening));
        tokio::spawn(stop.clone().run_until_cancelled_owned(retire(lender.clone())));
        let clock_offset = AtomicI64::new(0);
        Self { lender, aside, clock_offset, committed, head, _stop: stop.drop_guard() }
    }

    async fn read_once(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<PgRow>, sqlx::Error> {
        let mut lent = self.lender.lend().await?;
        let rows = row::bind(sql, values).fetch_all(lent.connection()).await;
        lent.give_back_after(rows)
    }

    /// Writes in a task of its own: a caller that goes away leaves the change to be written.
    async fn to_the_end<T, W>(
        &self,
        writes: Vec<Write>,
        write: impl FnOnce(Vec<Write>) -> W + Send + 'static,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let committed = self.committed.clone();
        let writing = async move {
            let is_event = |write: &Write| write.sql == APPEND_ALL || sql::feed::appends(write.sql);
            let has_events = writes.iter().any(is_event);
            let written = write(writes).await;
            if has_events {
                committed.notify_one();
            }
            written
        };
        match tokio::spawn(tokio::time::timeout(PATIENCE, writing)).await {
            Ok(Ok(written)) => written,
            Ok(Err(_)) => Err(too_slow()),
            Err(error) => Err(StoreError::Broken(error.to_string())),
        }
    }
}

#[async_trait]
impl Engine for Postgres {
    type Row = PgRow;

    // `clock_timestamp` runs on while a statement waits; `now` would be the time at which the
    // transaction began. The row is found by its lock, so the clock is read after whoever held it: a statement that
    // waited and then found the row unchanged would not look again. `$6` is the offset that tests set.
    const CLOSE_IN_TIME: &'static str = "
        UPDATE hitl_pending_approvals SET status = $3, closed_at = $4, closed_reason = $5
        WHERE approval_id = (
                SELECT approval_id FROM hitl_pending_approvals WHERE approval_id = $1 FOR UPDATE)
            AND version = $2 AND COALESCE(status, '') = 'pending'
            AND (expires_at IS NULL
                OR expires_at > clock_timestamp() + $6 * INTERVAL '1 microsecond')
        RETURNING approval_id";

    // The times are the workers': whoever claims has just compared its clock with the database's, and they differ by
    // far less than a lease is long.
    const CLAIM: &'static str = "
        WITH ready AS MATERIALIZED (
            SELECT effect_id FROM hitl_effects
            WHERE (not_before IS NULL OR not_before <= $1)
                AND (lease IS NULL OR lease_until <= $1)
            ORDER BY effect_id LIMIT $4
            FOR UPDATE SKIP LOCKED)
        UPDATE hitl_effects SET lease = $2, lease_until = $3, claims = claims + 1
        FROM ready WHERE hitl_effects.effect_id = ready.effect_id
        RETURNING hitl_effects.effect_id, run_id, effect, claims";

    const APPEND_ALL: Option<&'static str> = Some(APPEND_ALL);

    const LOCK_ADMINS: Option<&'static str> = Some(
        "SELECT person_id FROM hitl_people WHERE role = 'admin' ORDER BY person_id FOR UPDATE",
    );

    const LOCK_AGENT: Option<&'static str> =
        Some("SELECT agent_id FROM hitl_agents WHERE agent_id = $1 FOR UPDATE");

    const LOCK_PERSON: Option<&'static str> =
        Some("SELECT person_id FROM hitl_people WHERE person_id = $1 FOR UPDATE");

    const FEED_HEAD: &'static str = feed::HEAD;

    const CLOCK: Option<&'static str> =
        Some("SELECT clock_timestamp() + $1 * INTERVAL '1 microsecond' AS clock");

    // Locks a row that isn't there: a server that only reads refuses to.
    const READY: &'static str = "
        SELECT 1 AS one FROM hitl_runs
        WHERE run_id = '00000000-0000-0000-0000-000000000000' FOR KEY SHARE";

    fn head(&self) -> &FeedHead {
        &self.head
    }

    fn clock_offset(&self) -> i64 {
        self.clock_offset.load(Ordering::Relaxed)
    }

    fn connections(&self) -> Connections {
        let (open, idle) = self.lender.size();
        let aside = u32::try_from(self.aside.num_idle()).unwrap_or(u32::MAX);
        Connections { open: open + self.aside.size(), idle: idle + aside }
    }

    async fn read(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError> {
        let reading = async {
            let mut tries = 1;
            loop {
                match self.read_once(sql, &values).await {
                    Err(error) if tries < READ_TRIES && fault::is_worth_another_try(&error) => {
                        tries += 1;
                    }
                    result => return result.map_err(fault),
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap_or_else(|_| Err(too_slow()))
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Vec<PgRow>>, StoreError> {
        let lender = self.lender.clone();
        let write = async move |writes: Vec<Write>| transaction::write(&lender, &writes).await;
        self.to_the_end(writes, write).await
    }

    async fn change(&self, writes: Vec<Write>) -> Result<Vec<Option<i64>>, StoreError> {
        let lender = self.lender.clone();
        let change = async move |writes: Vec<Write>| transaction::change(&lender, &writes).await;
        self.to_the_end(writes, change).await
    }

    async fn alone(&self) -> Result<Alone, StoreError> {
        // The transaction writes nothing: it ends, and with it the lock, when it is dropped.
        let mut turn = self.aside.begin().await.map_err(fault)?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ACCOUNTS);
        lock.execute(&mut *turn).await.map_err(fault)?;
        Ok(Box::new(turn))
    }

    async fn settling(&self) -> Result<Option<Alone>, StoreError> {
        // Telling thousands of runs takes longer than a transaction may idle, so the lock is the connection's: it ends
        // when that is closed.
        let mut turn = self.aside.acquire().await.map_err(fault)?.detach();
        let lock = sqlx::query("SELECT pg_try_advisory_lock($1) AS granted").bind(RESTORED);
        let row = lock.fetch_one(&mut turn).await.map_err(fault)?;
        let is_granted: bool = row.try_get("granted").map_err(fault)?;
        Ok(is_granted.then(|| Box::new(turn) as Alone))
    }
}

/// Closes what a burst left behind; never returns.
async fn retire(lender: Lender<PgConnection>) {
    loop {
        tokio::time::sleep(pool::IDLE / 2).await;
        lender.retire(pool::IDLE).await;
    }
}

fn too_slow() -> StoreError {
    StoreError::Unavailable("the database doesn't answer".to_owned())
}
