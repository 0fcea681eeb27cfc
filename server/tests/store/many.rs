//! Ten thousand paused runs, and the real program that starts on them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{
    id::TicketId,
    step::{At, Outcome, start, step},
};
use futures::{StreamExt as _, stream};
use server::{clock::SystemClock, ports::Store, store::PostgresStore, store::SqliteStore};

use crate::{
    databases::Database,
    make::{change, fresh, noon, person, prepared, run},
};

const PAUSED: usize = 10_000;
/// On a machine that does much else, unoptimised.
const LONGEST: Duration = Duration::from_secs(10);

async fn pause(store: Arc<dyn Store>) {
    let commits = (0..PAUSED).map(|_| {
        let store = store.clone();
        async move { store.commit(&change(paused(), None)).await.unwrap() }
    });
    assert_eq!(stream::iter(commits).buffer_unordered(200).count().await, PAUSED);
}

/// A run that waits for its review, as one change.
fn paused() -> Outcome {
    let at = At { now: noon(), fresh: TicketId::from_uuid(fresh()) };
    let begun = start(run(person(), "session"), false, at);
    let mut waits = step(&begun.run, prepared(), at).unwrap();
    waits.entries.splice(0..0, begun.entries);
    assert!(waits.opened.is_some() && waits.effects.is_empty());
    waits
}

/// Starts the program and waits for its line; gives how long that took.
fn start_program(settings: &[(&str, &str)]) -> Duration {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("pkg")).unwrap();
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .env("COUNTERSIGN_LISTEN", "127.0.0.1:0")
        .env("COUNTERSIGN_LOG_FILTER", "warn")
        .env("COUNTERSIGN_SITE_DIR", site.path())
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let took = begun.elapsed();
    let memory = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let memory = memory.lines().find(|line| line.starts_with("VmRSS:")).unwrap().to_owned();
    child.kill().unwrap();
    child.wait().unwrap();
    println!("{PAUSED} paused runs: ready after {} ms, {memory}", took.as_millis());
    assert!(line.contains("Countersign is ready"), "{line}");
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_with_ten_thousand_paused_runs_takes_seconds_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
    pause(store.clone()).await;
    store.close().await;

    let took = start_program(&[("COUNTERSIGN_DATA_DIR", folder.path().to_str().unwrap())]);

    assert!(took < LONGEST, "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_with_ten_thousand_paused_runs_takes_seconds_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::fresh();
    let store = PostgresStore::open(database.url.as_str(), 20, &SystemClock).await.unwrap();
    let store = Arc::new(store);
    pause(store.clone()).await;
    store.close().await;

    let took = start_program(&[
        ("COUNTERSIGN_DATA_DIR", folder.path().to_str().unwrap()),
        ("COUNTERSIGN_DATABASE_URL", database.url.as_str()),
    ]);

    assert!(took < LONGEST, "{took:?}");
}
