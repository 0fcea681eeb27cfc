//! The same hostile input through the doors of agents, drafts and the socket's messages.

use http::Method;
use serde_json::{Value, json};

use crate::{
    house::{House, Person},
    nasty::{Case, corpus},
    support::asking,
};

/// A new agent's key: no agent may ask as often as there are cases.
pub async fn agent(house: &House, admin: &Person, name: &str) -> String {
    let new = json!({"name": name, "kind": "agent"}).to_string();
    let made = house.post("/api/auth/keys").by(admin).json(new).await;
    format!("Bearer {}", made.json()["secret"].as_str().unwrap())
}

pub fn within(before: &str, case: &Case, after: &str) -> Vec<u8> {
    [before.as_bytes(), &case.value(), after.as_bytes()].concat()
}

#[tokio::test]
async fn what_an_agent_asks_about_is_shown_as_it_was_sent_or_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (number, case) in corpus().iter().enumerate() {
        let key = agent(&house, &ada, &format!("agent-{number}")).await;
        let ask = house.ask(Method::POST, "/api/hitl/approvals").header("authorization", &key);
        let body = within(r#"{"action":"say","arguments":{"v":"#, case, "}}");
        let asked = ask.json(body).await;
        if let Some(status) = case.refused {
            asked.problem(status);
            continue;
        }
        assert_eq!(asked.status.as_u16(), 201, "{}: {}", case.case, asked.text());
        let proposal = asked.json()["context"]["proposal"].as_str().unwrap().to_owned();
        let written = String::from_utf8(case.value()).unwrap();
        assert_eq!(proposal, format!(r#"{{"v":{written}}}"#), "{}", case.case);
    }
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_typed_or_is_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let path = format!("/api/hitl/approvals/{}/draft", ticket["approval_id"].as_str().unwrap());
    for case in corpus() {
        let Some(text) = case.text() else { continue };
        let put = house.ask(Method::PUT, &path).header("sec-fetch-site", "same-origin").by(&ada);
        // A reason has at most 10,000 characters.
        let reason: String = text.chars().take(1_000).collect();
        let kept = put.json(json!({"document": text, "reason": reason}).to_string()).await;
        if kept.status.as_u16() != 204 {
            assert!(kept.status.is_client_error(), "{}: {}", case.case, kept.text());
            assert!(case.refused.is_some(), "{}: {}", case.case, kept.text());
            continue;
        }
        let draft: Value = house.get(&path).by(&ada).send().await.json();
        assert_eq!(
            (&draft["document"], &draft["reason"]),
            (&json!(text), &json!(reason)),
            "{}",
            case.case
        );
    }
}

#[tokio::test]
async fn a_message_with_anything_in_it_is_answered_and_decides_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let id = ticket["approval_id"].as_str().unwrap();
    let decide = format!(
        r#"{{"type":"HITL_APPROVAL_RESPONSE","id":"1","approval_id":"{id}","action":"reject","reason":"#
    );
    for case in corpus() {
        for body in [
            case.value(),
            within(r#"{"type":"HITL_PING","id":"#, &case, "}"),
            within(r#"{"type":"#, &case, r#","id":"1"}"#),
            within(&decide, &case, r#","version":99}"#),
        ] {
            let sent = house.post("/api/hitl/websocket/message").by(&ada).json(body).await;
            assert!(sent.status.as_u16() < 500, "{}: {}", case.case, sent.text());
        }
    }
    assert_eq!(house.status(&ada, &run).await["approval"], ticket);
}
