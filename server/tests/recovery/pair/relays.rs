//! What one process opens is seen and decided through the other, and whoever waits at the first is told within moments:
//! with the lines between them whole, cut, slow or gone.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Pair, socket::Socket};
use crate::{
    databases::{Database, execute},
    process::Folder,
    redis::{Redis, SlowLine},
};

/// Sooner than a process looks by itself.
const MOMENTS: Duration = Duration::from_secs(3);
/// When it has looked by itself.
const LATER: Duration = Duration::from_secs(8);

#[test]
fn who_waits_at_one_process_is_told_what_was_decided_through_the_other() {
    let pair = Pair::start(Database::fresh());

    for number in 0..4 {
        assert_told(&pair, number, MOMENTS);
    }
}

#[test]
fn a_listening_connection_that_is_cut_comes_back_and_nothing_is_missed() {
    let pair = Pair::start(Database::fresh());
    assert_told(&pair, 0, MOMENTS);

    for number in 1..4 {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        execute(pair.folder.database_url(), cut.to_owned());
        assert_told(&pair, number, LATER);
    }
    thread::sleep(MOMENTS);
    assert_told(&pair, 4, MOMENTS);
}

#[test]
fn with_redis_killed_flushed_or_slow_nothing_is_wrong() {
    let mut redis = Redis::start();
    let line = SlowLine::to(redis.address());
    let folder = Folder::with(Some(Database::fresh()));
    let pair = Pair::start_in(folder.setting("COUNTERSIGN_REDIS_URL", line.url()));
    assert_told(&pair, 0, MOMENTS);

    line.takes(Duration::from_secs(5));
    assert_told(&pair, 1, LATER);
    assert_told(&pair, 2, LATER);
    redis.kill();
    line.takes(Duration::ZERO);
    assert_told(&pair, 3, LATER);
    pair.kill_and_start(1);
    assert_told(&pair, 4, LATER);
    redis.start_again();
    assert_told(&pair, 5, LATER);
    redis.say(&[b"FLUSHALL"]);
    assert_told(&pair, 6, MOMENTS);
}

#[test]
fn what_one_process_opens_is_shown_and_decided_over_a_socket_of_the_other() {
    let pair = Pair::start(Database::fresh());
    let mut sockets = [Socket::of(&pair, 0), Socket::of(&pair, 1)];

    for here in [0, 1, 0] {
        let opened = open(&pair, here);
        let id = &opened["approval_id"];
        let (shown, took) = sockets[1 - here].until(|message| message["approval_id"] == *id);
        assert_eq!(shown["type"], "HITL_APPROVAL_REQUEST", "{shown:#}");
        assert!(took < MOMENTS, "{took:?}");
        let decided = sockets[1 - here].ask(json!({
            "type": "HITL_APPROVAL_RESPONSE",
            "approval_id": id,
            "action": "approve",
            "version": shown["version"],
            "proposal_digest": shown["proposal_digest"],
        }));
        assert_eq!(decided["ok"], true, "{decided:#}");
        let closed = |message: &Value| {
            message["type"] == "HITL_APPROVAL_CLOSED" && message["approval_id"] == *id
        };
        assert!(sockets[here].until(closed).1 < MOMENTS);
    }
}

/// An agent's own action, which waits for a person.
fn open(pair: &Pair, side: usize) -> Value {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let body = json!({"action": "send_email", "arguments": {"to": "ana@example.org"}}).to_string();
    let key = format!("open-{}", ASKED.fetch_add(1, Ordering::Relaxed));
    let opened = pair.ask(side, "/api/hitl/approvals", Some((&key, &body)));
    assert_eq!(opened.status, 201, "{opened:?}");
    opened.json()
}

/// A ticket is opened by one process, waited for there, seen and decided through the other.
#[track_caller]
fn assert_told(pair: &Pair, number: usize, within: Duration) {
    let (here, there) = (number % 2, (number + 1) % 2);
    let opened = open(pair, here);
    let id = opened["approval_id"].as_str().unwrap();
    // Read before, so that there may be a copy of how it was.
    assert_eq!(pair.get(there, &format!("/api/hitl/approvals/{id}"))["status"], "pending");

    let (decided, told, took) = thread::scope(|scope| {
        let waits = scope.spawn(|| (pair.wait_for(here, id), Instant::now()));
        thread::sleep(Duration::from_millis(300));
        let list = pair.get(there, "/api/hitl/approvals/pending");
        assert!(list["approvals"].as_array().unwrap().iter().any(|one| one["approval_id"] == id));
        let run = opened["run_id"].as_str().unwrap();
        let path = format!("/api/hitl/run/{run}/approve");
        let decided =
            pair.ask(there, &path, Some((&format!("decide-{number}"), &super::approval(&opened))));
        let answered = Instant::now();
        let (told, at) = waits.join().unwrap();
        (decided, told, at.saturating_duration_since(answered))
    });

    assert_eq!(decided.status, 200, "{decided:?}");
    assert_eq!(told["status"], "decided", "{told:#}");
    assert!(took < within, "{took:?}\n{}", pair.folder.read_log());
    // Whoever looks next sees it, whatever copy there is.
    for side in [here, there] {
        assert_eq!(pair.get(side, &format!("/api/hitl/approvals/{id}"))["status"], "decided");
    }
}
