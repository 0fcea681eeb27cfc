//! Databases to test with, on the server that `.ci/postgres` starts.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use sqlx::{Connection, PgConnection, Row};
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

    fn name(&self) -> &str {
        self.url.path().trim_start_matches('/')
    }

    /// Changes a setting for all connections to come.
    pub fn set(&self, setting: &str) {
        execute(&self.url, format!("ALTER DATABASE {} SET {setting}", self.name()));
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

/// Works in tests that have a runtime already, and in those that have none.
fn in_a_runtime<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let alone = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work)
    };
    thread::scope(|scope| scope.spawn(alone).join().unwrap())
}

/// A server of this test's own, to be killed or filled; stopped and gone with this value.
pub struct Server {
    folder: tempfile::TempDir,
    pub url: Url,
}

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = script("start", folder.path()).parse().unwrap();
        Self { folder, url }
    }

    /// Ends it without a word to its clients, as a power cut would.
    pub fn kill(&self) {
        script("kill", self.folder.path());
    }

    /// Starts it again, under the same address.
    pub fn start_again(&self) {
        assert_eq!(script("start", self.folder.path()), self.url.as_str());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that fails may have killed it already.
        let _gone = command("kill", self.folder.path()).output();
    }
}

/// A program that comes with PostgreSQL.
pub fn program(name: &str) -> Command {
    Command::new(Path::new(&script("bin", Path::new(""))).join(name))
}

fn script(verb: &str, folder: &Path) -> String {
    let done = command(verb, folder).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), ".ci/postgres {verb}: {said}");
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

fn command(verb: &str, folder: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/postgres"));
    command.arg(verb).arg(folder);
    command
}
