//! Databases to test with, on the server that `.ci/postgres` starts.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use sqlx::{Connection, PgConnection};
use url::Url;

/// An empty database; dropped with this value.
pub struct Database {
    server: Url,
    pub url: Url,
}

impl Database {
    /// On the server that all tests share.
    pub fn fresh() -> Self {
        let server = std::env::var("COUNTERSIGN_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!("needs PostgreSQL: export COUNTERSIGN_TEST_POSTGRES=$(.ci/postgres start)")
        });
        Self::on(&server.parse().unwrap())
    }

    pub fn on(server: &Url) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        execute(server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        execute(server, format!("CREATE DATABASE {name}"));
        let mut url = server.clone();
        url.set_path(&name);
        Self { server: server.clone(), url }
    }

    pub fn name(&self) -> &str {
        self.url.path().trim_start_matches('/')
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name());
        // A test that fails while the server is down has said so already.
        let _gone = in_a_runtime(run(self.server.clone(), drop));
    }
}

/// Runs a statement on a connection of its own.
pub fn execute(url: &Url, sql: String) {
    in_a_runtime(run(url.clone(), sql)).unwrap();
}

async fn run(url: Url, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url.as_str()).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

/// Works in tests that have a runtime already, and in those that have none.
fn in_a_runtime<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let alone = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work)
    };
    thread::scope(|scope| scope.spawn(alone).join().unwrap())
}
