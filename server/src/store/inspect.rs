//! A look at a database from outside, beside whoever uses it.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{postgres, sqlite};
use crate::ports::{Clock, StoreError};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The versions of the migrations' steps that it has.
    pub applied: Vec<i64>,
    /// The database's own time.
    pub clock: DateTime<Utc>,
    /// When the newest run was started.
    pub newest: Option<DateTime<Utc>>,
}

/// Looks at the database of a folder, reads it whole for damage, and takes the right to write for a moment. `None` if
/// there is none.
///
/// # Errors
///
/// What is wrong with it.
pub async fn inspect_sqlite(data_dir: &Path) -> Result<Option<Inspection>, StoreError> {
    sqlite::inspect::inspect(data_dir).await
}

/// Looks at a database of a server, its settings and its rights.
///
/// # Errors
///
/// What is wrong with it.
pub async fn inspect_postgres(url: &str, clock: &dyn Clock) -> Result<Inspection, StoreError> {
    postgres::inspect::inspect(url, clock).await
}
