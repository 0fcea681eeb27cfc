//! Clients that don't give up, and what they remember of what was acknowledged.

use std::{collections::HashMap, thread};

use serde_json::Value;

use super::{Pair, approval};
use crate::support::{asking, scripted_run};

const CLIENTS: usize = 4;
const RUNS_EACH: usize = 4;

/// The decision of each run, as it was acknowledged.
pub type Acknowledged = HashMap<String, Value>;

/// Starts runs and approves each at the other process, while `trouble` happens.
pub fn work_during(pair: &Pair, trouble: impl FnOnce()) -> Acknowledged {
    thread::scope(|scope| {
        let client =
            |client| scope.spawn(move || (0..RUNS_EACH).map(|n| one(pair, client, n)).collect());
        let clients: Vec<thread::ScopedJoinHandle<'_, Acknowledged>> =
            (0..CLIENTS).map(client).collect();
        trouble();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

fn one(pair: &Pair, client: usize, number: usize) -> (String, Value) {
    let side = (client + number) % 2;
    // From one that is over at once to one that takes two seconds.
    let values = format!(r#"{{"message":"m","delay_ms":{}}}"#, (client * RUNS_EACH + number) * 140);
    let session = format!("s{client}-{number}");
    let body = scripted_run(&session, &asking(&["payload_review"]), &values);
    let run = pair.start_run(side, &format!("start-{session}"), &body);
    let ticket = pair.rest(side, &run)["approval"].clone();
    let path = format!("/api/hitl/run/{run}/approve");
    let answer = pair.ask(1 - side, &path, Some((&format!("a-{session}"), &approval(&ticket))));
    assert_eq!(answer.status, 200, "{:?}", answer.json());
    (run, answer.json()["decision"].clone())
}

/// Nothing acknowledged is lost, and nothing happened twice.
pub fn assert_kept(pair: &Pair, acknowledged: &Acknowledged) {
    assert_eq!(acknowledged.len(), CLIENTS * RUNS_EACH);
    for (number, (run, decision)) in acknowledged.iter().enumerate() {
        let rested = pair.rest(number % 2, run);
        assert_eq!(&pair.decision(number % 2, run), decision, "an acknowledged decision");
        let effects = pair.folder.effects();
        let mine = effects.iter().filter(|key| key.starts_with(run.as_str())).count();
        if rested["approval"]["checkpoint_type"] == "unknown_outcome" {
            assert!(mine <= 1, "it happened twice: {effects:?}");
        } else {
            assert_eq!(rested["end_reason"], "done", "{rested:#}");
            assert_eq!(mine, 1, "{effects:?}");
        }
    }
    let runs = pair.get(0, "/api/hitl/runs");
    assert_eq!(runs["total"], acknowledged.len(), "one key, one run");
}
