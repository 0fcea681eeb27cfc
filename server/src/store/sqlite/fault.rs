//! What SQLite's errors mean.

use sqlx::{error::DatabaseError, migrate::MigrateError};

use crate::ports::StoreError;

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
const BUSY: i64 = 5;
const LOCKED: i64 = 6;
const NOMEM: i64 = 7;
const READONLY: i64 = 8;
const IOERR: i64 = 10;
const FULL: i64 = 13;
const CANTOPEN: i64 = 14;
/// The shared-memory file couldn't grow: the disk is full.
const IOERR_SHMSIZE: i64 = IOERR | (19 << 8);

/// Turns an error of the driver into one that a caller can act on.
pub(super) fn fault(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => of_database(database.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Broken(error.to_string()),
    }
}

fn of_database(error: &dyn DatabaseError) -> StoreError {
    if error.is_unique_violation() {
        return already_there(error.message());
    }
    if error.is_foreign_key_violation() {
        return StoreError::Conflict;
    }
    let code: i64 = error.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    match code & 0xff {
        FULL => StoreError::Full,
        _ if code == IOERR_SHMSIZE => StoreError::Full,
        BUSY | LOCKED | NOMEM | READONLY | IOERR | CANTOPEN => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Broken(error.to_string()),
    }
}

/// SQLite names the columns of the index that refused: "UNIQUE constraint failed: table.column".
fn already_there(message: &str) -> StoreError {
    let names = |part: &str| message.contains(part);
    if names("hitl_runs.owner") {
        StoreError::SessionBusy
    } else if names("hitl_people.") || names("hitl_attachments.") {
        StoreError::Duplicate
    } else {
        StoreError::Conflict
    }
}

/// A migration that failed: its cause decides, and the advice is the same for all.
pub(super) fn migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => fault(error),
        MigrateError::ExecuteMigration(error, _) => fault(error),
        other => StoreError::Broken(format!(
            "the database doesn't fit this version of Countersign ({other}); use the version that \
             wrote it, or a newer one"
        )),
    }
}

/// Whether the trouble is the storage's, not one change's: then no change of the group counts.
pub(super) fn is_of_storage(error: &StoreError) -> bool {
    matches!(error, StoreError::Full | StoreError::Unavailable(_))
}
