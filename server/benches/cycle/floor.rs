//! The least that keeps the promise: each transition is one row written durably. It has the same doors as the
//! product, so the same clients measure it.

use std::{collections::HashMap, net::Ipv4Addr, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};
use sqlx::{
    Connection as _, PgPool, Row as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, Notify},
};

const TABLE: &str =
    "CREATE TABLE approval (id TEXT PRIMARY KEY, open INTEGER NOT NULL, payload TEXT NOT NULL)";
const START: &str = "INSERT INTO approval (id, open, payload) VALUES ($1, $2, $3)";
const DECIDE: &str =
    "UPDATE approval SET open = open - 1, payload = $2 WHERE id = $1 AND open > 0 RETURNING open";
const COMPLETE: &str = "UPDATE approval SET open = -1 WHERE id = $1 AND open = 0";
const LOOK: &str = "SELECT open FROM approval WHERE id = $1";

#[derive(Clone)]
struct Floor {
    database: Arc<Store>,
    changed: Arc<Mutex<HashMap<String, Arc<Notify>>>>,
}

enum Store {
    Sqlite { write: Mutex<SqliteConnection>, read: SqlitePool },
    Postgres(PgPool),
}

impl Store {
    async fn open(url: &str) -> Self {
        let Some(file) = url.strip_prefix("sqlite:") else {
            let pool = sqlx::postgres::PgPoolOptions::new().max_connections(20).connect(url).await;
            let pool = pool.unwrap();
            sqlx::query(TABLE).execute(&pool).await.unwrap();
            return Self::Postgres(pool);
        };
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut write = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query(TABLE).execute(&mut write).await.unwrap();
        let read = SqlitePool::connect_with(options).await.unwrap();
        Self::Sqlite { write: Mutex::new(write), read }
    }

    async fn start(&self, id: &str, open: i32) {
        match self {
            Self::Sqlite { write, .. } => {
                let query = sqlx::query(START).bind(id).bind(open).bind("{}");
                query.execute(&mut *write.lock().await).await.map(drop)
            }
            Self::Postgres(pool) => {
                sqlx::query(START).bind(id).bind(open).bind("{}").execute(pool).await.map(drop)
            }
        }
        .unwrap();
    }

    async fn decide(&self, id: &str, payload: &str) -> i32 {
        match self {
            Self::Sqlite { write, .. } => {
                let query = sqlx::query(DECIDE).bind(id).bind(payload);
                query.fetch_one(&mut *write.lock().await).await.unwrap().get(0)
            }
            Self::Postgres(pool) => {
                sqlx::query(DECIDE).bind(id).bind(payload).fetch_one(pool).await.unwrap().get(0)
            }
        }
    }

    async fn complete(&self, id: &str) {
        match self {
            Self::Sqlite { write, .. } => {
                sqlx::query(COMPLETE).bind(id).execute(&mut *write.lock().await).await.map(drop)
            }
            Self::Postgres(pool) => sqlx::query(COMPLETE).bind(id).execute(pool).await.map(drop),
        }
        .unwrap();
    }

    async fn look(&self, id: &str) -> i32 {
        match self {
            Self::Sqlite { read, .. } => {
                sqlx::query(LOOK).bind(id).fetch_one(read).await.unwrap().get(0)
            }
            Self::Postgres(pool) => {
                sqlx::query(LOOK).bind(id).fetch_one(pool).await.unwrap().get(0)
            }
        }
    }
}

pub async fn serve(database: &str) {
    let database = Arc::new(Store::open(database).await);
    let router = Router::new()
        .route("/api/hitl/run", post(start))
        .route("/api/hitl/run/{run}/approve", post(approve))
        .route("/api/hitl/run/{run}/status", get(status))
        .with_state(Floor { database, changed: Arc::default() });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    println!("Ready at http://{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

async fn start(State(floor): State<Floor>, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let id = body["run_input"]["session_id"].as_str().unwrap();
    let open = body["hitl_config"]["allowed_steps"].as_array().unwrap().len();
    floor.database.start(id, i32::try_from(open).unwrap()).await;
    (StatusCode::ACCEPTED, Json(json!({"run_id": id})))
}

async fn approve(
    State(floor): State<Floor>,
    Path(run): Path<String>,
    Json(body): Json<Value>,
) -> Json<Value> {
    if floor.database.decide(&run, &body.to_string()).await == 0 {
        tokio::spawn(async move {
            floor.database.complete(&run).await;
            let waiting = floor.changed.lock().await.remove(&run);
            waiting.inspect(|waiting| waiting.notify_waiters());
        });
    }
    Json(json!({"success": true}))
}

/// Holds the answer until the run asks or is over, as `Prefer: wait` says.
async fn status(State(floor): State<Floor>, Path(run): Path<String>) -> Json<Value> {
    loop {
        let changed = floor.changed.lock().await.entry(run.clone()).or_default().clone();
        let changed = changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let open = floor.database.look(&run).await;
        if open == 0 {
            changed.await;
            continue;
        }
        floor.changed.lock().await.remove(&run);
        let status = if open > 0 { "awaiting_human" } else { "completed" };
        return Json(json!({
            "status": status,
            "approval": {"approval_id": format!("{run}-{open}"), "version": 1, "proposal_digest": ""},
        }));
    }
}
