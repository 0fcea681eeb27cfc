//! A process that stands still, and calls that go on in another process.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::Pair;
use crate::{databases::Database, support::scripted_run};

/// Long enough for the lease of a process that stands still to end.
const TAKEN_OVER: Duration = Duration::from_secs(40);

/// A run whose call is under way in the second process.
fn calling_in_the_second(pair: &Pair, delay_ms: u32) -> String {
    pair.freeze(0);
    let values = format!(r#"{{"message":"hello","delay_ms":{delay_ms}}}"#);
    let run = pair.start_run(1, "start", &scripted_run("s", &json!({}), &values));
    until(pair, 1, &run, |now| now["current_step"] == "api_call");
    // The step is written before the call begins: a moment later it is sent.
    let begun = Instant::now();
    while pair.get(1, &format!("/api/hitl/run/{run}/state"))["run"]["state"]["data"]["phase"]
        != "sending"
    {
        assert!(begun.elapsed() < TAKEN_OVER, "{}", pair.folder.read_log());
    }
    run
}

fn until(pair: &Pair, side: usize, run: &str, enough: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let now = pair.get(side, &format!("/api/hitl/run/{run}/status"));
        if enough(&now) {
            return now;
        }
        assert!(begun.elapsed() < TAKEN_OVER, "{now:#}\n{}", pair.folder.read_log());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_answer_to_a_process_that_stood_still_settles_what_another_one_gave_up() {
    let pair = Pair::start(Database::fresh());
    let run = calling_in_the_second(&pair, 2_000);
    pair.freeze(1);
    pair.wake(0);
    let unknown = until(&pair, 0, &run, |now| now["status"] == "awaiting_human");
    assert_eq!(unknown["approval"]["checkpoint_type"], "unknown_outcome", "{unknown:#}");

    pair.wake(1);

    let ended = until(&pair, 0, &run, |now| now["status"] != "awaiting_human");
    assert_eq!(ended["end_reason"], "done", "{ended:#}");
    assert_eq!(pair.folder.effects().len(), 1);
}

#[test]
fn a_call_is_stopped_though_the_word_came_to_the_other_process() {
    const DELAY: u32 = 24_000;
    let pair = Pair::start(Database::fresh());
    let run = calling_in_the_second(&pair, DELAY);
    let begun = Instant::now();
    pair.wake(0);

    let cancelled = pair.cancel(0, &run);
    assert_eq!(cancelled.status, 200, "{cancelled:?}");

    // Half of the delay comes before the effect.
    let effect = Duration::from_millis(u64::from(DELAY) / 2) + Duration::from_secs(1);
    thread::sleep(effect.saturating_sub(begun.elapsed()));
    assert_eq!(pair.folder.effects(), Vec::<String>::new());
}
