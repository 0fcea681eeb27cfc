//! Keys at the doors: what an agent's key and a person's key may do, and when they stop.

use app::api::threads::SessionList;
use domain::access::Role;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    house::{Answer, Ask, House, Person},
    support::{Multipart, asking, scripted_run},
};

/// Makes a key and gives its secret and its id.
pub async fn make(house: &House, by: &Person, new: Value) -> (String, String) {
    let made = house.post("/api/auth/keys").by(by).json(new.to_string()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let answer = made.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let id = text(&answer["key"]["id"]);
    assert_eq!(made.header("location"), format!("/api/auth/keys/{id}"));
    (text(&answer["secret"]), id)
}

impl<'a> Ask<'a> {
    pub fn with_key(self, secret: &str) -> Ask<'a> {
        self.header("authorization", &format!("Bearer {secret}"))
    }
}

/// A request as a program sends it: without the headers of a browser.
fn post<'a>(house: &'a House, path: &str) -> Ask<'a> {
    house.ask(Method::POST, path)
}

async fn start(house: &House, secret: &str, session: &str) -> String {
    let body = scripted_run(session, &asking(&["payload_review"]), r#"{"message":"a"}"#);
    let started = post(house, "/api/hitl/run").with_key(secret).json(body).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text());
    started.json()["run_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_agent_starts_reads_and_cancels_its_own_runs_and_never_decides() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (agent, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let (other, _) = make(&house, &ada, json!({"name": "crawler", "kind": "agent"})).await;
    let run = start(&house, &agent, "s").await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let ticket = ticket["approval_id"].as_str().unwrap();
    let path = |rest: &str| format!("/api/hitl/run/{run}{rest}");

    let approve = json!({"approval_id": ticket, "action": "approve"}).to_string();
    let decided = post(&house, &path("/approve")).with_key(&agent).json(approve.clone()).await;
    assert!(decided.problem(403)["detail"].as_str().unwrap().contains("takes a person"));
    for by_page in [
        post(&house, "/ui/keep_draft").fields(&format!("ticket={ticket}&reason=x")),
        post(&house, "/ui/hold_countdown").fields(&format!("run={run}&ticket={ticket}")),
    ] {
        // Without the key nobody is signed in, which is no way around it.
        assert_ne!(by_page.await.status, StatusCode::OK);
    }
    let draft = post(&house, "/ui/keep_draft").with_key(&agent);
    assert_eq!(draft.fields(&format!("ticket={ticket}&reason=x")).await.status, 403);
    for (key, runs) in [(&agent, 1), (&other, 0)] {
        let listed = house.get("/api/hitl/runs").with_key(key).send().await.json();
        assert_eq!(listed["total"], runs, "each lists its own");
    }
    assert_eq!(house.get("/ui/load_people").with_key(&agent).send().await.status, 403);

    for (method, rest) in [
        (Method::GET, "/status"),
        (Method::GET, "/state"),
        (Method::POST, "/pause"),
        (Method::DELETE, ""),
    ] {
        let asked = house.ask(method, &path(rest)).with_key(&other).send().await;
        asked.problem(404);
    }
    post(&house, &path("/approve")).with_key(&other).json(approve).await.problem(403);
    assert_eq!(house.status(&ada, &run).await["status"], "awaiting_human", "nothing moved");

    let read = house.get(&path("/status")).with_key(&agent).send().await;
    assert_eq!(read.json()["status"], "awaiting_human");
    assert_eq!(read.json()["progress"]["step_history"][0]["actor"], "mailer");
    let cancelled = house.ask(Method::DELETE, &path("")).with_key(&agent).send().await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text());
    assert_eq!(house.state(&ada, &run).await["run"]["owner_kind"], "agent");
}

#[tokio::test]
async fn every_list_shows_an_agent_what_is_its_own_and_nothing_else() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (agent, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let (other, _) = make(&house, &ada, json!({"name": "crawler", "kind": "agent"})).await;
    let run = start(&house, &agent, "s").await;
    let ticket = house.ticket(&ada, &run, "payload_review").await["approval_id"].clone();
    let of_ada = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&ada, &of_ada, "payload_review").await;

    for (path, list) in [
        ("/api/hitl/runs", "runs"),
        ("/api/hitl/runs/active", "runs"),
        ("/api/hitl/sessions/s/active", "runs"),
        ("/api/hitl/sessions/s/messages", "messages"),
        ("/api/hitl/approvals/pending", "approvals"),
        ("/api/hitl/approvals/pending?session_id=s", "approvals"),
    ] {
        let own = house.get(path).with_key(&agent).send().await.json();
        let items = own[list].as_array().unwrap();
        assert!(!items.is_empty(), "{path}");
        assert!(items.iter().all(|item| item["run_id"] == *run), "{path}: {own:#}");
        assert_eq!(own["total"], items.len(), "{path}");
        let none = house.get(path).with_key(&other).send().await.json();
        assert_eq!((&none["total"], &none[list]), (&json!(0), &json!([])), "{path}");
        let all = house.get(path).by(&ada).send().await.json();
        assert!(all["total"].as_u64() > own["total"].as_u64(), "people see everything: {path}");
    }
    let path = format!("/api/hitl/approvals/{}", ticket.as_str().unwrap());
    let own = house.get(&path).with_key(&agent).send().await.json();
    assert_eq!((&own["run_id"], &own["status"]), (&json!(run), &json!("pending")));
    house.get(&path).with_key(&other).send().await.problem(404);

    house.approve(&ada, &run, r#"{"approved":true}"#).await;
    house.until(&ada, &run, "completed").await;
    let history = "/api/hitl/sessions/s/history";
    assert_eq!(house.get(history).with_key(&agent).send().await.json()["total"], 1);
    assert_eq!(house.get(history).with_key(&other).send().await.json()["total"], 0);
    let over = house.get("/api/hitl/approvals/pending").with_key(&agent).send().await.json();
    assert_eq!(over["total"], 0);
}

#[tokio::test]
async fn an_agents_files_and_sessions_are_its_own() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (agent, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let (other, _) = make(&house, &ada, json!({"name": "crawler", "kind": "agent"})).await;
    let form = || Multipart::new().text("session_id", "s").file("a.txt", "text/plain", b"words");
    let kept = post(&house, "/api/hitl/attachments").with_key(&agent).form(form()).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
    let url = kept.json()["url"].as_str().unwrap().to_owned();

    assert_eq!(house.get(&url).with_key(&agent).send().await.bytes, b"words");
    assert_eq!(house.get(&url).by(&ada).send().await.bytes, b"words", "people see everything");
    house.get(&url).with_key(&other).send().await.problem(404);

    // The same name of a session is another session for another agent.
    let (one, two) = (start(&house, &agent, "s").await, start(&house, &other, "s").await);
    for run in [one, two] {
        house.until(&ada, &run, "awaiting_human").await;
    }
    for (key, name) in [(&agent, "mailer"), (&other, "crawler")] {
        let list = house.get("/ui/load_sessions").with_key(key).send().await.wire::<SessionList>();
        assert_eq!(
            (&list["page"]["total"], &list["page"]["items"][0]["owner_name"]),
            (&json!(1), &json!(name))
        );
    }
    let list = house.get("/ui/load_sessions").by(&ada).send().await.wire::<SessionList>();
    assert_eq!(list["page"]["total"], 2, "people see everything");
}

#[tokio::test]
async fn a_persons_key_decides_for_them_and_the_record_names_it() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    let (key, _) = make(&house, &rudi, json!({"name": "relay", "kind": "person"})).await;
    let run = start(&house, &key, "s").await;
    house.ticket(&ada, &run, "payload_review").await;

    let body = json!({"approved": true}).to_string();
    let path = format!("/api/hitl/run/{run}/approve");
    let decided = post(&house, &path).with_key(&key).json(body).await;

    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
    let record = &decided.json()["decision"];
    assert_eq!(record["via"], "key:relay");
    assert_eq!(record["by"]["who"]["name"], "Rudi");
    let page = house.get(&format!("/runs/{run}")).by(&ada).send().await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_read_only_key_reads() {
    let house = House::open().await;
    let ada = house.admin().await;
    let new = json!({"name": "board", "kind": "person", "read_only": true});
    let (key, _) = make(&house, &ada, new).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;

    let read = house.get(&format!("/api/hitl/run/{run}/status")).with_key(&key).send().await;
    assert_eq!(read.status, StatusCode::OK);
    let body = scripted_run("t", &asking(&[]), "{}");
    post(&house, "/api/hitl/run").with_key(&key).json(body).await.problem(403);
    let cancel = house.ask(Method::DELETE, &format!("/api/hitl/run/{run}")).with_key(&key);
    cancel.send().await.problem(403);
}

#[tokio::test]
async fn a_key_that_does_not_work_is_401_and_never_falls_back_to_the_cookie() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (key, id) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let providers =
        |secret: &str| house.get("/api/auth/keys").by(&ada).header("authorization", secret).send();

    // The key counts, not the cookie beside it: an agent sees no keys.
    providers(&format!("Bearer {key}")).await.problem(403);
    let revoke = || house.ask(Method::DELETE, &format!("/api/auth/keys/{id}"));
    let revoked = revoke().by(&ada).header("sec-fetch-site", "same-origin").send().await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    for wrong in [format!("Bearer {key}"), "Bearer nonsense".to_owned(), "bearer ".to_owned()] {
        let answer = providers(&wrong).await;
        let problem = answer.problem(401);
        assert_eq!(problem["type"], "/problems/key-refused", "{wrong}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{wrong}");
        assert!(!answer.text().contains("csk_"), "a key is not repeated");
    }
    providers("Basic YTpi").await.problem(401);
    let page = house.get("/inbox").by(&ada).header("authorization", "Bearer x").send().await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    // Five that don't work in a minute are enough.
    providers("Bearer x").await.problem(401);
    let sixth: Answer = providers("Bearer x").await;
    sixth.problem(429);
    assert!(!sixth.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_key_in_an_address_is_refused_whatever_else_is_right() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (key, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;

    let asked = house.get(&format!("/api/auth/keys?key={key}")).by(&ada).send().await;

    assert!(asked.problem(400)["detail"].as_str().unwrap().contains("Authorization"));
    assert_eq!(house.get("/api/auth/keys?key=csk_short").by(&ada).send().await.status, 200);
}

#[tokio::test]
async fn only_admins_make_agents_keys_and_nobody_makes_keys_with_a_key() {
    let house = House::open().await;
    let ada = house.admin().await;
    let vera = house.person(&ada, "Vera", Role::Viewer).await;
    let (key, _) = make(&house, &ada, json!({"name": "mine", "kind": "person"})).await;
    let agent = json!({"name": "mailer", "kind": "agent"}).to_string();

    house.post("/api/auth/keys").by(&vera).json(agent.clone()).await.problem(403);
    post(&house, "/api/auth/keys").with_key(&key).json(agent.clone()).await.problem(403);
    post(&house, "/api/auth/keys").by(&ada).json(agent).await.problem(403);
    let (_, own) = make(&house, &vera, json!({"name": "script", "kind": "person"})).await;

    let listed = house.get("/api/auth/keys").by(&vera).send().await.json();
    assert_eq!((&listed["total"], &listed["keys"][0]["id"]), (&json!(1), &json!(own)));
    assert_eq!(house.get("/api/auth/keys").by(&ada).send().await.json()["total"], 2);
    house.get("/api/auth/keys").send().await.problem(401);
    for (body, at) in [
        (json!({"name": "", "kind": "person"}), "/name"),
        (json!({"name": "a", "kind": "king"}), "/kind"),
        (json!({"name": "a", "kind": "person", "expires_in_days": 0}), "/expires_in_days"),
        (json!({"name": "a", "kind": "person", "scope": "all"}), "/scope"),
    ] {
        let refused = house.post("/api/auth/keys").by(&vera).json(body.to_string()).await;
        assert_eq!(crate::house::pointer(&refused.problem(422)), at, "{body}");
    }
}
