use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::client::{Came, Client};
use crate::{
    house::{House, pointer},
    support::asking,
};

#[tokio::test]
async fn what_is_wrong_with_a_message_is_said_and_the_line_stays() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let deep = format!(r#"{{"type":"HITL_PING","id":{}1{}}}"#, "[".repeat(65), "]".repeat(65));
    for (text, id, path) in [
        ("", None, ""),
        ("null", None, ""),
        ("[]", None, ""),
        ("{", None, "none"),
        (r#"{"type":"HITL_PING"}"#, None, "/id"),
        (r#"{"type":"HITL_PING","id":7}"#, None, "/id"),
        (r#"{"type":"HITL_PING","id":""}"#, None, "/id"),
        (r#"{"type":"HITL_PING","id":"1","id":"2"}"#, None, "none"),
        (deep.as_str(), None, "none"),
        (r#"{"id":"1"}"#, Some("1"), "/type"),
        (r#"{"type":"HITL_DANCE","id":"1"}"#, Some("1"), "/type"),
        (r#"{"type":"HITL_PING","id":"1","more":1}"#, Some("1"), "/more"),
        (r#"{"type":"HITL_SUBSCRIBE","id":"1"}"#, Some("1"), ""),
        (r#"{"type":"HITL_SUBSCRIBE","id":"1","scope":"all"}"#, Some("1"), "/scope"),
        (r#"{"type":"HITL_SUBSCRIBE","id":"1","scope":"inbox","after":"2"}"#, Some("1"), "/after"),
        (
            r#"{"type":"HITL_APPROVAL_RESPONSE","id":"1","approval_id":"x","action":"approve"}"#,
            Some("1"),
            "/approval_id",
        ),
        (
            r#"{"type":"HITL_APPROVAL_RESPONSE","id":"1","approval_id":"0197a000-0000-7000-8000-000000000001","action":"yes"}"#,
            Some("1"),
            "/action",
        ),
    ] {
        let mut client = Client::of(address, &ada).await;
        client.message().await;
        client.text(text).await;
        let refused = client.message().await;
        assert_eq!(refused["type"], "HITL_ERROR", "{text}");
        assert_eq!(refused["id"], json!(id), "{text}");
        assert_eq!(refused["problem"]["status"], 422, "{text}");
        if path != "none" {
            assert_eq!(pointer(&refused["problem"]), path, "{text}: {refused}");
        }
        assert_eq!(client.ask(json!({"type": "HITL_PING", "id": "p"})).await["ok"], true);
    }
}

#[tokio::test]
async fn a_subscription_that_makes_no_sense_is_answered_and_leaves_none() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut client = Client::of(address, &ada).await;
    for (fields, status) in [
        (json!({"scope": "session"}), 422),
        (json!({"scope": "run"}), 422),
        (json!({"scope": "inbox", "after": -1}), 422),
        (json!({"scope": "run", "run_id": "0197a000-0000-7000-8000-000000000001"}), 404),
    ] {
        let mut message = json!({"type": "HITL_SUBSCRIBE", "id": "1"});
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let answer = client.ask(message).await;
        assert_eq!((&answer["ok"], &answer["problem"]["status"]), (&json!(false), &json!(status)));
    }
    let ping = client.ask(json!({"type": "HITL_PING", "id": "p"})).await;
    assert_eq!(ping.get("result"), None);
}

#[tokio::test]
async fn bytes_are_no_message() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut client = Client::of(address, &ada).await;
    client.message().await;

    client.send(Message::binary(vec![1, 2, 3])).await;

    assert_eq!(client.message().await["problem"]["status"], 415);
    assert_eq!(client.ask(json!({"type": "HITL_PING", "id": "p"})).await["ok"], true);
}

#[tokio::test]
async fn a_decision_has_48_kib_and_no_message_more_than_64() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await["approval_id"].clone();
    let mut client = Client::of(address, &ada).await;
    let large = |bytes: usize| {
        json!({"type": "HITL_APPROVAL_RESPONSE", "id": "1", "approval_id": ticket, "action": "reject",
            "reason": "x".repeat(bytes)})
    };

    let refused = client.ask(large(49 * 1024)).await;
    assert_eq!(refused["problem"]["status"], 413, "{refused}");
    client.say(&large(70 * 1024)).await;

    assert_eq!(client.end().await, Came::Closed(1009));
    house.ticket(&ada, &run, "payload_review").await;
}
