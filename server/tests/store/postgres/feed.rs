//! The feed where writers, numberers and readers are several.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::decision::Answer;
use server::ports::{FeedEntry, FeedItem, Store, Told};
use sqlx::{Connection, PgConnection};

use super::{connect, look, open, program};
use crate::{
    Backend,
    databases::{Database, execute},
    make::Story,
    servers::Server,
};

const WRITERS: usize = 20;
const RUNS_EACH: usize = 5;
const LONGEST: Duration = Duration::from_secs(60);

/// Reads the feed after a number until nothing is left without one.
async fn follow(store: &Arc<dyn Store>, database: &Database, after: i64) -> Vec<FeedItem> {
    const UNNUMBERED: &str = "SELECT event_id FROM hitl_step_events WHERE number IS NULL";
    let begun = Instant::now();
    let mut seen: Vec<FeedItem> = Vec::new();
    loop {
        // Asked before reading: what has a number by then is in what is read.
        let all_numbered = look(&database.url, UNNUMBERED).await.is_empty();
        loop {
            let last = seen.last().map_or(after, |entry| entry.number);
            let more = store.feed(last, 7).await.unwrap();
            if more.is_empty() {
                break;
            }
            seen.extend(more);
        }
        if all_numbered {
            return seen;
        }
        assert!(begun.elapsed() < LONGEST, "events wait for their number");
    }
}

/// The same, in another place of the feed.
fn renumbered(item: &FeedItem, number: i64) -> Told {
    match item.what.clone() {
        Told::Happened(entry) => Told::Happened(FeedEntry { number, ..entry }),
        said => said,
    }
}

/// Each run's entries are in order and none is missing.
fn assert_whole(seen: &[FeedItem], runs: usize) {
    assert!(seen.is_sorted_by(|one, next| one.number < next.number));
    let mut last_of_run = HashMap::new();
    let happened = seen.iter().filter_map(|item| match &item.what {
        Told::Happened(entry) => Some(entry),
        Told::Said(_) => None,
    });
    for entry in happened {
        let before = last_of_run.insert(entry.run, entry.sequence).unwrap_or(0);
        assert_eq!(entry.sequence, before + 1, "{seen:?}");
    }
    assert_eq!(last_of_run.len(), runs);
}

async fn write(store: Arc<dyn Store>, runs: usize) {
    for _ in 0..runs {
        Story::waiting(&store).await.decide(Answer::Approve).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_of_two_instances_see_the_same_while_both_write() {
    let backend = open().await;
    let stores: [Arc<dyn Store>; 2] = [backend.store(), connect(&backend.database).await];
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| tokio::spawn(write(stores[number % 2].clone(), RUNS_EACH)))
        .collect();
    let mut seen: [Vec<FeedItem>; 2] = [Vec::new(), Vec::new()];
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        for (store, seen) in stores.iter().zip(&mut seen) {
            let after = seen.last().map_or(0, |entry| entry.number);
            seen.extend(store.feed(after, 7).await.unwrap());
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    for (store, seen) in stores.iter().zip(&mut seen) {
        let after = seen.last().map_or(0, |entry| entry.number);
        seen.extend(follow(store, &backend.database, after).await);
    }
    let [one, other] = seen;
    assert_whole(&one, WRITERS * RUNS_EACH);
    assert_eq!(one, other);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_stays_open_in_another_database_does_not_hold_the_feed_up() {
    let elsewhere = Database::fresh();
    let mut idle = PgConnection::connect(elsewhere.url.as_str()).await.unwrap();
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()";
    sqlx::raw_sql(begin).execute(&mut idle).await.unwrap();

    let backend = open().await;
    write(backend.store(), 3).await;

    assert_whole(&follow(&backend.store(), &backend.database, 0).await, 3);
    sqlx::raw_sql("COMMIT").execute(&mut idle).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_instance_left_without_a_number_gets_one_from_another() {
    let backend = open().await;
    write(backend.store(), 2).await;
    follow(&backend.store(), &backend.database, 0).await;
    backend.store.close().await;
    // As if it had died between the commit and the numbering.
    let left = "UPDATE hitl_step_events SET number = NULL WHERE number > 3;
        UPDATE hitl_feed_head SET number = 3";
    execute(&backend.database.url, left.to_owned());

    let next: Arc<dyn Store> = connect(&backend.database).await;
    assert_whole(&follow(&next, &backend.database, 0).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_into_a_fresh_server_neither_stalls_nor_skips_the_feed() {
    let backend = open().await;
    write(backend.store(), 3).await;
    let before = follow(&backend.store(), &backend.database, 0).await;
    let cursor = before.last().unwrap().number;
    // Committed and not numbered when the copy is made.
    backend.store.close().await;
    let late = "UPDATE hitl_step_events SET number = NULL WHERE number = (
            SELECT MAX(number) FROM hitl_step_events)";
    execute(&backend.database.url, late.to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    let dump = program("pg_dump")
        .args(["--format=custom", "--file"])
        .arg(&file)
        .arg(backend.database.url.as_str())
        .status();
    assert!(dump.unwrap().success());

    // Its transactions are numbered from the beginning, far below those of the copy.
    let server = Server::start();
    let fresh = Database::on(&server.url);
    let restore = program("pg_restore").arg("--dbname").arg(fresh.url.as_str()).arg(file).status();
    assert!(restore.unwrap().success());
    let store: Arc<dyn Store> = connect(&fresh).await;
    let late = follow(&store, &fresh, cursor).await;
    write(store.clone(), 2).await;
    let after = follow(&store, &fresh, late.last().unwrap().number).await;

    let last = before.last().unwrap();
    let [late_one] = &late[..] else { panic!("{late:?}") };
    assert_eq!(late_one.what, renumbered(last, late_one.number));
    assert!(late_one.number > cursor, "no number is used twice");
    assert_whole(&after, 2);
    let all = follow(&store, &fresh, 0).await;
    assert_whole(&all, 5);
}
