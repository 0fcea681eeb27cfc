use domain::access::Role;
use http::Method;
use serde_json::{Value, json};

use super::client::{Client, ticket};
use crate::{house::House, keys::make, support::asking};

fn response(id: &str, ticket: &str, action: &str) -> Value {
    json!({"type": "HITL_APPROVAL_RESPONSE", "id": id, "approval_id": ticket, "action": action})
}

#[tokio::test]
async fn of_two_people_the_first_decides_and_the_other_is_told_so() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let bob = house.person(&ada, "Bob", Role::Reviewer).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = ticket(&house, &ada, &run).await;
    let mut one = Client::following(address, &ada, json!({"scope": "inbox"})).await;
    let mut other = Client::following(address, &bob, json!({"scope": "inbox"})).await;

    let won = one.ask(response("1", &open, "approve")).await;
    let lost = other.ask(response("2", &open, "approve")).await;

    assert_eq!((&won["type"], &won["ok"]), (&json!("HITL_ACK"), &json!(true)));
    assert_eq!(won["result"]["decision"]["action"], "approve");
    assert_eq!((&lost["ok"], &lost["problem"]["status"]), (&json!(false), &json!(409)));
    assert_eq!(lost["problem"]["decision"]["by"]["who"]["name"], "Ada");
    house.until(&ada, &run, "completed").await;
}

#[tokio::test]
async fn a_decision_is_the_same_command_as_over_rest() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = ticket(&house, &ada, &run).await;
    let mut client = Client::following(address, &ada, json!({"scope": "inbox"})).await;
    let digest = house.status(&ada, &run).await["approval"]["proposal_digest"].clone();
    let with = |id: &str, more: Value| {
        let mut message = response(id, &open, "edit");
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };

    let stale = client.ask(with("1", json!({"version": 7}))).await;
    assert_eq!(stale["problem"]["status"], 412);
    assert_eq!(stale["problem"]["ticket"]["approval_id"], json!(open));
    let wrong = client.ask(with("2", json!({"edits": {"no_such_field": 1}}))).await;
    assert_eq!(wrong["problem"]["status"], 422);
    assert!(!wrong["problem"]["errors"].as_array().unwrap().is_empty());
    let unreasoned = client.ask(response("3", &open, "reject")).await;
    assert_eq!(unreasoned["problem"]["status"], 422);
    let out_of_place = json!({"action": "approve", "edits": {"message": "b"}});
    assert_eq!(client.ask(with("4", out_of_place)).await["problem"]["errors"][0]["path"], "/edits");

    let edit = json!({"version": 1, "proposal_digest": digest, "idempotency_key": "k", "edits": {"message": "b"}});
    let decided = client.ask(with("5", edit.clone())).await;
    let again = client.ask(with("6", edit)).await;
    assert_eq!(decided["ok"], true, "{decided}");
    assert_eq!(decided["result"], again["result"], "the same key is the same decision");
    let by_rest = json!({
        "approval_id": open, "action": "edit", "version": 1, "proposal_digest": digest, "edits": {"message": "b"},
    });
    let path = format!("/api/hitl/run/{run}/approve");
    let replayed = house.post(&path).by(&ada).header("idempotency-key", "k");
    let replayed = replayed.json(by_rest.to_string()).await;
    assert_eq!(replayed.header("idempotent-replayed"), "true", "{}", replayed.text());
    assert_eq!(replayed.json(), decided["result"]);
    house.until(&ada, &run, "completed").await;
    assert_eq!(house.state(&ada, &run).await["final_result"]["said"], "b");
}

#[tokio::test]
async fn open_tickets_are_listed_and_cancelled_over_the_socket() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = ticket(&house, &ada, &run).await;
    let mut client = Client::of(address, &ada).await;

    let listed =
        client.ask(json!({"type": "hitl_list_pending", "id": "1", "session_id": "s"})).await;
    let by_rest = house.get("/api/hitl/approvals/pending?session_id=s").by(&ada).send().await;
    assert_eq!(listed["result"], by_rest.json());
    let none = client.ask(json!({"type": "HITL_LIST_PENDING", "id": "2", "session_id": "t"})).await;
    assert_eq!(none["result"]["total"], 0);
    let page = client.ask(json!({"type": "HITL_LIST_PENDING", "id": "3", "limit": 1000})).await;
    assert_eq!(page["problem"]["status"], 422);
    assert_eq!(page["problem"]["errors"][0]["path"], "/limit");

    let cancel = json!({"type": "HITL_CANCEL_APPROVAL", "id": "4", "approval_id": open});
    assert_eq!(client.ask(cancel).await["result"]["decision"]["action"], "cancel");
    house.until(&ada, &run, "cancelled").await;
}

/// A question of an agent's, and the message that takes it back.
async fn asked(house: &House, secret: &str) -> (Value, Value) {
    let body = json!({"action": "pay", "arguments": {"n": 1}}).to_string();
    let asking = house.ask(Method::POST, "/api/hitl/approvals").with_key(secret);
    let ticket = asking.json(body).await.json();
    let open = &ticket["approval_id"];
    let cancel = json!({"type": "HITL_CANCEL_APPROVAL", "id": "c", "approval_id": open});
    (ticket, cancel)
}

#[tokio::test]
async fn an_agent_takes_its_own_question_back_over_the_socket_and_nobody_elses() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let (mine, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let (other, _) = make(&house, &ada, json!({"name": "crawler", "kind": "agent"})).await;
    let (ticket, cancel) = asked(&house, &mine).await;
    let run = ticket["run_id"].as_str().unwrap();

    let mut stranger = Client::with_key(address, &other).await;
    assert_eq!(stranger.ask(cancel.clone()).await["problem"]["status"], 404);
    let mut client = Client::with_key(address, &mine).await;
    let mut stale = cancel.clone();
    stale["version"] = json!(7);
    let refused = client.ask(stale).await;
    assert_eq!(refused["problem"]["status"], 412, "{refused}");
    assert_eq!(refused["problem"]["ticket"]["approval_id"], ticket["approval_id"]);
    assert_eq!(house.status(&ada, run).await["status"], "awaiting_human");

    let done = client.ask(cancel.clone()).await;

    assert_eq!(done["ok"], true, "{done}");
    let expected = json!({
        "success": true, "message": "The run is cancelled.", "run_id": run,
        "approval_id": ticket["approval_id"], "decision": null,
    });
    assert_eq!(done["result"], expected);
    assert_eq!(house.status(&ada, run).await["status"], "cancelled");
    assert_eq!(client.ask(cancel).await["problem"]["status"], 410, "once is enough");
}

#[tokio::test]
async fn an_agent_cannot_take_back_what_was_decided_and_decides_nothing() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let (mine, _) = make(&house, &ada, json!({"name": "mailer", "kind": "agent"})).await;
    let (ticket, cancel) = asked(&house, &mine).await;
    let run = ticket["run_id"].as_str().unwrap();
    let open = ticket["approval_id"].as_str().unwrap();
    let mut client = Client::with_key(address, &mine).await;
    for action in ["approve", "cancel"] {
        let refused = client.ask(response(action, open, action)).await;
        assert_eq!(refused["problem"]["status"], 403, "{refused}");
    }
    let approve = json!({"approval_id": open, "action": "approve"}).to_string();
    assert_eq!(house.approve(&ada, run, approve).await.status, 200);

    let late = client.ask(cancel).await;

    assert_eq!(late["problem"]["status"], 409, "{late}");
    assert_eq!(late["problem"]["decision"]["action"], "approve");
    assert_eq!(house.status(&ada, run).await["status"], "running");
}
