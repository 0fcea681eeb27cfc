//! What the log must not hold.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use domain::access::Role;
use serde_json::json;

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

/// The line that holds it.
fn around<'a>(log: &'a str, what: &str) -> &'a str {
    log.lines().find(|line| line.contains(what)).unwrap_or_default()
}
