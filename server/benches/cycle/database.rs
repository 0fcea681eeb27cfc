//! A database for one measurement.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{Connection as _, PgConnection, Row as _};
use tempfile::TempDir;

use crate::cost;

/// Where to measure.
#[derive(Clone)]
pub enum Database {
    Sqlite,
    /// The address of a server.
    Postgres(String),
}

/// An empty database and a folder, gone when dropped (databases of a server stay until the next run).
pub struct Place {
    pub folder: TempDir,
    /// `None` for SQLite in the folder.
    pub url: Option<String>,
}

impl Database {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    pub async fn fresh(&self) -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().unwrap();
        let Self::Postgres(server) = self else { return Place { folder, url: None } };
        let name = format!("countersign_bench_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(server).await.unwrap();
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
            "CHECKPOINT".to_owned(),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
        let (address, _) = server.rsplit_once('/').unwrap();
        Place { folder, url: Some(format!("{address}/{name}")) }
    }
}

impl Place {
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("countersign.db")
    }

    /// Commits that wrote something so far; SQLite doesn't count them.
    pub async fn commits(&self) -> Option<i64> {
        let sql = "SELECT pg_stat_force_next_flush(), xact_commit FROM pg_stat_database WHERE datname = current_database()";
        let mut connection = PgConnection::connect(self.url.as_ref()?).await.unwrap();
        let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
        Some(row.get(1))
    }

    /// CPU time of the database's own processes so far, in milliseconds; in SQLite's case it is the server's.
    pub async fn cpu_ms(&self) -> f64 {
        let Some(url) = &self.url else { return 0.0 };
        let mut connection = PgConnection::connect(url).await.unwrap();
        let row = sqlx::query("SELECT pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
        let backend: i32 = row.get(0);
        cost::family_cpu_ms(cost::parent(backend.unsigned_abs()))
    }
}
