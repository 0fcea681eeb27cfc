use serde_json::{Value, json};

use super::client::ticket;
use crate::{
    house::{Answer, House, Person, pointer},
    support::asking,
};

async fn relay(house: &House, by: &Person, message: &Value) -> Answer {
    house.post("/api/hitl/websocket/message").by(by).json(message.to_string()).await
}

#[tokio::test]
async fn a_relay_sends_single_messages_and_gets_what_a_socket_would() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = ticket(&house, &ada, &run).await;

    let ping = relay(&house, &ada, &json!({"type": "HITL_PING", "id": "1"})).await;
    assert_eq!(ping.json(), json!({"type": "HITL_ACK", "id": "1", "ok": true}));
    let reject = json!({"type": "HITL_APPROVAL_RESPONSE", "id": "2", "approval_id": open, "action": "reject"});
    let refused = relay(&house, &ada, &reject).await;
    assert_eq!(refused.json()["problem"]["status"], 422);
    assert_eq!((&refused.json()["ok"], &refused.json()["id"]), (&json!(false), &json!("2")));

    let approve = json!({"type": "hitl_approval_response", "id": "3", "approval_id": open, "action": "approve"});
    let send = || {
        let post = house.post("/api/hitl/websocket/message").by(&ada);
        post.header("idempotency-key", "k").json(approve.to_string())
    };
    let decided = send().await.json();
    assert_eq!(decided["result"]["decision"]["action"], "approve", "{decided}");
    assert_eq!(send().await.json(), decided, "sent again, it is the same decision");
    let late = json!({"type": "HITL_CANCEL_APPROVAL", "id": "4", "approval_id": open});
    assert_eq!(relay(&house, &ada, &late).await.json()["problem"]["status"], 409);
    house.until(&ada, &run, "completed").await;
}

#[tokio::test]
async fn a_relay_is_refused_what_needs_a_connection_and_what_cannot_be_read() {
    let house = House::open().await;
    let ada = house.admin().await;
    let subscribe = json!({"type": "HITL_SUBSCRIBE", "id": "1", "scope": "inbox"});
    assert_eq!(relay(&house, &ada, &subscribe).await.json()["problem"]["status"], 409);
    let unknown = relay(&house, &ada, &json!({"type": "HITL_DANCE", "id": "1"})).await;
    assert_eq!(pointer(&unknown.problem(422)), "/type");
    let long = json!({"type": "HITL_PING", "id": "1", "x": "x".repeat(70 * 1024)});
    relay(&house, &ada, &long).await.problem(413);
    let form = house.post("/api/hitl/websocket/message").by(&ada);
    form.fields("type=HITL_PING").await.problem(415);
}
