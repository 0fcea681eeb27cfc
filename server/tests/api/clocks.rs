//! An instance whose clock is away from the database's. The database's is moved: the one is an hour ahead of the other.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use server::startup::Storage;

use crate::{
    databases::Database,
    house::{House, Person},
    support::{asking, scripted_run},
};

const LONGEST_WAIT: Duration = Duration::from_secs(15);

async fn house() -> (House, Person) {
    let house = House::on(Some(Database::fresh()), &[]).await;
    let ada = house.admin().await;
    (house, ada)
}

fn move_databases_clock(house: &House, by: TimeDelta) {
    let Storage::Postgres(store) = &house.parts.storage else { panic!("another database") };
    store.set_clock_offset(by);
}

/// A run that expires after three seconds, and one that is approved then.
async fn timed(house: &House, by: &Person) -> [String; 2] {
    let mut expires = asking(&["payload_review"]);
    expires["approval_timeout_seconds"] = json!(3);
    let passes = json!({
        "policy": "auto_with_thresholds", "auto_approve_after_seconds": 3,
        "review_thresholds": {"payload_changes_max": 0, "confidence_min": 1.0},
    });
    let expires = house.start(by, "expires", &expires, r#"{"message":"a"}"#).await;
    house.ticket(by, &expires, "payload_review").await;
    let passes = house.start(by, "passes", &passes, "{}").await;
    house.ticket(by, &passes, "information_review").await;
    [expires, passes]
}

/// The ticket that is open now.
async fn open(house: &House, by: &Person, run: &str) -> Value {
    house.status(by, run).await["approval"]["approval_id"].clone()
}

#[tokio::test]
async fn while_the_clock_is_wrong_nothing_expires_and_nothing_is_approved() {
    let (house, ada) = house().await;
    let runs = timed(&house, &ada).await;
    let before = [open(&house, &ada, &runs[0]).await, open(&house, &ada, &runs[1]).await];
    move_databases_clock(&house, TimeDelta::hours(-1));

    tokio::time::sleep(Duration::from_millis(3_500)).await;
    let after = [open(&house, &ada, &runs[0]).await, open(&house, &ada, &runs[1]).await];
    assert_eq!(after, before);
    assert!(before.iter().all(Value::is_string), "{before:?}");

    move_databases_clock(&house, TimeDelta::zero());
    let ended = house.until(&ada, &runs[0], "failed").await;
    assert_eq!(ended["end_reason"], "expired");
    let begun = Instant::now();
    while open(&house, &ada, &runs[1]).await == before[1] {
        assert!(begun.elapsed() < LONGEST_WAIT, "the countdown never ran out");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn while_the_clock_is_wrong_the_server_is_not_ready_and_says_why() {
    let (house, _) = house().await;
    assert_eq!(house.get("/readyz").send().await.status, StatusCode::OK);

    for hours in [-1, 1] {
        move_databases_clock(&house, TimeDelta::hours(hours));
        let refused = house.get("/readyz").send().await;
        let problem = refused.problem(503);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("away from the database's; set both by NTP"), "{detail}");
        assert!(!refused.header("retry-after").is_empty());
    }

    move_databases_clock(&house, TimeDelta::seconds(1));
    assert_eq!(house.get("/readyz").send().await.status, StatusCode::OK);
}

/// Starts runs until one is answered like this.
async fn start_until(house: &House, by: &Person, status: StatusCode) {
    let body = scripted_run("s", &asking(&["payload_review"]), r#"{"message":"a"}"#);
    let begun = Instant::now();
    while house.post("/api/hitl/run").by(by).json(body.clone()).await.status != status {
        assert!(begun.elapsed() < LONGEST_WAIT, "the answer is never {status}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn while_the_clock_is_wrong_no_ticket_is_opened() {
    let (house, ada) = house().await;
    move_databases_clock(&house, TimeDelta::hours(1));
    start_until(&house, &ada, StatusCode::SERVICE_UNAVAILABLE).await;
    let pending = async || house.get("/api/hitl/approvals/pending").by(&ada).send().await.json();
    let before = pending().await["total"].clone();

    let body = scripted_run("t", &asking(&["payload_review"]), r#"{"message":"a"}"#);
    house.post("/api/hitl/run").by(&ada).json(body).await.problem(503);
    assert_eq!(pending().await["total"], before);

    move_databases_clock(&house, TimeDelta::zero());
    start_until(&house, &ada, StatusCode::ACCEPTED).await;
}
