//! The one writer. Changes that wait are put into one transaction and acknowledged after its COMMIT:
//! many people deciding at once share one wait for the disk.

use std::{fs::File, sync::Arc};

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};
use tokio::sync::{mpsc, oneshot};

use super::{
    fault::{fault, is_of_storage},
    feed_head,
    row::bind,
};
use crate::{
    ports::StoreError,
    store::{
        engine::{NoRows, Write},
        head::FeedHead,
        sql,
        value::Value,
    },
};

/// How many changes may wait; whoever comes later waits to wait.
const QUEUE: usize = 1024;
/// How many changes share a transaction at most.
const GROUP: usize = 128;

type Written = Result<Vec<Vec<SqliteRow>>, StoreError>;

/// The way to the task that writes.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

enum Job {
    Change { writes: Vec<Write>, done: oneshot::Sender<Written> },
    LimitGrowth { pages: Option<u32>, done: oneshot::Sender<Result<(), StoreError>> },
    Close { done: oneshot::Sender<()> },
}

impl Writer {
    /// Starts the task; it keeps the folder's lock until it has closed the connection.
    pub fn start(connection: SqliteConnection, lock: File, head: Arc<FeedHead>) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(Task { connection, waiting, head }.run(lock));
        Self { jobs }
    }

    /// Writes a change, whole or not at all; returns when it is on the disk. A caller that goes
    /// away meanwhile leaves the change to be written.
    pub async fn write(&self, writes: Vec<Write>) -> Written {
        let (done, result) = oneshot::channel();
        self.send(Job::Change { writes, done }).await?;
        result.await.map_err(|_| stopped())?
    }

    pub async fn limit_growth(&self, pages: Option<u32>) -> Result<(), StoreError> {
        let (done, result) = oneshot::channel();
        self.send(Job::LimitGrowth { pages, done }).await?;
        result.await.map_err(|_| stopped())?
    }

    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.send(Job::Close { done }).await.is_ok() {
            // The task drops the sender when it is gone, which is what is waited for.
            let _gone = closed.await;
        }
    }

    async fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).await.map_err(|_| stopped())
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the database is closed".to_owned())
}

struct Task {
    connection: SqliteConnection,
    waiting: mpsc::Receiver<Job>,
    head: Arc<FeedHead>,
}

type Change = (Vec<Write>, oneshot::Sender<Written>);

impl Task {
    async fn run(mut self, lock: File) {
        let mut told = None;
        while told.is_none()
            && let Some(first) = self.waiting.recv().await
        {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next.take() {
                match job {
                    Job::Change { writes, done } => group.push((writes, done)),
                    Job::LimitGrowth { pages, done } => {
                        let _nobody_waits = done.send(self.limit_growth(pages).await);
                    }
                    Job::Close { done } => {
                        told = Some(done);
                        self.waiting.close();
                    }
                }
                if group.len() < GROUP {
                    next = self.waiting.try_recv().ok();
                }
            }
            self.write_group(group).await;
        }
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the database was not closed in order");
        }
        drop(lock);
        drop(told);
    }

    /// Writes a group of changes in one transaction and tells everyone what became of theirs.
    async fn write_group(&mut self, group: Vec<Change>) {
        let (changes, waiting): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let has_events = changes.iter().flatten().any(|write| sql::feed::appends(write.sql));
        let results = match self.transaction(changes).await {
            Ok(results) => {
                if has_events {
                    self.tell_head().await;
                }
                results
            }
            Err(error) => {
                tracing::error!(%error, changes = waiting.len(), "a group of changes was not written");
                // Without a transaction there is nothing to roll back, and that is an error too.
                let _rolled_back = self.execute("ROLLBACK").await;
                waiting.iter().map(|_| Err(same(&error))).collect()
            }
        };
        for (done, result) in waiting.into_iter().zip(results) {
            let _nobody_waits = done.send(result);
        }
    }

    /// Nothing is lost if it can't be read: the next change tells.
    async fn tell_head(&mut self) {
        if let Ok(number) = feed_head(&mut self.connection).await {
            self.head.numbered(number);
        }
    }

    async fn transaction(&mut self, changes: Vec<Vec<Write>>) -> Result<Vec<Written>, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        self.execute("BEGIN IMMEDIATE").await?;
        let mut results = Vec::with_capacity(changes.len());
        for writes in changes {
            self.execute("SAVEPOINT change").await?;
            let result = self.statements(writes).await;
            match &result {
                Ok(_) => {}
                Err(error) if is_of_storage(error) => return Err(same(error)),
                Err(_) => self.execute("ROLLBACK TO change").await?,
            }
            self.execute("RELEASE change").await?;
            results.push(result);
        }
        self.execute("COMMIT").await?;
        Ok(results)
    }

    async fn statements(&mut self, writes: Vec<Write>) -> Written {
        let mut written = Vec::with_capacity(writes.len());
        for Write { sql, values, unless, .. } in writes {
            let rows = self.fetch(sql, values).await?;
            if rows.is_empty() {
                self.explain(unless).await?;
            }
            written.push(rows);
        }
        Ok(written)
    }

    /// What it means that a statement gave no rows.
    async fn explain(&mut self, unless: NoRows) -> Result<(), StoreError> {
        let found = match unless.question() {
            Some((sql, values)) => self.fetch(sql, values).await?,
            None => Vec::new(),
        };
        unless.answer(&found)
    }

    async fn fetch(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        bind(sql, values).fetch_all(&mut self.connection).await.map_err(fault)
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(&mut self.connection).await.map(drop).map_err(fault)
    }

    async fn limit_growth(&mut self, pages: Option<u32>) -> Result<(), StoreError> {
        let has = self.fetch("PRAGMA page_count", Vec::new()).await?;
        let has: i64 = has.first().map_or(Ok(0), |row| row.try_get(0)).map_err(fault)?;
        let most = pages.map_or(i64::from(u32::MAX - 1), |pages| has + i64::from(pages));
        let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
        sqlx::query(limit).execute(&mut self.connection).await.map(drop).map_err(fault)
    }
}

/// The same error, for everyone of a group.
fn same(error: &StoreError) -> StoreError {
    match error {
        StoreError::Full => StoreError::Full,
        other => StoreError::Unavailable(other.to_string()),
    }
}
