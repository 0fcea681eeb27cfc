//! Connections that stay open and are lent to one statement or transaction at a time. The driver's own pool asks the
//! server whether a connection still lives each time one comes back, which costs as much as a small statement; here
//! only those are asked that were idle, and those whose borrower went away in the middle are closed.

use std::{
    fmt::{self, Debug},
    marker::PhantomData,
    time::Duration,
};

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleResult},
};
use sqlx::{Connection, Error};
use tokio::time::{sleep, timeout};

/// A connection that was lent so long ago is asked whether it still lives, and has so long to answer.
const UNASKED: Duration = Duration::from_secs(1);
/// Between two tries to connect to a server that is starting.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest that is waited for what is lent when nothing is lent any more.
const GOODBYE: Duration = Duration::from_secs(5);

/// Lends connections.
pub struct Lender<C: Connection> {
    pool: Pool<Opener<C>>,
    patience: Duration,
}

/// A lent connection; closed if it isn't given back.
pub struct Lent<C: Connection + 'static> {
    /// There until it is dropped.
    object: Option<Object<Opener<C>>>,
    went_well: bool,
}

/// Opens connections, with these options.
struct Opener<C: Connection>(C::Options, PhantomData<fn() -> C>);

impl<C: Connection> Manager for Opener<C> {
    type Type = C;
    type Error = Error;

    async fn create(&self) -> Result<C, Error> {
        C::connect_with(&self.0).await
    }

    async fn recycle(&self, connection: &mut C, metrics: &Metrics) -> RecycleResult<Error> {
        if metrics.last_used() >= UNASKED {
            connection.ping().await?;
        }
        Ok(())
    }
}

impl<C: Connection + 'static> Lender<C> {
    /// Lends at most so many at a time, and opens them when they are first asked for. Whoever gets none waits so long:
    /// for one that comes back, for a connection, for a server that is starting.
    pub fn new(options: C::Options, most: u32, patience: Duration) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let pool = Pool::builder(Opener(options, PhantomData))
            .max_size(most)
            // Those that were used last are the least likely to be asked.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .recycle_timeout(Some(UNASKED))
            .build();
        Self { pool: pool.expect("there is a runtime for the timeout"), patience }
    }

    pub async fn lend(&self) -> Result<Lent<C>, Error> {
        timeout(self.patience, self.take()).await.unwrap_or(Err(Error::PoolTimedOut))
    }

    async fn take(&self) -> Result<Lent<C>, Error> {
        loop {
            match self.pool.get().await {
                Ok(object) => return Ok(Lent { object: Some(object), went_well: false }),
                Err(PoolError::Backend(error)) if is_starting(&error) => sleep(PAUSE).await,
                Err(PoolError::Backend(error)) => return Err(error),
                Err(PoolError::Closed) => return Err(Error::PoolClosed),
                Err(_) => return Err(Error::PoolTimedOut),
            }
        }
    }

    /// Closes connections that nobody used for so long.
    pub async fn retire(&self, idle: Duration) {
        let retired = self.pool.retain(|_, metrics| metrics.last_used() < idle).removed;
        for connection in retired {
            let _closed = connection.close().await;
        }
    }

    /// Lends nothing any more, and waits a little for what is lent.
    pub async fn close(&self) {
        self.retire(Duration::ZERO).await;
        self.pool.close();
        let all = async {
            while self.pool.status().size > 0 {
                sleep(PAUSE / 10).await;
            }
        };
        let _in_time = timeout(GOODBYE, all).await;
    }

    /// How many connections there are, and how many of them are not lent.
    pub fn size(&self) -> (u32, u32) {
        let status = self.pool.status();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (count(status.size), count(status.available))
    }
}

/// The server is away for a moment, went away while it answered, or isn't ready yet.
fn is_starting(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Protocol(_) => true,
        Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// PostgreSQL ends the connection with what it says.
const SHUTDOWN: &str = "57P";
/// The connection leads to a server that only reads, such as one that another one took over from.
const READ_ONLY_TRANSACTION: &str = "25006";

/// After such an error a connection is as it was before, and of use.
fn is_harmless(error: &Error) -> bool {
    match error {
        Error::RowNotFound => true,
        Error::Database(error) => !error
            .code()
            .is_some_and(|code| code.starts_with(SHUTDOWN) || code == READ_ONLY_TRANSACTION),
        _ => false,
    }
}

impl<C: Connection> Clone for Lender<C> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), patience: self.patience }
    }
}

impl<C: Connection> Debug for Lender<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pool.status().fmt(f)
    }
}

impl<C: Connection + 'static> Lent<C> {
    pub fn connection(&mut self) -> &mut C {
        self.object.as_mut().expect("it is there until it is dropped")
    }

    /// Gives it back after the last thing that was done with it. Most errors that the database answers with leave a
    /// connection as it was; after any other one it is closed.
    pub fn give_back_after<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        self.went_well = result.as_ref().err().is_none_or(is_harmless);
        result
    }
}

impl<C: Connection + 'static> Drop for Lent<C> {
    fn drop(&mut self) {
        if let Some(object) = self.object.take().filter(|_| !self.went_well) {
            drop(Object::take(object));
        }
    }
}
