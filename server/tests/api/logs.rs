//! What the log holds, and what it must not hold.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use domain::access::Role;
use serde_json::{Value, json};
use server::{
    config::{Log, LogFormat},
    telemetry,
};

use crate::{
    house::{House, PASSWORD},
    support::{Multipart, asking, picture},
};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_and_nothing_that_people_sent_gets_into_the_log() {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();

    let house = House::open().await;
    let ada = house.admin().await;
    let invited = app::api::port::AccountService::invite(
        house.parts.accounts.as_ref(),
        &ada.caller,
        "Bert",
        "bert@example.org",
        Role::Reviewer,
        None,
    );
    let link = invited.await.unwrap().answer.url;
    let secret = link.rsplit('/').next().unwrap();
    house.get(&format!("/welcome/{secret}")).send().await;
    let form = format!("name=Bert&password={}", PASSWORD.replace(' ', "+"));
    house.post(&format!("/api/auth/welcome/{secret}")).fields(&form).await;
    for password in [PASSWORD, "wrong-canary-password"] {
        let form = format!("email=ada@example.org&password={}", password.replace(' ', "+"));
        house.post("/api/auth/sign-in").fields(&form).await;
    }
    house.get("/ui/load_inbox").header("authorization", "Bearer canary-bearer").send().await;

    let config = asking(&["payload_review", "response_review"]);
    let run = house.start(&ada, "canary-session", &config, r#"{"message":"canary-payload"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    house.approve(&ada, &run, r#"{"action":"edit","edits":{"message":5}}"#).await;
    let edit = json!({"action": "edit", "edits": {"message": "canary-edit"}}).to_string();
    house
        .post(&format!("/api/hitl/run/{run}/approve"))
        .by(&ada)
        .header("idempotency-key", "canary-key")
        .json(edit)
        .await;
    house.ticket(&ada, &run, "response_review").await;
    let reject = json!({"action": "reject", "reason": "canary-reason"}).to_string();
    house.approve(&ada, &run, reject).await;
    house.post("/api/hitl/run").by(&ada).json(r#"{"canary-field":1}"#).await;
    let upload = Multipart::new().text("session_id", "s").file(
        "canary-name.png",
        "image/png",
        &picture(4, 4),
    );
    house.upload(&ada, upload).await;
    house.get("/runs?session=canary-query").by(&ada).send().await;
    house.post("/api/auth/sign-out").by(&ada).send().await;

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("signed in"), "the log was written");
    for secret in [&ada.token, secret, PASSWORD, "wrong-canary-password"] {
        assert!(!log.contains(secret), "a secret is in the log: {}", around(&log, secret));
    }
    assert!(!log.contains("canary"), "{}", around(&log, "canary"));
}

#[tokio::test]
async fn each_pause_decision_resume_and_call_is_one_line_with_where_who_and_how_long() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = Log { format: LogFormat::Json, filter: "info".to_owned() };
    let subscriber = telemetry::lines(&log, move || writer.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let house = House::open().await;
    let ada = house.admin().await;

    let config = asking(&["payload_review", "response_review"]);
    let run = house.start(&ada, "s", &config, r#"{"message":"canary"}"#).await;
    let first = house.ticket(&ada, &run, "payload_review").await["approval_id"].clone();
    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    let second = house.ticket(&ada, &run, "response_review").await["approval_id"].clone();
    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;

    let person = json!(ada.caller.person.to_string());
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let written: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_run = written.iter().filter(|line| line["run"] == run.as_str());
    let told: Vec<[&Value; 4]> = of_run
        .clone()
        .map(|line| [&line["event"], &line["ticket"], &line["step"], &line["actor"]])
        .collect();
    assert_eq!(
        told,
        [
            [&json!("pause"), &first, &json!("payload_review"), &json!("system")],
            [&json!("decision"), &first, &json!("payload_review"), &person],
            [&json!("resume"), &first, &json!("api_call"), &person],
            [&json!("call"), &first, &json!("api_call"), &json!("system")],
            [&json!("pause"), &second, &json!("response_review"), &json!("system")],
            [&json!("decision"), &second, &json!("response_review"), &person],
            [&json!("end"), &Value::Null, &json!("response_review"), &person],
        ]
    );
    assert!(of_run.clone().all(|line| line["duration_ms"].is_u64() && line["level"] == "INFO"));
    assert!(!log.contains("canary") && !log.contains("Ada"), "{log}");
}

/// The line that holds it.
fn around<'a>(log: &'a str, what: &str) -> &'a str {
    log.lines().find(|line| line.contains(what)).unwrap_or_default()
}
