//! A database file, copied as it is at one moment and put in place again.

use std::path::Path;

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{FILE, fault, fault::fault as database, folder};
use crate::{ports::StoreError, store::migrations};

const CONTENTS: &str = "SELECT DISTINCT digest FROM hitl_attachments ORDER BY digest";
const NOTE: &str = "INSERT INTO hitl_restores (restored_at, taken_at) VALUES ($1, $2)";

/// Copies the database in a folder into a file that isn't there yet, whether a server uses it or not, and gives the
/// contents that the copy refers to.
pub async fn copy(data_dir: &Path, to: &Path) -> Result<Vec<Digest>, StoreError> {
    let name = to.to_str().ok_or_else(|| unusable(to, "its name is not text"))?;
    let mut original = connect(&data_dir.join(FILE)).await?;
    sqlx::query("VACUUM INTO $1").bind(name).execute(&mut original).await.map_err(database)?;
    original.close().await.map_err(database)?;
    let flushed = std::fs::File::open(to).and_then(|file| file.sync_all());
    flushed.map_err(|error| unusable(to, &error.to_string()))?;
    let mut copy = connect(to).await?;
    let rows = sqlx::query(CONTENTS).fetch_all(&mut copy).await.map_err(database)?;
    copy.close().await.map_err(database)?;
    rows.iter().map(|row| digest(&row.try_get::<String, _>(0).map_err(database)?)).collect()
}

fn digest(text: &str) -> Result<Digest, StoreError> {
    text.parse().map_err(|_| StoreError::Broken(format!("{text:?} is no digest")))
}

/// Whether a database is in the folder.
#[must_use]
pub fn is_there(data_dir: &Path) -> bool {
    data_dir.join(FILE).exists()
}

/// Puts a copy into a folder without a database, with a note that it comes from a backup. It gets its name last: what
/// breaks off before leaves no database behind.
pub async fn put_in_place(
    copy: &Path,
    data_dir: &Path,
    taken_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let _lock = folder::take(data_dir)?;
    let (file, unfinished) = (data_dir.join(FILE), data_dir.join("countersign.db.restoring"));
    if file.exists() {
        return Err(unusable(&file, "it is there already"));
    }
    std::fs::copy(copy, &unfinished).map_err(|error| unusable(&unfinished, &error.to_string()))?;
    let mut connection = connect(&unfinished).await?;
    let steps = migrations::sqlite();
    steps.run_direct(None, &mut connection, false).await.map_err(fault::migration)?;
    let noted = sqlx::query(NOTE).bind(now.timestamp_micros()).bind(taken_at.timestamp_micros());
    noted.execute(&mut connection).await.map_err(database)?;
    connection.close().await.map_err(database)?;
    let named = std::fs::File::open(&unfinished)
        .and_then(|unfinished| unfinished.sync_all())
        .and_then(|()| std::fs::rename(&unfinished, &file))
        .and_then(|()| std::fs::File::open(data_dir)?.sync_all());
    named.map_err(|error| unusable(&file, &error.to_string()))
}

pub(super) async fn connect(file: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(std::time::Duration::from_secs(30));
    SqliteConnection::connect_with(&options).await.map_err(database)
}

fn unusable(file: &Path, why: &str) -> StoreError {
    StoreError::Unavailable(format!("{} can't be used: {why}", file.display()))
}
