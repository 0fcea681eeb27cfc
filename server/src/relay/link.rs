//! The connection that commands go over. While Redis is in trouble nobody waits for it: only one task tries whether
//! it is well again.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{Client, Cmd, FromRedisValue, RedisError, aio::MultiplexedConnection};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

/// The longest that a reader waits for Redis; the database takes a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(100);
/// After trouble.
const REST: Duration = Duration::from_secs(2);
const CONNECT: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Link {
    line: Mutex<Line>,
    trouble: Notify,
}

#[derive(Clone, Default)]
struct Line {
    /// Counts connections, so that one that was given up can't spoil its successor.
    number: u64,
    /// `None` while Redis is in trouble.
    connection: Option<MultiplexedConnection>,
}

impl Link {
    /// Whether it is worth asking.
    pub fn is_up(&self) -> bool {
        self.line().connection.is_some()
    }

    /// What Redis answers; `None` where it says nothing that makes sense, or not soon enough.
    pub async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Option<T> {
        let Line { number, connection } = self.line().clone();
        match timeout(PATIENCE, command.query_async(&mut connection?)).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) if is_an_answer(&error) => None,
            Ok(Err(_)) | Err(_) => {
                self.give_up(number);
                None
            }
        }
    }

    fn begin(&self, connection: MultiplexedConnection) {
        let mut line = self.line();
        line.number += 1;
        line.connection = Some(connection);
    }

    fn give_up(&self, number: u64) {
        let mut line = self.line();
        if line.number == number && line.connection.take().is_some() {
            self.trouble.notify_one();
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the link up, as far as Redis does its part; never returns.
pub(super) async fn keep(client: Client, link: Arc<Link>, place: String) {
    let mut news = true;
    loop {
        match timeout(CONNECT, connect(&client)).await {
            Ok(Ok(connection)) => {
                tracing::info!(place, "Redis answers");
                link.begin(connection);
                link.trouble.notified().await;
                tracing::warn!(place, "Redis is in trouble; everything goes on without it");
                news = true;
            }
            failed => {
                if !std::mem::replace(&mut news, false) {
                    tracing::debug!(place, "Redis is still in trouble");
                } else if let Ok(Err(error)) = failed {
                    tracing::warn!(place, %error, "Redis can't be reached; everything goes on without it");
                } else {
                    tracing::warn!(place, "Redis doesn't answer; everything goes on without it");
                }
            }
        }
        sleep(REST).await;
    }
}

/// A connection on which Redis answered in time.
pub(super) async fn connect(client: &Client) -> Result<MultiplexedConnection, RedisError> {
    let mut connection = client.get_multiplexed_async_connection().await?;
    let ping = redis::cmd("PING");
    match timeout(PATIENCE, ping.query_async::<String>(&mut connection)).await {
        Ok(pong) => pong.map(|_| connection),
        Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
    }
}

/// Redis is there, and says that it won't (a full memory) or something that wasn't asked for.
fn is_an_answer(error: &RedisError) -> bool {
    !(error.is_io_error() || error.is_connection_dropped() || error.is_timeout())
}
