//! PostgreSQL under test, and what only PostgreSQL has to promise.

mod feed;
mod instances;
mod locks;
mod refusals;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use server::{clock::SystemClock, ports::Store, store::PostgresStore};

use crate::{
    Backend,
    databases::{Database, look},
};

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
    Arc::new(PostgresStore::open(database.url.as_str(), &SystemClock).await.unwrap())
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
