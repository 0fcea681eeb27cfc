//! Requests that come again under their idempotency key, on every route that takes a POST.

use app::api::lists::SessionFiles;
use domain::access::Role;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person, pointer},
    support::{Multipart, asking, run_input, scripted_run},
};

/// A server with a run that waits.
struct Scene {
    house: House,
    ada: Person,
    run: String,
    ticket: String,
}

async fn scene() -> Scene {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let ticket = ticket["approval_id"].as_str().unwrap().to_owned();
    Scene { house, ada, run, ticket }
}

impl Scene {
    async fn send(&self, path: &str, key: &str, body: &str) -> Answer {
        let ask = self.house.post(path).by(&self.ada).header("idempotency-key", key);
        if body.is_empty() { ask.send().await } else { ask.json(body).await }
    }

    /// Sends it twice: the second answer is the first one's, and marked.
    async fn twice(&self, path: &str, key: &str, body: &str) -> Answer {
        let first = self.send(path, key, body).await;
        assert!(first.status.is_success(), "{path}: {}", first.text());
        assert_eq!(first.header("idempotent-replayed"), "", "{path}");
        let again = self.send(path, key, body).await;
        assert_eq!(again.header("idempotent-replayed"), "true", "{path}: {}", again.text());
        assert_eq!((again.status, again.text()), (first.status, first.text()), "{path}");
        first
    }

    /// Another body, or a key that none can be, is refused.
    async fn refused(&self, path: &str, key: &str, body: &str) {
        let problem = self.send(path, key, body).await.problem(422);
        assert_eq!(pointer(&problem), "/idempotency_key", "{path}");
    }
}

#[tokio::test]
async fn each_way_to_start_a_run_starts_one() {
    let s = scene().await;
    let input = |session: &str| run_input(session, "hello");
    let hitl = |session: &str| json!({"run_input": input(session)}).to_string();
    for (path, key, body, other) in [
        (
            "/api/hitl/run",
            "a",
            scripted_run("a", &json!({}), "{}"),
            scripted_run("x", &json!({}), "{}"),
        ),
        ("/api/teams/run", "b", input("b").to_string(), input("x").to_string()),
        ("/api/teams/run-hitl", "c", hitl("c"), hitl("x")),
    ] {
        let before = s.house.count(&s.ada).await;
        let first = s.twice(path, key, &body).await;
        assert_eq!(s.house.count(&s.ada).await, before + 1);
        s.refused(path, key, &other).await;
        let long = "k".repeat(256);
        s.refused(path, &long, &body).await;
        // However far the run has come, the answer is the one that was given.
        let run = first.json()["run_id"].as_str().unwrap().to_owned();
        let cancel = s.house.ask(http::Method::DELETE, &format!("/api/hitl/run/{run}"));
        cancel.header("sec-fetch-site", "same-origin").by(&s.ada).send().await;
        let late = s.send(path, key, &body).await;
        assert_eq!((late.status, late.text()), (first.status, first.text()));
    }
}

#[tokio::test]
async fn what_is_done_to_a_run_is_done_once() {
    let s = scene().await;
    let run = s.house.start(&s.ada, "p", &json!({}), r#"{"message":"a","delay_ms":400}"#).await;
    s.house.until(&s.ada, &run, "running").await;
    let pause = format!("/api/hitl/run/{run}/pause");
    s.twice(&pause, "k", "").await;
    let other = s.house.start(&s.ada, "q", &json!({}), r#"{"message":"a","delay_ms":400}"#).await;
    s.refused(&format!("/api/hitl/run/{other}/pause"), "k", "").await;
    s.house.ticket(&s.ada, &run, "manual_pause").await;
    let resume = format!("/api/hitl/run/{run}/resume");
    s.twice(&resume, "r", "{}").await;
    s.house.until(&s.ada, &run, "completed").await;
    let late = s.send(&pause, "k", "").await;
    assert_eq!(late.status.as_u16(), 200, "also after its end: {}", late.text());
    s.send(&resume, "r", "{}").await;
}

#[tokio::test]
async fn a_decision_given_again_gets_the_very_answer_it_got() {
    let s = scene().await;
    let path = format!("/api/hitl/run/{}/approve", s.run);
    let body = json!({"approval_id": s.ticket, "action": "approve"}).to_string();
    s.twice(&path, "k", &body).await;
    s.house.until(&s.ada, &s.run, "completed").await;
    s.refused(&path, "k", &json!({"approval_id": s.ticket, "action": "cancel"}).to_string()).await;
}

#[tokio::test]
async fn a_message_is_said_once_and_decides_once() {
    let s = scene().await;
    let path = "/api/hitl/sessions/s/messages";
    let total =
        async || s.house.get(path).by(&s.ada).send().await.json()["total"].as_u64().unwrap();
    let before = total().await;
    s.twice(path, "m", r#"{"text":"hm"}"#).await;
    assert_eq!(total().await, before + 1);
    s.refused(path, "m", r#"{"text":"oh"}"#).await;
    s.refused("/api/hitl/sessions/t/messages", "m", r#"{"text":"hm"}"#).await;
    let reply = json!({"text": "no need", "approval_id": s.ticket, "action": "reject"}).to_string();
    let first = s.twice(path, "d", &reply).await;
    assert_eq!(first.json()["decision"]["action"], "reject");
    let thread = s.house.get(path).by(&s.ada).send().await.json();
    let told = thread["messages"].as_array().unwrap().iter();
    assert_eq!(told.filter(|one| one["text"] == "no need").count(), 1);
}

#[tokio::test]
async fn a_look_counts_once_and_a_hold_holds_once() {
    let s = scene().await;
    let path = format!("/api/hitl/approvals/{}/seen", s.ticket);
    s.twice(&path, "k", r#"{"dwell_ms":5}"#).await;
    s.refused(&path, "k", r#"{"dwell_ms":6}"#).await;
    let hold = format!("/api/hitl/approvals/{}/hold", s.ticket);
    s.twice(&hold, "k", "").await;
}

#[tokio::test]
async fn a_file_is_uploaded_once() {
    let s = scene().await;
    let upload = async |key: &str, bytes: &[u8]| {
        let form = Multipart::new().text("session_id", "s").file("a.txt", "text/plain", bytes);
        s.house
            .post("/api/hitl/attachments")
            .by(&s.ada)
            .header("idempotency-key", key)
            .form(form)
            .await
    };
    let first = upload("k", b"words").await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text());
    let again = upload("k", b"words").await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(pointer(&upload("k", b"other").await.problem(422)), "/idempotency_key");
    let files = s.house.get("/ui/load_session_files?session=s").by(&s.ada).send().await;
    let files = files.wire::<SessionFiles>();
    assert_eq!(files["files"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_is_made_once_and_its_secret_shown_once() {
    let s = scene().await;
    let new = json!({"name": "mailer", "kind": "agent"}).to_string();
    let first = s.send("/api/auth/keys", "k", &new).await;
    let secret = first.json()["secret"].as_str().unwrap().to_owned();
    let again = s.send("/api/auth/keys", "k", &new).await;
    assert_eq!((again.status, &again.json()["secret"]), (first.status, &Value::Null));
    assert_eq!(again.json()["key"], first.json()["key"]);
    assert!(!again.text().contains(&secret));
    let bearer = format!("Bearer {secret}");
    let works = s.house.get("/api/hitl/runs").header("authorization", &bearer).send().await;
    assert_eq!(works.status.as_u16(), 200);
    let keys = s.house.get("/api/auth/keys").by(&s.ada).send().await.json();
    assert_eq!(keys["total"], 1);
    s.refused("/api/auth/keys", "k", &json!({"name": "b", "kind": "agent"}).to_string()).await;
    for number in 1..100 {
        let one = json!({"name": format!("a{number}"), "kind": "agent"}).to_string();
        s.send("/api/auth/keys", &format!("k{number}"), &one).await;
    }
    s.send("/api/auth/keys", "full", &new).await.problem(409);
    assert_eq!(s.send("/api/auth/keys", "k", &new).await.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn an_invitation_is_made_once_and_its_link_shown_once() {
    let s = scene().await;
    let bo = json!({"name": "Bo", "email": "bo@example.org", "role": "viewer"});
    for path in ["/api/auth/people".to_owned(), String::new()] {
        let (path, body) = if path.is_empty() {
            let person = s.house.person(&s.ada, "Cy", Role::Viewer).await.caller.person;
            (format!("/api/auth/people/{person}/reset"), String::new())
        } else {
            (path, bo.to_string())
        };
        let first = s.send(&path, "k", &body).await;
        assert!(first.status.is_success(), "{}", first.text());
        assert!(first.json()["url"].as_str().unwrap().contains("/welcome/"));
        let again = s.send(&path, "k", &body).await;
        assert_eq!(again.status, first.status, "{}", again.text());
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.json()["url"], Value::Null, "shown once");
        assert_eq!(again.json()["person_id"], first.json()["person_id"]);
    }
    let eve = json!({"name": "Eve", "email": "eve@example.org", "role": "viewer"}).to_string();
    s.refused("/api/auth/people", "k", &eve).await;
}
