//! Agents that are called back, by a server of their own.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, response::IntoResponse};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, Method, StatusCode, header::LOCATION};
use serde_json::{Value, json};
use server::orchestrator::run_workers;
use sha2::Sha256;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

use crate::house::{Answer, House, Person, pointer};

const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// What came to the agent.
struct Call {
    headers: HeaderMap,
    body: String,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn data(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).unwrap()["data"].take()
    }

    /// As a receiver checks it.
    fn assert_signed(&self, secret: &str) {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{at}.{}", self.body).as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(self.header("webhook-signature"), signature);
    }
}

/// The agent's own server: answers with these statuses, and with 204 from then on.
struct Agent {
    address: String,
    calls: mpsc::UnboundedReceiver<Call>,
}

#[derive(Clone)]
struct Ear {
    statuses: Arc<Mutex<VecDeque<u16>>>,
    calls: mpsc::UnboundedSender<Call>,
}

impl Agent {
    async fn answering(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, calls) = mpsc::unbounded_channel();
        let statuses = Arc::new(Mutex::new(statuses.iter().copied().collect()));
        let router = Router::new().fallback(hear).with_state(Ear { statuses, calls: sender });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, calls }
    }

    async fn called(&mut self) -> Call {
        let call = tokio::time::timeout(LONGEST_WAIT, self.calls.recv()).await;
        call.expect("nobody called").unwrap()
    }

    /// Long enough for a call that must not come.
    async fn silence(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(500), self.calls.recv()).await.is_err()
    }
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let body = String::from_utf8(body.to_vec()).unwrap();
    ear.calls.send(Call { headers, body }).unwrap();
    let status = ear.statuses.lock().unwrap().pop_front().unwrap_or(204);
    (StatusCode::from_u16(status).unwrap(), [(LOCATION, "/elsewhere")])
}

struct Scene {
    house: House,
    ada: Person,
    key: String,
    agent: Agent,
}

impl Scene {
    async fn with(statuses: &[u16]) -> Self {
        let agent = Agent::answering(statuses).await;
        let house = House::with(&[("COUNTERSIGN_CALLBACKS_ALLOW", &agent.address)]).await;
        let ada = house.admin().await;
        let key = key(&house, &ada, "mailer").await;
        Self { house, ada, key, agent }
    }

    async fn ask(&self, more: Value) -> Value {
        let url = format!("http://{}/hook?a=b", self.agent.address);
        let mut body = json!({"action": "pay", "arguments": {"n": 1}, "callback_url": url});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let asking = self.house.ask(Method::POST, "/api/hitl/approvals");
        let asked = asking.header("authorization", &self.key).json(body.to_string()).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
        asked.json()
    }

    async fn decide(&self, ticket: &Value, mut decision: Value) -> Answer {
        decision["approval_id"] = ticket["approval_id"].clone();
        let run = ticket["run_id"].as_str().unwrap();
        self.house.approve(&self.ada, run, decision.to_string()).await
    }

    async fn secret(&self, key: &str) -> String {
        let secret = self.house.get("/api/hitl/callbacks/secret").header("authorization", key);
        secret.send().await.json()["secret"].as_str().unwrap().to_owned()
    }
}

async fn key(house: &House, admin: &Person, name: &str) -> String {
    let new = json!({"name": name, "kind": "agent"}).to_string();
    let made = house.post("/api/auth/keys").by(admin).json(new).await;
    format!("Bearer {}", made.json()["secret"].as_str().unwrap())
}

#[tokio::test]
async fn an_agent_is_told_what_was_decided_signed_with_its_own_secret() {
    let mut s = Scene::with(&[]).await;
    let ticket = s.ask(json!({"arguments": {"n": 1, "to": "a@b.example"}})).await;
    let edit = json!({"action": "edit", "edits": {"n": 2}, "reason": "Two."});
    let decided = s.decide(&ticket, edit).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());

    let call = s.agent.called().await;

    let secret = s.secret(&s.key).await;
    call.assert_signed(&secret);
    assert!(call.header("user-agent").starts_with("Countersign/"));
    assert_eq!(call.header("content-type"), "application/json");
    assert!(call.body.contains(r#""final_arguments":{"n":2,"to":"a@b.example"}"#), "{}", call.body);
    let told = call.data();
    let path = format!("/api/hitl/approvals/{}", ticket["approval_id"].as_str().unwrap());
    let read = s.house.get(&path).header("authorization", &s.key).send().await.json();
    for (name, value) in told.as_object().unwrap() {
        assert_eq!(value, &read[name], "{name}");
    }
    assert_eq!((&told["action"], &told["reason"]), (&json!("pay"), &json!("Two.")));
    assert!(s.agent.silence().await, "once is enough where it was heard");
    let other = key(&s.house, &s.ada, "crawler").await;
    assert_ne!(s.secret(&other).await, secret, "nobody can sign for another");
    let theirs = s.house.get("/api/hitl/callbacks/secret").header("authorization", "Bearer x");
    theirs.send().await.problem(401);
}

#[tokio::test]
async fn a_call_that_was_not_heard_comes_again_the_same_until_it_is() {
    let mut s = Scene::with(&[500, 302]).await;
    let ticket = s.ask(json!({})).await;
    s.decide(&ticket, json!({"action": "reject", "reason": "No."})).await;

    let calls = [s.agent.called().await, s.agent.called().await, s.agent.called().await];

    let secret = s.secret(&s.key).await;
    for call in &calls {
        call.assert_signed(&secret);
        assert_eq!(
            (call.header("webhook-id"), &call.body),
            (calls[0].header("webhook-id"), &calls[0].body)
        );
    }
    let told = calls[2].data();
    assert_eq!((&told["status"], &told["final_arguments"]), (&json!("decided"), &Value::Null));
    assert_eq!((&told["decision"]["action"], &told["reason"]), (&json!("reject"), &json!("No.")));
    assert!(
        s.agent.silence().await,
        "no redirect was followed, and nothing comes after it was heard"
    );
    let (metrics, now) = (s.house.parts.orchestrator.metrics(), s.house.parts.doors.clock.now());
    let figures = metrics.look(&*s.house.parts.doors.census, now).await.unwrap();
    assert!(figures.contains(r#"callbacks_total{outcome="failed"} 2"#), "{figures}");
    assert!(figures.contains(r#"callbacks_total{outcome="delivered"} 1"#), "{figures}");
}

#[tokio::test]
async fn an_agent_is_told_of_every_end() {
    let mut s = Scene::with(&[]).await;
    let expiring = s.ask(json!({"hitl_config": {"approval_timeout_seconds": 1}})).await;
    let told = s.agent.called().await.data();
    assert_eq!(told["approval_id"], expiring["approval_id"]);
    assert_eq!((&told["status"], &told["decision"]), (&json!("expired"), &Value::Null));

    let cancelled = s.ask(json!({})).await;
    let run = format!("/api/hitl/run/{}", cancelled["run_id"].as_str().unwrap());
    s.house.ask(Method::DELETE, &run).header("authorization", &s.key).send().await;
    let told = s.agent.called().await.data();
    assert_eq!(
        (&told["status"], &told["reason"]),
        (&json!("cancelled"), &json!("the run was cancelled"))
    );

    let passed = s.ask(json!({"hitl_config": {"policy": "auto"}})).await;
    let told = s.agent.called().await.data();
    assert_eq!(told["approval_id"], passed["approval_id"]);
    assert_eq!((&told["status"], &told["final_arguments"]), (&json!("decided"), &json!({"n": 1})));
}

#[tokio::test]
async fn a_call_is_kept_with_its_decision_until_somebody_makes_it() {
    let mut s = Scene::with(&[]).await;
    let ticket = s.ask(json!({})).await;
    s.house.stop_workers().await;
    s.decide(&ticket, json!({"action": "approve"})).await;
    assert!(s.agent.silence().await);

    let stop = CancellationToken::new();
    let workers = tokio::spawn(run_workers(s.house.parts.orchestrator.clone(), stop.clone()));
    let told = s.agent.called().await.data();

    assert_eq!(told["approval_id"], ticket["approval_id"]);
    stop.cancel();
    workers.await.unwrap();
}

#[tokio::test]
async fn no_agent_is_called_back_where_the_server_must_not_go() {
    let s = Scene::with(&[]).await;
    for url in [
        json!("http://example.org/"),
        json!("https://127.0.0.1/"),
        json!("https://[::ffff:169.254.169.254]/"),
        json!("https://2130706433/"),
        json!("https://example.org:22/"),
        json!("https://a:b@example.org/"),
        json!("http://127.0.0.1:1/"),
        json!("file:///etc/passwd"),
        json!(""),
        json!(7),
    ] {
        let body = json!({"action": "pay", "arguments": {}, "callback_url": url}).to_string();
        let asking = s.house.ask(Method::POST, "/api/hitl/approvals");
        let refused = asking.header("authorization", &s.key).json(body).await;
        assert_eq!(pointer(&refused.problem(422)), "/callback_url", "{url}");
    }
}
