//! PostgreSQL: what several instances share.

pub mod backup;
mod check;
mod fault;
mod feed;
pub(super) mod inspect;
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
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    SqlStore,
    engine::{Engine, Write},
    migrations, sql,
    value::Value,
};
use crate::ports::{Alone, Clock, Connections, Head, StoreError};
use fault::fault;

/// Storage in a PostgreSQL database.
pub type PostgresStore = SqlStore<Postgres>;

/// PostgreSQL's engine.
#[derive(Debug)]
pub struct Postgres {
    pool: PgPool,
    clock_offset: AtomicI64,
    /// Wakes the task that numbers events.
    committed: Arc<Notify>,
    /// Wakes whoever wants to know that another process wrote something.
    elsewhere: Arc<Notify>,
    head: Head,
    _stop: DropGuard,
}

/// The longest that a caller waits for the database, whatever keeps it.
const PATIENCE: Duration = Duration::from_secs(20);
const READ_TRIES: u32 = 3;
/// Names the lock of whoever changes accounts: "accounts" as a number.
const ACCOUNTS: i64 = i64::from_be_bytes(*b"accounts");

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
        connection.close().await.map_err(fault)?;
        Ok(Self { engine: Postgres::start(pool::open(options, connections), instance) })
    }

    /// Gives the connections back; what waits for the database is refused.
    pub async fn close(&self) {
        self.engine.pool.close().await;
    }

    /// Moves the database's clock, as deadlines see it: only for tests.
    pub fn set_clock_offset(&self, offset: TimeDelta) {
        let micros = offset.num_microseconds().unwrap_or_default();
        self.engine.clock_offset.store(micros, Ordering::Relaxed);
    }
}

impl Postgres {
    fn start(pool: PgPool, instance: i64) -> Self {
        let (committed, elsewhere) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let stop = CancellationToken::new();
        let head = Head::default();
        let numbering =
            feed::number_events(pool.clone(), instance, committed.clone(), head.clone());
        let listening = notices::listen(pool.clone(), instance, elsewhere.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(numbering));
        tokio::spawn(stop.clone().run_until_cancelled_owned(listening));
        let clock_offset = AtomicI64::new(0);
        Self { pool, clock_offset, committed, elsewhere, head, _stop: stop.drop_guard() }
    }
}

#[async_trait]
impl Engine for Postgres {
    type Row = PgRow;

    // `clock_timestamp` runs on while a statement waits; `now` would be the time at which the
    // transaction began. `$6` is the offset that tests set.
    const CLOSE_IN_TIME: &'static str = "
        UPDATE hitl_pending_approvals SET status = $3, closed_at = $4, closed_reason = $5
        WHERE approval_id = $1 AND version = $2 AND status = 'pending'
            AND (expires_at IS NULL
                OR expires_at > clock_timestamp() + $6 * INTERVAL '1 microsecond')
        RETURNING approval_id";

    // The times are the workers': their clocks are checked against the database's when they start, and
    // differ by far less than a lease is long.
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

    const LOCK_TICKET: Option<&'static str> =
        Some("SELECT approval_id FROM hitl_pending_approvals WHERE approval_id = $1 FOR UPDATE");

    const LOCK_ADMINS: Option<&'static str> = Some(
        "SELECT person_id FROM hitl_people WHERE role = 'admin' ORDER BY person_id FOR UPDATE",
    );

    const LOCK_PERSON: Option<&'static str> =
        Some("SELECT person_id FROM hitl_people WHERE person_id = $1 FOR UPDATE");

    fn clock_offset(&self) -> i64 {
        self.clock_offset.load(Ordering::Relaxed)
    }

    fn connections(&self) -> Connections {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        Connections { open: self.pool.size(), idle }
    }

    async fn read(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError> {
        let reading = async {
            let mut tries = 1;
            loop {
                match row::bind(sql, &values).fetch_all(&self.pool).await {
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
        let (pool, committed) = (self.pool.clone(), self.committed.clone());
        let writing = async move {
            let has_events = writes.iter().any(|write| sql::feed::appends(write.sql));
            let written = transaction::write(&pool, &writes).await;
            if has_events {
                committed.notify_one();
            }
            written
        };
        // A task of its own: a caller that goes away leaves the change to be written.
        let task = tokio::spawn(tokio::time::timeout(PATIENCE, writing));
        match task.await {
            Ok(Ok(written)) => written,
            Ok(Err(_)) => Err(too_slow()),
            Err(error) => Err(StoreError::Broken(error.to_string())),
        }
    }

    fn head(&self) -> &Head {
        &self.head
    }

    async fn alone(&self) -> Result<Alone, StoreError> {
        // The transaction writes nothing: it ends, and with it the lock, when it is dropped.
        let mut turn = self.pool.begin().await.map_err(fault)?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ACCOUNTS);
        lock.execute(&mut *turn).await.map_err(fault)?;
        Ok(Box::new(turn))
    }

    async fn written_elsewhere(&self) {
        self.elsewhere.notified().await;
    }
}

fn too_slow() -> StoreError {
    StoreError::Unavailable("the database doesn't answer".to_owned())
}
