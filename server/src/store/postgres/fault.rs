//! What PostgreSQL's errors mean.

use sqlx::{error::DatabaseError, migrate::MigrateError};

use crate::ports::StoreError;

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK_DETECTED: &str = "40P01";
const READ_ONLY_TRANSACTION: &str = "25006";
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "25P03";
const DISK_FULL: &str = "53100";
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// Connections, resources, operator intervention and the system's own errors.
const UNAVAILABLE: [&str; 4] = ["08", "53", "57", "58"];

/// Turns an error of the driver into one that a caller can act on.
pub(super) fn fault(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => of_database(database.as_ref()),
        _ if is_of_connection(&error) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Broken(error.to_string()),
    }
}

fn of_database(error: &dyn DatabaseError) -> StoreError {
    if error.is_unique_violation() {
        return already_there(error.constraint().unwrap_or_default());
    }
    if error.is_foreign_key_violation() {
        return StoreError::Conflict;
    }
    let code = error.code().unwrap_or_default();
    match code.as_ref() {
        DISK_FULL => StoreError::Full,
        SERIALIZATION_FAILURE
        | DEADLOCK_DETECTED
        | LOCK_NOT_AVAILABLE
        | READ_ONLY_TRANSACTION
        | IDLE_IN_TRANSACTION_TIMEOUT => StoreError::Unavailable(error.to_string()),
        code if UNAVAILABLE.iter().any(|class| code.starts_with(class)) => {
            StoreError::Unavailable(error.to_string())
        }
        code => StoreError::Broken(format!("{error} ({code})")),
    }
}

/// By the name of the index that refused.
fn already_there(constraint: &str) -> StoreError {
    if constraint == "hitl_runs_active" {
        StoreError::SessionBusy
    } else if constraint.starts_with("hitl_people_") || constraint.starts_with("hitl_attachments_")
    {
        StoreError::Duplicate
    } else {
        StoreError::Conflict
    }
}

/// Whether the connection broke or none was to be had.
pub(super) fn is_of_connection(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// Whether a transaction that failed so before its COMMIT may simply be run again: the server took it
/// back to untie a knot, or went away and took it back with it.
pub(super) fn is_worth_another_try(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => {
            is_a_knot(error) || database.code().unwrap_or_default().starts_with("57P")
        }
        _ => false,
    }
}

/// Whether the server took a transaction back to untie a knot.
pub(super) fn is_a_knot(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code).unwrap_or_default();
    matches!(code.as_ref(), SERIALIZATION_FAILURE | DEADLOCK_DETECTED)
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
