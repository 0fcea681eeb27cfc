//! Twenty writers at two processes, and readers that follow the feed meanwhile.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::Row as _;
use uuid::Uuid;

use super::{LONGEST, Pair, database::Client};
use crate::{databases::Database, support::scripted_run};

const WRITERS: usize = 20;
const RUNS_EACH: usize = 5;
const READERS: usize = 2;

const NEXT: &str = "
    SELECT number, run_id, sequence FROM hitl_step_events WHERE number > $1 ORDER BY number LIMIT 7";
const WRITTEN: &str = "SELECT COUNT(*) AS written FROM hitl_step_events";
const OVER: &str = "SELECT COUNT(*) AS over FROM hitl_runs WHERE status = 'completed'";

/// Number, and for what happened to a run that run and the place in it; the others are messages.
type Seen = Vec<(i64, Option<Uuid>, Option<i64>)>;

#[test]
fn readers_that_follow_the_feed_miss_nothing_of_twenty_writers_at_two_processes() {
    let pair = Pair::start(Database::fresh());
    let finished = AtomicUsize::new(0);

    let all: Vec<Seen> = thread::scope(|scope| {
        let (pair, finished) = (&pair, &finished);
        for writer in 0..WRITERS {
            scope.spawn(move || {
                for number in 0..RUNS_EACH {
                    let name = format!("{writer}-{number}");
                    let body = scripted_run(&name, &json!({}), r#"{"message":"a"}"#);
                    pair.start_run((writer + number) % 2, &name, &body);
                }
                finished.fetch_add(1, Ordering::SeqCst);
            });
        }
        let readers = (0..READERS).map(|_| scope.spawn(move || follow(pair, finished)));
        let readers: Vec<_> = readers.collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });

    for seen in &all {
        assert!(seen.is_sorted_by(|(one, ..), (next, ..)| one < next));
        let mut last_of_run = HashMap::new();
        for (_, run, sequence) in seen {
            let (Some(run), Some(sequence)) = (run, sequence) else { continue };
            let before = last_of_run.insert(run, *sequence).unwrap_or(0);
            assert_eq!(*sequence, before + 1, "each run's entries come in order, and all of them");
        }
        assert_eq!(last_of_run.len(), WRITERS * RUNS_EACH);
    }
    assert_eq!(all[0], all[1], "every reader sees the same");
}

/// Reads until everything that was written has been seen.
fn follow(pair: &Pair, finished: &AtomicUsize) -> Seen {
    let mut database = Client::connect(pair.folder.database());
    let (mut seen, begun) = (Seen::new(), Instant::now());
    loop {
        let last = seen.last().map_or(0, |(number, ..)| *number);
        let more = database.ask(NEXT, Some(last));
        let event = |row: &sqlx::postgres::PgRow| {
            (row.get("number"), row.get("run_id"), row.get("sequence"))
        };
        seen.extend(more.iter().map(event));
        if !more.is_empty() || finished.load(Ordering::SeqCst) < WRITERS {
            continue;
        }
        let count = |rows: Vec<sqlx::postgres::PgRow>| rows[0].get::<i64, _>(0);
        let over = count(database.ask(OVER, None));
        let written = count(database.ask(WRITTEN, None));
        if over as usize == WRITERS * RUNS_EACH && written as usize == seen.len() {
            return seen;
        }
        assert!(begun.elapsed() < LONGEST, "{} of {written} seen, {over} over", seen.len());
        thread::sleep(Duration::from_millis(10));
    }
}
