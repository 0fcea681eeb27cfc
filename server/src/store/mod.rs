//! Storage: what is written is decided here once, and an engine carries it out in its database.
//!
//! Everything that changes is a list of [`write::Write`]s that an engine runs in one transaction; all
//! that is read goes through [`value::Fields`]. A database is one small engine: SQLite
//! in a file, or PostgreSQL.

mod accounts;
mod attachments;
mod caps;
mod census;
mod columns;
mod commit;
mod cursor;
mod engine;
mod head;
mod inspect;
mod keys;
mod lender;
mod migrations;
mod postgres;
mod rows;
mod runs;
mod secrets;
mod sessions;
mod sql;
mod sqlite;
mod stamps;
mod ticket_columns;
mod upkeep;
mod value;

pub use inspect::{Inspection, inspect_postgres, inspect_sqlite};
pub use migrations::versions;
pub use postgres::{PostgresStore, backup as postgres_backup};
pub use sqlite::{SqliteStore, backup as sqlite_backup};

/// Storage on top of a database's engine.
#[derive(Debug)]
pub struct SqlStore<E> {
    engine: E,
}
