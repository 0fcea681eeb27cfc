//! PostgreSQL under test, and what only PostgreSQL has to promise.

mod feed;
mod instances;
mod locks;
mod refusals;

use std::{path::Path, process::Command, sync::Arc};

use async_trait::async_trait;
use chrono::TimeDelta;
use server::{clock::SystemClock, ports::Store, store::PostgresStore};
use sqlx::{Connection, PgConnection, Row};
use url::Url;

use crate::{Backend, databases::Database, servers::script};

pub const CONNECTIONS: u32 = 20;

pub struct Postgres {
    pub store: Arc<PostgresStore>,
    pub database: Database,
}

pub async fn open() -> Postgres {
    let database = Database::fresh();
    let store = connect(&database).await;
    Postgres { store, database }
}

/// One more instance on the database.
pub async fn connect(database: &Database) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(database.url.as_str(), CONNECTIONS, &SystemClock).await.unwrap())
}

#[async_trait]
impl Backend for Postgres {
    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    fn move_clock(&self, by: TimeDelta) {
        self.store.set_clock_offset(by);
    }

    async fn look(&self, sql: &'static str) -> Vec<Vec<Option<String>>> {
        look(&self.database.url, sql).await
    }
}

/// What a query finds, every value as text.
pub async fn look(url: &Url, sql: &'static str) -> Vec<Vec<Option<String>>> {
    let mut connection = PgConnection::connect(url.as_str()).await.unwrap();
    // Unprepared, so that the server sends text.
    let rows = sqlx::raw_sql(sql).fetch_all(&mut connection).await.unwrap();
    let field = |row: &sqlx::postgres::PgRow, column| {
        let value = row.try_get_raw(column).unwrap();
        (!sqlx::ValueRef::is_null(&value)).then(|| value.as_str().unwrap().to_owned())
    };
    rows.iter().map(|row| (0..row.len()).map(|column| field(row, column)).collect()).collect()
}

/// A program that comes with PostgreSQL.
pub fn program(name: &str) -> Command {
    Command::new(Path::new(&script("bin", Path::new(""))).join(name))
}
