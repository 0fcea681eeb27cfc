//! Kills of either process, and of the database, while clients work.

use std::{
    hash::{BuildHasher, RandomState},
    thread,
    time::Duration,
};

use super::{
    Pair,
    crowd::{assert_kept, work_during},
};
use crate::{databases::Database, servers::Server};

/// Up to this long between two kills.
const PAUSE: u64 = 1_500;

/// Waits for a moment that nobody chose.
fn any_moment(seed: u64, number: u64) {
    let pause = (seed.wrapping_mul(number * 2 + 1) >> 13) % PAUSE;
    thread::sleep(Duration::from_millis(pause));
}

fn seed() -> u64 {
    let seed = RandomState::new().hash_one(0);
    println!("seed {seed}");
    seed
}

#[test]
fn whichever_process_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice() {
    let (seed, pair) = (seed(), Pair::start(Database::fresh()));
    let acknowledged = work_during(&pair, || {
        for number in 0..6 {
            any_moment(seed, number);
            pair.kill_and_start(number as usize % 2);
        }
    });
    assert_kept(&pair, &acknowledged);
}

#[test]
fn when_the_database_is_killed_both_processes_live_on_and_nothing_acknowledged_is_lost() {
    let server = Server::start();
    let (seed, pair) = (seed(), Pair::start(Database::on(&server.url)));
    let acknowledged = work_during(&pair, || {
        for number in 0..4 {
            any_moment(seed, number);
            server.kill();
            any_moment(seed, number + 100);
            server.start_again();
        }
    });
    pair.assert_alive();
    assert_kept(&pair, &acknowledged);
}

#[test]
fn while_the_database_is_away_callers_are_told_to_come_back() {
    let server = Server::start();
    let pair = Pair::start(Database::on(&server.url));
    server.kill();

    let answer = pair
        .try_once(0, "/api/hitl/run/00000000-0000-0000-0000-000000000001/status", None)
        .unwrap();
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    assert_eq!(pair.try_once(1, "/readyz", None).unwrap().status, 503);
    assert_eq!(pair.try_once(1, "/healthz", None).unwrap().status, 200);

    server.start_again();
    pair.get(0, "/api/hitl/runs");
    assert_eq!(pair.ask(1, "/readyz", None).status, 200);
}
