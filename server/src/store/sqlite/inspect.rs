//! A look at a database file from outside, beside a server that uses it.

use std::path::Path;

use chrono::{DateTime, Utc};
use sqlx::{Connection, Row, SqliteConnection};

use super::{FILE, backup::connect, fault::fault};
use crate::{ports::StoreError, store::Inspection};

pub(in crate::store) async fn inspect(data_dir: &Path) -> Result<Option<Inspection>, StoreError> {
    let file = data_dir.join(FILE);
    if !file.exists() {
        return Ok(None);
    }
    let mut connection = connect(&file).await?;
    let check: String = one(&mut connection, "PRAGMA quick_check(1)").await?;
    if check != "ok" {
        let advice = "stop the server, keep a copy of the folder, and restore a backup";
        return Err(StoreError::Broken(format!("it is damaged ({check}); {advice}")));
    }
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.map_err(fault)?;
    sqlx::query("ROLLBACK").execute(&mut connection).await.map_err(fault)?;
    let steps = sqlx::query("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(&mut connection)
        .await
        .map_err(fault)?;
    let applied =
        steps.iter().map(|row| row.try_get(0).map_err(fault)).collect::<Result<_, _>>()?;
    let clock = "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
    let clock: Option<i64> = one(&mut connection, clock).await?;
    let newest: Option<i64> = one(&mut connection, "SELECT MAX(created_at) FROM hitl_runs").await?;
    connection.close().await.map_err(fault)?;
    let time = |micros: Option<i64>| micros.and_then(DateTime::<Utc>::from_timestamp_micros);
    Ok(Some(Inspection { applied, clock: time(clock).unwrap_or_default(), newest: time(newest) }))
}

async fn one<T>(connection: &mut SqliteConnection, sql: &'static str) -> Result<T, StoreError>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    let row = sqlx::query(sql).fetch_one(connection).await.map_err(fault)?;
    row.try_get(0).map_err(fault)
}
