//! A decision that is asked for in time and waits for a lock until it isn't, at both processes.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Pair, approval, database::Client};
use crate::{
    databases::Database,
    support::{asking, scripted_run},
};

/// Shorter than the processes wait for a lock.
const DEADLINE: i64 = 4;
/// A machine that is busy may let the deadline pass before both are asked.
const TRIES: usize = 8;

/// How many of the processes' decisions wait for a lock.
const WAITING: &str = "
    SELECT pid FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database() AND application_name = 'countersign'";

#[test]
fn what_both_processes_hold_past_its_deadline_is_decided_by_neither() {
    let pair = Pair::start(Database::fresh());
    for (place, lock) in
        ["SELECT 1 FROM hitl_pending_approvals FOR UPDATE", "SELECT 1 FROM hitl_runs FOR UPDATE"]
            .into_iter()
            .enumerate()
    {
        let in_time = (0..TRIES).any(|number| both_wait(&pair, &format!("{place}-{number}"), lock));
        assert!(in_time, "the machine was too busy {TRIES} times");
    }
    assert_eq!(pair.folder.effects().len(), 0, "nothing was approved");
}

/// One run; `false` if its deadline came before both decisions waited.
fn both_wait(pair: &Pair, name: &str, lock: &'static str) -> bool {
    let mut config = asking(&["payload_review"]);
    config["approval_timeout_seconds"] = json!(DEADLINE);
    let body = scripted_run(name, &config, r#"{"message":"a"}"#);
    let run = pair.start_run(0, &format!("start-{name}"), &body);
    let ticket = pair.rest(1, &run)["approval"].clone();
    let Some(expires) = ticket["expires_at"].as_str() else { return false };
    let expires: DateTime<Utc> = expires.parse().unwrap();
    let mut somebody = Client::connect(pair.folder.database());
    somebody.say("BEGIN");
    somebody.say(lock);

    let (waited, answers) = thread::scope(|scope| {
        let decide = |side: usize| {
            let (run, ticket) = (&run, &ticket);
            scope.spawn(move || decide(pair, side, run, ticket))
        };
        let deciders = [decide(0), decide(1)];
        let waited = wait_for_both(&mut somebody, expires);
        let left = (expires - crate::pair::now()).to_std().unwrap_or_default();
        thread::sleep(left + Duration::from_millis(300));
        somebody.say("COMMIT");
        (waited, deciders.map(|decider| decider.join().unwrap()))
    });

    for (status, answer) in answers {
        assert_ne!(status, 200, "late is late: {answer:#}");
        assert!(!waited || status == 410, "{status}: {answer:#}");
    }
    let ended = pair.rest(0, &run);
    assert_eq!((&ended["status"], &ended["end_reason"]), (&json!("failed"), &json!("expired")));
    assert_eq!(pair.decision(1, &run), Value::Null);
    waited
}

fn decide(pair: &Pair, side: usize, run: &str, ticket: &Value) -> (u16, Value) {
    let (path, key) = (format!("/api/hitl/run/{run}/approve"), format!("decide-{run}-{side}"));
    let answer = pair.try_once(side, &path, Some((&key, &approval(ticket)))).unwrap();
    (answer.status, answer.json())
}

fn wait_for_both(somebody: &mut Client, expires: DateTime<Utc>) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) && crate::pair::now() < expires {
        somebody.say("SELECT pg_stat_clear_snapshot()");
        if somebody.ask(WAITING, None).len() >= 2 {
            return crate::pair::now() < expires;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}
