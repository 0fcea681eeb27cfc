//! Connections, and what a statement on them may take.

use std::time::Duration;

use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// The longest wait for a connection: it outlasts a quick restart of the server.
const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection that nobody used for so long is asked whether it still lives.
const UNASKED: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(600);

/// No statement of a change or a page takes anywhere near as long: whatever does is stuck.
const LIMITS: [(&str, &str); 3] = [
    ("statement_timeout", "15s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "15s"),
];
/// A step of a migration may take as long as it takes.
const SET_UP_LIMITS: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "60s")];

pub(super) fn for_set_up(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("countersign").options(SET_UP_LIMITS)
}

/// Connects when it is first used, and again whenever connections were lost.
pub(super) fn open(options: PgConnectOptions, most: u32) -> PgPool {
    let options = options.application_name("countersign").options(LIMITS);
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(IDLE)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for < UNASKED {
                    return Ok(true);
                }
                connection.ping().await.map(|()| true)
            })
        })
        .connect_lazy_with(options)
}
