//! All tables, copied as they are at one moment and put in place again, in PostgreSQL's own text format: it needs no
//! program on the operator's machine, and reads back every value as it was.

use std::path::Path;

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, postgres::PgConnectOptions};
use tokio::{fs::File, io::AsyncWriteExt as _};

use super::{fault, fault::fault as database, pool};
use crate::{ports::StoreError, store::migrations};

/// The tables, each with the columns that it is copied with, and the tables that it refers to.
const TABLES: &str = "
    SELECT c.relname::text AS name,
        (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
        ARRAY(SELECT k.confrelid::regclass::text FROM pg_constraint k
            WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS needs
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
        AND c.relname LIKE 'hitl\\_%'
    ORDER BY c.relname";
const SCHEMA: &str = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
const CONTENTS: &str = "SELECT DISTINCT digest FROM hitl_attachments ORDER BY digest";
const HAS_PEOPLE_TABLE: &str = "SELECT to_regclass('hitl_people') IS NOT NULL";
const HAS_NO_PEOPLE: &str = "SELECT NOT EXISTS (SELECT 1 FROM hitl_people)";
const IS_EMPTY: &str = "
    SELECT NOT EXISTS (SELECT 1 FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace)";
/// Columns that count by themselves: they go on after the largest value.
const COUNTED: &str = "
    SELECT attrelid::regclass::text AS name, attname::text AS column_name FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace";
const NOTE: &str = "INSERT INTO hitl_restores (restored_at, taken_at) VALUES ($1, $2)";

/// What was copied; part of a backup's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// The version of the last step of the migrations.
    pub schema: i64,
    /// In an order in which each refers only to those before it.
    pub tables: Vec<Table>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
}

impl Table {
    /// The name of its file.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.copy", self.name)
    }

    /// Name and columns, as a statement writes them.
    fn written(&self) -> (String, String) {
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(column)).collect();
        (quoted(&self.name), columns.join(", "))
    }
}

/// Copies every table into a folder, while servers use the database or not, and gives the contents that the copy
/// refers to.
pub async fn copy(url: &str, folder: &Path) -> Result<(Copy, Vec<Digest>), StoreError> {
    let mut connection = connect(url).await?;
    execute(&mut connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()).await?;
    let row = sqlx::query(SCHEMA).fetch_one(&mut connection).await.map_err(database)?;
    let schema = row.try_get(0).map_err(database)?;
    let tables = tables(&mut connection).await?;
    for table in &tables {
        let (name, columns) = table.written();
        let statement = format!("COPY (SELECT {columns} FROM {name}) TO STDOUT");
        let pieces = connection.copy_out_raw(&statement).await.map_err(database)?;
        write(&folder.join(table.file()), pieces).await?;
    }
    let rows = sqlx::query(CONTENTS).fetch_all(&mut connection).await.map_err(database)?;
    execute(&mut connection, "COMMIT".to_owned()).await?;
    connection.close().await.map_err(database)?;
    let contents = rows.iter().map(|row| digest(row.try_get(0).map_err(database)?));
    Ok((Copy { schema, tables }, contents.collect::<Result<_, _>>()?))
}

fn digest(text: &str) -> Result<Digest, StoreError> {
    text.parse().map_err(|_| StoreError::Broken(format!("{text:?} is no digest")))
}

/// Whether the database has no tables at all, or only those that a restore left behind which broke off: without anybody
/// in them.
pub async fn is_empty(url: &str) -> Result<bool, StoreError> {
    let mut connection = connect(url).await?;
    let bare = says(&mut connection, IS_EMPTY).await?;
    let empty = bare
        || says(&mut connection, HAS_PEOPLE_TABLE).await?
            && says(&mut connection, HAS_NO_PEOPLE).await?;
    connection.close().await.map_err(database)?;
    Ok(empty)
}

async fn says(connection: &mut PgConnection, query: &'static str) -> Result<bool, StoreError> {
    let row = sqlx::query(query).fetch_one(connection).await.map_err(database)?;
    row.try_get(0).map_err(database)
}

/// Puts a copy into a database without tables, with a note that it comes from a backup. The rows come all or not at
/// all; what breaks off leaves empty tables behind.
pub async fn put_in_place(
    copy: &Copy,
    folder: &Path,
    url: &str,
    taken_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut connection = connect(url).await?;
    // The rows are of that version; the server's start brings them to its own.
    let steps = migrations::postgres_up_to(copy.schema);
    steps.run_direct(None, &mut connection, false).await.map_err(fault::migration)?;
    execute(&mut connection, "BEGIN".to_owned()).await?;
    for table in copy.tables.iter().rev() {
        execute(&mut connection, format!("DELETE FROM {}", table.written().0)).await?;
    }
    for table in &copy.tables {
        let (name, columns) = table.written();
        let statement = format!("COPY {name} ({columns}) FROM STDIN");
        let path = folder.join(table.file());
        let file = File::open(&path).await.map_err(|error| unusable(&path, &error))?;
        let mut rows = connection.copy_in_raw(&statement).await.map_err(database)?;
        rows.read_from(file).await.map_err(database)?;
        rows.finish().await.map_err(database)?;
    }
    for counted in sqlx::query(COUNTED).fetch_all(&mut connection).await.map_err(database)? {
        let name: String = counted.try_get("name").map_err(database)?;
        let column: String = counted.try_get("column_name").map_err(database)?;
        let from = quoted(&column);
        execute(
            &mut connection,
            format!(
                "SELECT setval(pg_get_serial_sequence('{name}', '{column}'), \
                 (SELECT COALESCE(MAX({from}), 0) + 1 FROM {name}), false)"
            ),
        )
        .await?;
    }
    let note = sqlx::query(NOTE).bind(now).bind(taken_at);
    note.execute(&mut connection).await.map_err(database)?;
    execute(&mut connection, "COMMIT".to_owned()).await?;
    connection.close().await.map_err(database)
}

async fn tables(connection: &mut PgConnection) -> Result<Vec<Table>, StoreError> {
    let rows = sqlx::query(TABLES).fetch_all(connection).await.map_err(database)?;
    let mut open = Vec::new();
    for row in rows {
        let name: String = row.try_get("name").map_err(database)?;
        let columns: Vec<String> = row.try_get("columns").map_err(database)?;
        let needs: Vec<String> = row.try_get("needs").map_err(database)?;
        open.push((Table { name, columns }, needs));
    }
    in_order(open).ok_or_else(|| StoreError::Broken("tables refer to each other".to_owned()))
}

/// Each table after those that it needs; `None` if there is no such order.
fn in_order(mut open: Vec<(Table, Vec<String>)>) -> Option<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::new();
    while !open.is_empty() {
        let there = |name: &String| ordered.iter().any(|table| table.name == *name);
        let next = open.iter().position(|(_, needs)| needs.iter().all(there))?;
        ordered.push(open.remove(next).0);
    }
    Some(ordered)
}

async fn write(
    path: &Path,
    mut pieces: impl futures::Stream<Item = Result<bytes::Bytes, sqlx::Error>> + Unpin,
) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| unusable(path, &error);
    let mut file = File::create_new(path).await.map_err(failed)?;
    while let Some(piece) = pieces.try_next().await.map_err(database)? {
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)
}

pub(super) async fn connect(url: &str) -> Result<PgConnection, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(database)?;
    PgConnection::connect_with(&pool::for_set_up(options)).await.map_err(database)
}

async fn execute(connection: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop).map_err(database)
}

/// A name as a statement writes it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn unusable(file: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{} can't be used: {error}", file.display()))
}
