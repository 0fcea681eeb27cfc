//! Connections, and what a statement on them may take.

use std::time::Duration;

use sqlx::{
    PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::store::lender::Lender;

/// The longest wait for a connection: it outlasts a quick restart of the server.
const ACQUIRE: Duration = Duration::from_secs(5);
/// One listens, one numbers events, one stands in line to change accounts.
const ASIDE: u32 = 3;
pub(super) const IDLE: Duration = Duration::from_secs(600);

/// No statement of a change or a page takes anywhere near as long: whatever does is stuck.
const LIMITS: [(&str, &str); 4] = [
    ("statement_timeout", "15s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "15s"),
    // Compiling a statement takes longer than any of them runs.
    ("jit", "off"),
];
/// A step of a migration may take as long as it takes.
const SET_UP_LIMITS: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "60s")];

pub(super) fn for_set_up(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("countersign").options(SET_UP_LIMITS)
}

/// At most so many connections in all: those that are lent to callers, and those of this instance's own tasks.
pub(super) fn open(options: PgConnectOptions, most: u32) -> (Lender<PgConnection>, PgPool) {
    let options = options.application_name("countersign").options(LIMITS);
    let aside = PgPoolOptions::new().max_connections(ASIDE).acquire_timeout(ACQUIRE);
    let aside = aside.idle_timeout(IDLE).connect_lazy_with(options.clone());
    (Lender::new(options, most.saturating_sub(ASIDE).max(1), ACQUIRE), aside)
}
