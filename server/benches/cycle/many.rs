//! Many paused runs: what they cost in memory, how soon they can be decided after a crash, and how fast a page of a
//! long inbox is.

use std::time::{Duration, Instant};

use reqwest::Client;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::{
    cost,
    database::{Database, Place},
    load,
    process::{self, Process},
};

/// How often a page is fetched.
const LOOKS: u32 = 20;

pub async fn measure(database: &Database, paused: usize, inbox: usize) {
    if paused > 0 {
        println!("\n{}: {paused} paused runs", database.name());
        let place = database.fresh().await;
        let server = process::countersign(&place).await;
        memory_and_restart(server, &place, paused).await;
    }
    if inbox > 0 {
        println!("\n{}: an inbox of {inbox} open tickets", database.name());
        let place = database.fresh().await;
        let server = process::countersign(&place).await;
        long_inbox(server, &place, inbox).await;
    }
}

async fn memory_and_restart(mut server: Process, place: &Place, paused: usize) {
    // What the first thousand cost are caches and pools.
    let warm = load::pause(&server, paused / 10).await;
    let before = cost::rss_kib(server.pid());
    let runs = load::pause(&server, paused - warm.len()).await;
    let more = cost::rss_kib(server.pid()) - before;
    println!("memory per paused run: {:.2} KiB", more / runs.len() as f64);

    let client = server.client.clone();
    server.kill();
    let begun = Instant::now();
    let server = process::again(place, &client);
    let ready = begun.elapsed();
    load::approve_one(&server, &runs[runs.len() / 2]).await;
    let first = begun.elapsed();
    load::approve_one(&server, &warm[0]).await;
    load::approve_one(&server, runs.last().unwrap()).await;
    println!(
        "after kill -9: ready in {} ms, the first decided at {} ms, the oldest and the newest too at {} ms",
        ready.as_millis(),
        first.as_millis(),
        begun.elapsed().as_millis()
    );
}

async fn long_inbox(server: Process, place: &Place, inbox: usize) {
    let template = load::pause(&server, 1).await.remove(0);
    copy(place, &template, inbox - 1).await;
    for path in ["/inbox", "/api/hitl/approvals/pending?limit=50"] {
        let mut times = Vec::new();
        for _ in 0..LOOKS {
            times.push(look(&server.client, &format!("{}{path}", server.url)).await);
        }
        times.sort_unstable();
        println!(
            "GET {path}: p50 {:.1} ms, slowest of {LOOKS} {:.1} ms",
            times[times.len() / 2].as_secs_f64() * 1000.0,
            times[times.len() - 1].as_secs_f64() * 1000.0
        );
    }
}

async fn look(client: &Client, url: &str) -> Duration {
    let begun = Instant::now();
    let answer = client.get(url).header("accept", "text/html, application/json").send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    let _body = answer.bytes().await.unwrap();
    begun.elapsed()
}

/// Copies the rows of one paused run, each copy with ids of its own: going through the doors would take an hour.
async fn copy(place: &Place, template: &str, copies: usize) {
    if let Some(url) = &place.url {
        let mut connection = PgConnection::connect(url).await.unwrap();
        for table in TABLES {
            let columns = POSTGRES_COLUMNS.replace("TABLE", table.name);
            let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(columns))
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let count = format!("generate_series(1, {copies}) AS n(i)");
            let sql = table.copy(&columns, template, &count, "to_char(i, 'FM00000000')", true);
            sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
        sqlx::query("ANALYZE").execute(&mut connection).await.unwrap();
        return;
    }
    let mut connection =
        SqliteConnection::connect(&format!("sqlite:{}", place.file().display())).await.unwrap();
    for table in TABLES {
        let columns = format!("SELECT name FROM pragma_table_info('{}')", table.name);
        let columns: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut connection).await.unwrap();
        let count = format!(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies}) SELECT i FROM n)"
        );
        let sql = table.copy(&columns, template, &count, "printf('%08d', i)", false);
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
}

const POSTGRES_COLUMNS: &str = "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'TABLE' ORDER BY ordinal_position";

struct Table {
    name: &'static str,
    /// Columns in which ids stand.
    with_ids: &'static [&'static str],
}

const TABLES: [Table; 2] = [
    Table {
        name: "hitl_runs",
        with_ids: &["run_id", "session_id", "state", "original_input", "checkpoint_context"],
    },
    Table {
        name: "hitl_pending_approvals",
        with_ids: &["approval_id", "run_id", "session_id", "queue_key", "context"],
    },
];

impl Table {
    /// Replaces the first eight digits of each id (a session's name ends in them) by a number; `typed` where ids have a
    /// type of their own.
    fn copy(
        &self,
        columns: &[String],
        template: &str,
        count: &str,
        number: &str,
        typed: bool,
    ) -> String {
        let start = &template[..8];
        let values = columns.iter().map(|column| match column.as_str() {
            "session_id" => format!("session_id || {number}"),
            name @ ("run_id" | "approval_id") if typed => {
                format!("replace({name}::text, '{start}', {number})::uuid")
            }
            name if self.with_ids.contains(&name) => {
                format!("replace({name}, '{start}', {number})")
            }
            name => name.to_owned(),
        });
        let values: Vec<String> = values.collect();
        format!(
            "INSERT INTO {0} ({1}) SELECT {2} FROM {0}, {count} WHERE {0}.run_id = '{template}'",
            self.name,
            columns.join(", "),
            values.join(", ")
        )
    }
}
