//! Starting and stopping.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    client::Request,
    process::On,
    story::Story,
    support::{asking, scripted_run},
};

pub fn a_run_that_waits_can_be_decided_right_after_the_start(on: On) {
    let mut story = Story::begin(on, None);
    let body = scripted_run("s", &asking(&["payload_review"]), r#"{"message":"hello"}"#);
    let run = story.start_run("start", &body);
    let waits = story.rest(&run);

    story.kill_and_start();

    assert_eq!(story.status(&run)["approval"], waits["approval"], "the very same ticket");
    let decided = story.decide(&run, &waits["approval"], "approve");
    assert_eq!(decided.status, 200, "{:?}", decided.json());
    assert_eq!(story.rest(&run)["end_reason"], "done");
    assert_eq!(story.folder.effects().len(), 1);
}

pub fn a_deadline_passes_while_the_server_is_down(on: On) {
    let mut story = Story::begin(on, None);
    let config = json!({"policy": "require_human", "approval_timeout_seconds": 1});
    let run = story.start_run("start", &scripted_run("s", &config, r#"{"message":"hello"}"#));
    let waits = story.rest(&run);
    assert_eq!(waits["status"], "awaiting_human");

    story.server.kill();
    thread::sleep(Duration::from_millis(1_200));
    story.server = story.folder.start(None);

    assert_eq!(story.decide(&run, &waits["approval"], "approve").status, 410);
    // It doesn't take a request to notice it.
    let begun = Instant::now();
    while story.status(&run)["end_reason"] != "expired" {
        assert!(begun.elapsed() < Duration::from_secs(5), "{:#}", story.status(&run));
    }
    assert_eq!(story.folder.effects().len(), 0);
}

#[test]
fn nobody_waits_for_the_lease_of_a_server_that_is_gone() {
    let mut story = Story::begin(On::Sqlite, Some("after_call_started"));
    let run = story.start_run("start", &scripted_run("s", &json!({}), r#"{"message":"hello"}"#));
    let begun = Instant::now();
    let rested = story.rest(&run);
    assert_eq!(rested["approval"]["checkpoint_type"], "unknown_outcome", "{rested:#}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let mut story = Story::begin(On::Sqlite, None);
    let second = story.folder.command(None).output().unwrap();
    assert!(!second.status.success());
    let log = story.folder.read_log();
    assert!(
        log.contains("another Countersign uses the folder") && log.contains("stop it"),
        "{log}"
    );
    let run = story.start_run("start", &scripted_run("s", &json!({}), r#"{"message":"hello"}"#));
    assert_eq!(story.rest(&run)["end_reason"], "done");
}

pub fn it_stops_within_seconds_also_during_a_call(on: On) {
    let mut story = Story::begin(on, None);
    let values = r#"{"message":"hello","delay_ms":60000}"#;
    let run = story.start_run("start", &scripted_run("s", &json!({}), values));
    while story.status(&run)["current_step"] != "api_call" {
        thread::sleep(Duration::from_millis(10));
    }

    story.server.terminate();
    let ended = story.server.ended(Duration::from_secs(12)).expect("it stops");
    assert!(ended.success(), "{ended}");

    story.server = story.folder.start(None);
    let rested = story.rest(&run);
    assert_eq!(rested["approval"]["checkpoint_type"], "unknown_outcome", "{rested:#}");

    // Without work it stops at once.
    story.server.terminate();
    assert!(story.server.ended(Duration::from_secs(3)).expect("it stops").success());
}

#[test]
fn who_waits_for_a_run_when_it_stops_is_answered() {
    let mut story = Story::begin(On::Sqlite, None);
    let values = r#"{"message":"hello","delay_ms":60000}"#;
    let run = story.start_run("start", &scripted_run("s", &json!({}), values));
    let path = format!("/api/hitl/run/{run}/status");
    let headers = vec![("cookie", story.cookie().to_owned()), ("prefer", "wait=60".to_owned())];
    let request = Request { method: "GET", path: &path, headers, body: Vec::new() };
    let mut connection = TcpStream::connect(story.server.address).unwrap();
    connection.write_all(request.head().as_bytes()).unwrap();
    connection.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    assert!(connection.peek(&mut [0_u8]).is_err(), "it waits");

    story.server.terminate();

    connection.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 OK") && answer.contains("wait=60"), "{answer}");
    assert!(answer.contains(r#""status":"running""#), "{answer}");
}
