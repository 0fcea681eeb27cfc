//! Every POST of the description honours its idempotency key, or says here why it has none.

use domain::access::Role;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person},
    support::{Multipart, asking, run_input, scripted_run},
};

/// POSTs without a key, and why.
const WITHOUT: &[(&str, &str)] = &[
    (
        "/api/auth/session",
        "nobody is signed in yet whose key it could be; a second session harms nobody",
    ),
    ("/api/auth/sign-in", "the form for the same"),
    ("/api/auth/sign-out", "nobody is signed in afterwards, whether once or twice"),
    ("/api/auth/welcome/{token}", "the link is used up by the first of two"),
];

/// What appears in the first of two answers only.
const SHOWN_ONCE: &[(&str, &str)] = &[
    ("/api/auth/people", "url"),
    ("/api/auth/people/{person}/reset", "url"),
    ("/api/auth/keys", "secret"),
];

enum Body {
    None,
    Json(String),
    Form(Multipart),
}

struct Scene {
    house: House,
    ada: Person,
}

impl Scene {
    async fn send(&self, path: &str, key: &str, body: Body) -> Answer {
        let ask = self.house.post(path).by(&self.ada).header("idempotency-key", key);
        match body {
            Body::None => ask.send().await,
            Body::Json(text) => ask.json(text).await,
            Body::Form(form) => ask.form(form).await,
        }
    }

    /// A run that waits at its payload review, and its ticket.
    async fn waiting(&self, session: &str) -> (String, String) {
        let config = asking(&["payload_review"]);
        let run = self.house.start(&self.ada, session, &config, r#"{"message":"a"}"#).await;
        let ticket = self.house.ticket(&self.ada, &run, "payload_review").await;
        (run, ticket["approval_id"].as_str().unwrap().to_owned())
    }

    /// A run that is at work for a moment.
    async fn working(&self, session: &str) -> String {
        let values = r#"{"message":"a","delay_ms":1500}"#;
        let run = self.house.start(&self.ada, session, &json!({}), values).await;
        self.house.until(&self.ada, &run, "running").await;
        run
    }

    /// An action that its asker may report on.
    async fn allowed(&self) -> String {
        let asked = self.house.post("/api/hitl/approvals").by(&self.ada);
        let asked = asked.json(r#"{"action":"pay","arguments":{}}"#).await.json();
        let decision = json!({"approval_id": asked["approval_id"], "action": "approve"});
        let run = asked["run_id"].as_str().unwrap();
        self.house.approve(&self.ada, run, decision.to_string()).await;
        asked["approval_id"].as_str().unwrap().to_owned()
    }

    /// A request that succeeds, made twice if asked for twice: where it goes, and its body.
    async fn example(&self, pattern: &str) -> (String, Box<dyn Fn() -> Body>) {
        let json = |value: Value| -> Box<dyn Fn() -> Body> {
            Box::new(move || Body::Json(value.to_string()))
        };
        let text =
            |text: String| -> Box<dyn Fn() -> Body> { Box::new(move || Body::Json(text.clone())) };
        let same = pattern.to_owned();
        let input = |session: &str| run_input(session, "hello");
        match pattern {
            "/api/hitl/run" => (same, text(scripted_run("e1", &json!({}), "{}"))),
            "/api/teams/run" => (same, json(input("e2"))),
            "/api/teams/run-hitl" => (same, json(json!({"run_input": input("e3")}))),
            "/api/hitl/run/{run}/approve" => {
                let (run, ticket) = self.waiting("e4").await;
                let decision = json!({"approval_id": ticket, "action": "approve"});
                (format!("/api/hitl/run/{run}/approve"), json(decision))
            }
            "/api/hitl/run/{run}/pause" => {
                let run = self.working("e5").await;
                (format!("/api/hitl/run/{run}/pause"), Box::new(|| Body::None))
            }
            "/api/hitl/run/{run}/resume" => {
                let run = self.working("e6").await;
                self.house.post(&format!("/api/hitl/run/{run}/pause")).by(&self.ada).send().await;
                self.house.ticket(&self.ada, &run, "manual_pause").await;
                (format!("/api/hitl/run/{run}/resume"), json(json!({})))
            }
            "/api/hitl/approvals" => (same, json(json!({"action": "pay", "arguments": {"a": 1}}))),
            "/api/hitl/approvals/{approval}/outcome" => {
                let ticket = self.allowed().await;
                let report = json!({"status": "completed", "result": 7});
                (format!("/api/hitl/approvals/{ticket}/outcome"), json(report))
            }
            "/api/hitl/approvals/{approval}/hold" => {
                let (_, ticket) = self.waiting("e7").await;
                (format!("/api/hitl/approvals/{ticket}/hold"), Box::new(|| Body::None))
            }
            "/api/hitl/approvals/{approval}/seen" => {
                let (_, ticket) = self.waiting("e8").await;
                (format!("/api/hitl/approvals/{ticket}/seen"), json(json!({"dwell_ms": 5})))
            }
            "/api/hitl/sessions/{session}/messages" => {
                ("/api/hitl/sessions/e9/messages".to_owned(), json(json!({"text": "hm"})))
            }
            "/api/hitl/websocket/message" => {
                let (_, ticket) = self.waiting("e10").await;
                let mut decision = json!({"type": "HITL_APPROVAL_RESPONSE", "id": "1"});
                decision["approval_id"] = json!(ticket);
                decision["action"] = json!("approve");
                (same, json(decision))
            }
            "/api/hitl/attachments" => {
                let form =
                    || Multipart::new().text("session_id", "e").file("a", "text/plain", b"a");
                (same, Box::new(move || Body::Form(form())))
            }
            "/api/auth/people" => {
                let person = json!({"name": "Bo", "email": "bo@example.org", "role": "viewer"});
                (same, json(person))
            }
            "/api/auth/people/{person}/reset" => {
                let person = self.house.person(&self.ada, "Cy", Role::Viewer).await;
                let person = person.caller.person;
                (format!("/api/auth/people/{person}/reset"), Box::new(|| Body::None))
            }
            "/api/auth/keys" => (same, json(json!({"name": "mailer", "kind": "agent"}))),
            other => panic!("{other} has no example: add one, or say why it has no key"),
        }
    }
}

#[tokio::test]
async fn every_post_honours_its_key_or_says_why_it_has_none() {
    let house = House::open().await;
    let ada = house.admin().await;
    let s = Scene { house, ada };
    let described = s.house.get("/api/openapi.json").send().await.json();
    for (pattern, item) in described["paths"].as_object().unwrap() {
        let Some(post) = item.get("post") else { continue };
        let parameters = post["parameters"].as_array().cloned().unwrap_or_default();
        let has_key = parameters.iter().any(|one| one["name"] == "Idempotency-Key");
        let excused = WITHOUT.iter().any(|(path, _)| path == pattern);
        assert_ne!(has_key, excused, "{pattern}: it has a key, or a reason why not");
        if excused {
            continue;
        }
        let (path, body) = s.example(pattern).await;
        // Resuming is deciding: both have the same keys.
        let first = s.send(&path, pattern, body()).await;
        let again = s.send(&path, pattern, body()).await;
        assert!(first.status.is_success(), "{pattern}: {}", first.text());
        assert_eq!(first.header("idempotent-replayed"), "", "{pattern}");
        assert_eq!(again.header("idempotent-replayed"), "true", "{pattern}: {}", again.text());
        assert_eq!(again.status, first.status, "{pattern}");
        assert_eq!(again.header("location"), first.header("location"), "{pattern}");
        match SHOWN_ONCE.iter().find(|(path, _)| path == pattern) {
            None => assert_eq!(again.text(), first.text(), "{pattern}"),
            Some((_, name)) => {
                let mut without = first.json();
                assert!(without[name].is_string(), "{pattern}");
                without[name] = Value::Null;
                assert_eq!(again.json(), without, "{pattern}");
            }
        }
        for name in headers_of(post, first.status.as_str()) {
            let there = !first.header(&name).is_empty();
            assert!(there || name == "Idempotent-Replayed", "{pattern}: it says there is {name}");
        }
        let foreign = s.house.person(&s.ada, &fresh_name(pattern), Role::Admin).await;
        let ask = s.house.post(&path).by(&foreign).header("idempotency-key", pattern);
        let theirs = ask.json("{}").await;
        assert_eq!(theirs.header("idempotent-replayed"), "", "{pattern}: it is one caller's own");
    }
}

/// The headers that the description gives an answer.
fn headers_of(operation: &Value, status: &str) -> Vec<String> {
    let headers = operation["responses"][status]["headers"].as_object();
    headers.into_iter().flat_map(|all| all.keys().cloned()).collect()
}

/// A name for somebody else at this address.
fn fresh_name(pattern: &str) -> String {
    let letters = pattern.chars().filter(char::is_ascii_alphanumeric);
    format!("Otto{}", letters.collect::<String>().to_lowercase())
}
