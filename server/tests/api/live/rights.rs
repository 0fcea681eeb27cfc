use std::time::{Duration, Instant};

use domain::access::Role;
use futures::future::join_all;
use http::Method;
use serde_json::json;

use super::client::{Came, Client, ORIGIN, ticket};
use crate::{
    house::House,
    keys::make,
    support::{asking, scripted_run},
};

#[tokio::test]
async fn a_handshake_has_to_come_from_this_very_site() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let cookie = ("cookie", ada.cookie.as_str());
    for origin in ["https://evil.example", "null", "http://sub.127.0.0.1:3000", "http://127.0.0.1"]
    {
        let refused = Client::with(address, &[cookie, ("origin", origin)]).await.err();
        assert_eq!(refused, Some(403), "{origin}");
    }
    let cross = [cookie, ("origin", ORIGIN), ("sec-fetch-site", "cross-site")];
    assert_eq!(Client::with(address, &cross).await.err(), Some(403));
    assert_eq!(Client::with(address, &[cookie]).await.err(), Some(403), "without an origin");
    let own = [cookie, ("origin", ORIGIN), ("sec-fetch-site", "same-origin")];
    assert!(Client::with(address, &own).await.is_ok());
}

#[tokio::test]
async fn without_a_session_or_a_key_there_is_no_socket() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    assert_eq!(Client::with(address, &[("origin", ORIGIN)]).await.err(), Some(401));
    let made_up = format!("Bearer csk_{}", "0".repeat(64));
    let headers = [("authorization", made_up.as_str()), ("cookie", ada.cookie.as_str())];
    assert_eq!(Client::with(address, &headers).await.err(), Some(401));
    house.get("/api/hitl/ws").by(&ada).header("origin", ORIGIN).send().await.problem(400);
}

#[tokio::test]
async fn a_session_or_a_key_that_ends_ends_its_socket_within_seconds() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let bob = house.person(&ada, "Bob", Role::Reviewer).await;
    let eve = house.person(&ada, "Eve", Role::Reviewer).await;
    let (secret, key) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let inbox = json!({"scope": "inbox"});
    let mut of_bob = Client::following(address, &bob, inbox.clone()).await;
    let mut of_eve = Client::following(address, &eve, inbox.clone()).await;
    let mut of_agent = Client::with_key(address, &secret).await;
    let mut of_ada = Client::following(address, &ada, inbox).await;
    let begun = Instant::now();

    let out = house.ask(Method::DELETE, "/api/auth/session");
    out.header("sec-fetch-site", "same-origin").by(&bob).send().await;
    let disable = format!("/api/auth/people/{}/disabled", eve.caller.person);
    let disable = house.ask(Method::PUT, &disable).header("sec-fetch-site", "same-origin");
    let disabled = disable.by(&ada).json(r#"{"disabled":true}"#).await;
    assert!(disabled.status.is_success(), "{}", disabled.text());
    let revoke = house.ask(Method::DELETE, &format!("/api/auth/keys/{key}"));
    let revoked = revoke.header("sec-fetch-site", "same-origin").by(&ada).send().await;
    assert!(revoked.status.is_success(), "{}", revoked.text());

    for client in [&mut of_bob, &mut of_eve, &mut of_agent] {
        assert_eq!(client.end().await, Came::Closed(4401));
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(of_ada.ask(json!({"type": "HITL_PING", "id": "p"})).await["ok"], true);
}

#[tokio::test]
async fn a_role_that_is_lost_is_lost_on_open_sockets_too() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let bob = house.person(&ada, "Bob", Role::Reviewer).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await["approval_id"].clone();
    let mut client = Client::following(address, &bob, json!({"scope": "inbox"})).await;
    let accounts = &house.parts.doors.accounts;
    accounts.set_role(&ada.caller, bob.caller.person, Role::Viewer).await.unwrap();

    let approve = json!({"type": "HITL_APPROVAL_RESPONSE", "id": "1", "approval_id": ticket, "action": "approve"});
    let refused = client.ask(approve).await;

    assert_eq!(refused["problem"]["status"], 403, "{refused}");
    assert_eq!(house.status(&ada, &run).await["status"], "awaiting_human");
}

#[tokio::test]
async fn an_agent_hears_of_its_own_runs_and_of_no_others() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let (mine, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let (other, _) = make(&house, &ada, json!({"name": "crawler", "kind": "agent"})).await;
    let before = start(&house, &mine, "s").await;
    ticket(&house, &ada, &before).await;
    start(&house, &other, "s").await;
    let mut client = Client::with_key(address, &mine).await;
    client.message().await;

    let said = client.subscribe(json!({"scope": "inbox", "session_id": "s"})).await;
    assert_eq!(said[0]["total_approvals"], 1);
    assert_eq!(said[0]["approvals"][0]["run_id"], json!(before));
    assert_eq!(said[0]["total_runs"], 1);
    let foreign = start(&house, &other, "s").await;
    house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let own = start(&house, &mine, "t").await;
    let heard = client
        .until(|message| {
            message["type"] == "HITL_APPROVAL_REQUEST" && message["run_id"] == json!(own)
        })
        .await;
    assert!(heard.iter().all(|message| message["session_id"] == "t"), "{heard:#?}");

    let subscribe = json!({"type": "HITL_SUBSCRIBE", "id": "1", "scope": "run", "run_id": foreign});
    assert_eq!(client.ask(subscribe).await["problem"]["status"], 404);
    let list = client.ask(json!({"type": "HITL_LIST_PENDING", "id": "2"})).await;
    let listed = list["result"]["approvals"].as_array().unwrap().iter();
    let listed: Vec<_> = listed.map(|ticket| &ticket["run_id"]).collect();
    assert!(
        listed.len() == 2 && listed.contains(&&json!(own)) && listed.contains(&&json!(before)),
        "{list}"
    );
    // From the beginning of time, and still nothing of anybody else.
    let replay = client.subscribe(json!({"scope": "session", "session_id": "s", "after": 0})).await;
    let runs = replay.iter().filter_map(|message| message["run_id"].as_str());
    assert!(runs.clone().count() > 0 && runs.into_iter().all(|run| run == before), "{replay:#?}");
    let messages = replay.iter().filter(|message| message["type"] == "HITL_MESSAGE");
    assert!(messages.into_iter().all(|said| said["message"]["run_id"] == json!(before)));
}

#[tokio::test]
async fn an_agent_with_more_runs_than_a_snapshot_holds_is_shown_the_ticket_that_waits_longest() {
    let house = House::with(&[("COUNTERSIGN_AGENTS_LIMITS", "mailer=200/200")]).await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let (mine, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let oldest = start(&house, &mine, "first").await;
    ticket(&house, &ada, &oldest).await;
    let sessions: Vec<_> = (0..100).map(|number| format!("s{number}")).collect();
    join_all(sessions.iter().map(|session| start(&house, &mine, session))).await;
    let mut client = Client::with_key(address, &mine).await;
    client.message().await;

    let said = client.subscribe(json!({"scope": "inbox"})).await;

    let snapshot = &said[0];
    assert_eq!((&snapshot["total_approvals"], &snapshot["total_runs"]), (&json!(101), &json!(101)));
    assert_eq!(snapshot["approvals"].as_array().unwrap().len(), 100);
    assert_eq!(snapshot["approvals"][0]["run_id"], json!(oldest));
    let rest = json!({"type": "HITL_LIST_PENDING", "id": "1", "limit": 100});
    assert_eq!(client.ask(rest).await["result"]["total"], 101);
}

async fn start(house: &House, secret: &str, session: &str) -> String {
    let body = scripted_run(session, &asking(&["payload_review"]), r#"{"message":"a"}"#);
    let started = house.ask(Method::POST, "/api/hitl/run").with_key(secret).json(body).await;
    started.json()["run_id"].as_str().unwrap().to_owned()
}
