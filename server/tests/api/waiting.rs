//! `Prefer: wait` on a run's status.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    house::{Answer, House, Person},
    support::asking,
};

/// Waiting requests look by themselves every five seconds; what comes sooner was told.
const TOLD: Duration = Duration::from_secs(4);

async fn status(house: &House, by: &Person, run: &str, prefer: &str) -> Answer {
    let path = format!("/api/hitl/run/{run}/status");
    let answer = house.get(&path).by(by).header("prefer", prefer).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer
}

#[tokio::test]
async fn a_status_that_is_waited_for_comes_when_the_run_asks_and_when_it_is_over() {
    let house = House::open().await;
    let ada = house.admin().await;
    let steps = asking(&["payload_review"]);
    let values = r#"{"message":"hello","delay_ms":300}"#;
    let run = house.start(&ada, "s", &steps, values).await;

    let begun = Instant::now();
    let paused = status(&house, &ada, &run, "wait=60").await;
    assert_eq!(paused.header("preference-applied"), "wait=60");
    let paused = paused.json();
    assert_eq!(paused["status"], "awaiting_human");
    let approve = json!({"approval_id": paused["approval"]["approval_id"], "action": "approve"});
    let decided = house.approve(&ada, &run, approve.to_string()).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
    let over = status(&house, &ada, &run, "wait=60").await.json();

    assert_eq!((&over["status"], &over["approval"]), (&json!("completed"), &Value::Null));
    assert!(begun.elapsed() < TOLD, "it was told");
}

#[tokio::test]
async fn a_status_that_is_waited_for_comes_after_its_time_in_any_case() {
    let house = House::open().await;
    let ada = house.admin().await;
    let values = r#"{"message":"hello","delay_ms":60000}"#;
    let run = house.start(&ada, "s", &json!({"policy": "auto"}), values).await;

    let begun = Instant::now();
    let still = status(&house, &ada, &run, "wait=1").await;

    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(still.header("preference-applied"), "wait=1");
    assert_eq!(still.json()["status"], "running");
    assert_eq!(status(&house, &ada, &run, "").await.json()["status"], "running");
}

#[tokio::test]
async fn a_queued_run_is_waited_for_too() {
    let house = House::open().await;
    let ada = house.admin().await;
    let steps = asking(&["payload_review"]);
    let first = house.start(&ada, "s", &steps, r#"{"message":"hello"}"#).await;
    let second = house.start(&ada, "s", &steps, r#"{"message":"again"}"#).await;
    assert_eq!(house.status(&ada, &second).await["status"], "queued");

    let begun = Instant::now();
    let cancelling = async {
        tokio::task::yield_now().await;
        let cancel = house.ask(Method::DELETE, &format!("/api/hitl/run/{first}")).by(&ada);
        cancel.header("sec-fetch-site", "same-origin").send().await
    };
    let (asks, _) = tokio::join!(status(&house, &ada, &second, "wait=60"), cancelling);

    assert_eq!(asks.json()["status"], "awaiting_human");
    assert!(begun.elapsed() < TOLD, "it was told");
}

#[tokio::test]
async fn who_waits_when_the_server_stops_is_told_what_is_known() {
    let house = House::open().await;
    let ada = house.admin().await;
    let values = r#"{"message":"hello","delay_ms":60000}"#;
    let run = house.start(&ada, "s", &json!({"policy": "auto"}), values).await;
    let mut waiting = pin!(status(&house, &ada, &run, "wait=60"));
    let early = timeout(Duration::from_millis(300), waiting.as_mut()).await;
    assert!(early.is_err(), "it waits");

    house.parts.orchestrator.stop_waiting();

    let told = timeout(Duration::from_secs(2), waiting).await.expect("it is told");
    assert_eq!(told.json()["status"], "running");
}
