//! Somebody with a database client, beside the two processes.

use sqlx::{Connection as _, PgConnection, postgres::PgRow};
use tokio::runtime::Runtime;
use url::Url;

pub struct Client {
    runtime: Runtime,
    connection: PgConnection,
}

impl Client {
    pub fn connect(url: &Url) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connection = runtime.block_on(PgConnection::connect(url.as_str())).unwrap();
        Self { runtime, connection }
    }

    pub fn say(&mut self, sql: &'static str) {
        self.runtime.block_on(sqlx::raw_sql(sql).execute(&mut self.connection)).unwrap();
    }

    /// `$1` is the number, where the statement has one.
    pub fn ask(&mut self, sql: &'static str, number: Option<i64>) -> Vec<PgRow> {
        let query = sqlx::query(sql);
        let query = if let Some(number) = number { query.bind(number) } else { query };
        self.runtime.block_on(query.fetch_all(&mut self.connection)).unwrap()
    }
}
