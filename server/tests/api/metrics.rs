//! What an operator's monitoring reads, and who may.

use std::time::{Duration, Instant};

use http::StatusCode;

use crate::{
    house::{House, Person},
    support::asking,
};

const LONGEST_WAIT: Duration = Duration::from_secs(15);
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn open() -> House {
    House::with(&[("COUNTERSIGN_METRICS_TOKEN", TOKEN)]).await
}

async fn read(house: &House) -> String {
    let bearer = format!("Bearer {TOKEN}");
    let answer = house.get("/metrics").header("authorization", &bearer).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    answer.text()
}

/// The value of a line; `None` if there is no such line.
fn value(text: &str, line: &str) -> Option<f64> {
    let found = text.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(' '));
    found.map(|value| value.parse().unwrap())
}

/// Reads until all lines have their values: what is counted after a commit may be seen a moment later than the commit.
async fn read_until(house: &House, expected: &[(&str, f64)]) -> String {
    let begun = Instant::now();
    loop {
        let text = read(house).await;
        let other = expected.iter().find(|(line, wanted)| value(&text, line) != Some(*wanted));
        let Some((line, wanted)) = other else { return text };
        assert!(begun.elapsed() < LONGEST_WAIT, "{line} isn't {wanted}\n{text}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn waiting(house: &House, by: &Person) -> String {
    let run = house.start(by, "s", &asking(&["payload_review"]), r#"{"message":"hello"}"#).await;
    house.ticket(by, &run, "payload_review").await;
    run
}

#[tokio::test]
async fn only_the_holder_of_the_token_reads_the_figures() {
    let (open, without) = (open().await, House::open().await);
    let ada = open.admin().await;
    let wrong = format!("Bearer {}", "1".repeat(32));
    for (house, authorization) in
        [(&open, ""), (&open, TOKEN), (&open, wrong.as_str()), (&without, wrong.as_str())]
    {
        let answer = house.get("/metrics").header("authorization", authorization).send().await;
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    // Being signed in, and coming from this machine, are no rights here.
    open.get("/metrics").by(&ada).send().await.problem(401);
    open.get("/metrics").header("x-forwarded-for", "127.0.0.1").send().await.problem(401);
    read(&open).await;
}

#[tokio::test]
async fn the_figures_follow_a_run_from_its_ticket_to_its_end() {
    let house = open().await;
    let ada = house.admin().await;
    let run = waiting(&house, &ada).await;

    let paused = [
        (r#"countersign_runs{status="awaiting_human"}"#, 1.0),
        (r#"countersign_runs{status="running"}"#, 0.0),
        (r#"countersign_open_tickets{checkpoint="payload_review"}"#, 1.0),
        (r#"countersign_pauses_total{checkpoint="payload_review"}"#, 1.0),
        ("countersign_outbox_effects", 0.0),
    ];
    let paused = read_until(&house, &paused).await;
    for line in [
        "countersign_oldest_ticket_seconds",
        "countersign_oldest_effect_seconds",
        r#"countersign_database_connections{state="idle"}"#,
        "countersign_process_resident_memory_bytes",
        "countersign_process_start_time_seconds",
    ] {
        assert!(value(&paused, line).is_some_and(|value| value >= 0.0), "{line}\n{paused}");
    }

    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    house.until(&ada, &run, "completed").await;

    let done = [
        (r#"countersign_runs{status="awaiting_human"}"#, 0.0),
        (r#"countersign_open_tickets{checkpoint="payload_review"}"#, 0.0),
        (r#"countersign_decisions_total{action="approve",via="api"}"#, 1.0),
        (r#"countersign_decision_wait_seconds_count{checkpoint="payload_review"}"#, 1.0),
        (r#"countersign_provider_calls_total{provider="scripted",outcome="answered"}"#, 1.0),
        (r#"countersign_provider_call_seconds_count{provider="scripted"}"#, 1.0),
        (r#"countersign_runs_ended_total{reason="done"}"#, 1.0),
    ];
    read_until(&house, &done).await;
}

#[tokio::test]
async fn requests_are_counted_by_the_pattern_of_their_route_and_never_by_their_path() {
    let house = open().await;
    let ada = house.admin().await;
    let run = waiting(&house, &ada).await;
    for _ in 0..3 {
        house.status(&ada, &run).await;
    }
    house.get("/no/such/canary-page").send().await;
    house.get("/welcome/canary-secret").send().await;

    let text = read(&house).await;
    let status = r#"countersign_http_requests_total{route="/api/hitl/run/{run}/status",method="GET",status="200"}"#;
    assert!(value(&text, status).is_some_and(|count| count >= 4.0), "{text}");
    let welcome =
        r#"countersign_http_requests_total{route="/welcome/{token}",method="GET",status="404"}"#;
    assert_eq!(value(&text, welcome), Some(1.0), "{text}");
    let unknown = r#"countersign_http_request_seconds_count{route="-"}"#;
    assert_eq!(value(&text, unknown), Some(1.0), "{text}");
    assert!(!text.contains("canary") && !text.contains(run.as_str()), "{text}");
}
