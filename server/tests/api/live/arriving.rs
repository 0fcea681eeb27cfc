use serde_json::json;

use super::client::{Came, Client, numbers, ticket};
use crate::{
    house::House,
    support::{asking, scripted_run},
};

#[tokio::test]
async fn a_run_is_told_of_from_its_ticket_to_its_end() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut client = Client::of(address, &ada).await;
    let welcome = client.message().await;
    assert_eq!(welcome["type"], "HITL_WELCOME");
    assert_eq!((&welcome["protocol"], &welcome["heartbeat_seconds"]), (&json!(1), &json!(25)));

    let said = client.subscribe(json!({"scope": "inbox"})).await;
    let [snapshot, ack] = &said[..] else { panic!("{said:?}") };
    assert_eq!((&snapshot["type"], &snapshot["approvals"]), (&json!("HITL_SNAPSHOT"), &json!([])));
    assert_eq!(ack["result"]["seq"], snapshot["seq"]);

    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let asked = client.first("HITL_APPROVAL_REQUEST").await;
    let ticket = asked["approval_id"].as_str().unwrap();
    let by_rest = house.get(&format!("/api/hitl/approvals/{ticket}")).by(&ada).send().await.json();
    for field in [
        "approval_id",
        "version",
        "proposal_digest",
        "run_id",
        "checkpoint_type",
        "context",
        "allowed_actions",
        "attachments",
        "auto_approve_at",
        "expires_at",
        "created_at",
    ] {
        assert_eq!(asked[field], by_rest[field], "{field}");
    }
    assert_eq!((&asked["session_id"], &asked["user_id"]), (&json!("s"), &json!("client-7")));

    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    let closed = client.first("HITL_APPROVAL_CLOSED").await;
    assert_eq!((&closed["outcome"], &closed["approval_id"]), (&json!("decided"), &json!(ticket)));
    assert_eq!(closed["decision"]["action"], "approve");
    assert_eq!(closed["decision"]["by"]["who"]["name"], "Ada");
    assert_eq!(closed["decision"]["via"], "api");
    let done = client.until(|message| message["status"] == "completed").await;
    assert!(done.iter().all(|message| message["type"] == "HITL_STATUS_UPDATE"), "{done:#?}");
}

#[tokio::test]
async fn whoever_follows_a_session_gets_its_steps_and_its_thread_too() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let here = json!({"scope": "session", "session_id": "here"});
    let mut client = Client::following(address, &ada, here).await;
    let run =
        house.start(&ada, "elsewhere", &json!({"policy": "auto"}), r#"{"message":"a"}"#).await;
    house.until(&ada, &run, "completed").await;

    let run = house.start(&ada, "here", &json!({"policy": "auto"}), r#"{"message":"a"}"#).await;
    let mut told = client.until(|message| message["status"] == "completed").await;
    let said = r#"{"text":"Well done"}"#;
    house.post("/api/hitl/sessions/here/messages").by(&ada).json(said).await;
    told.extend(client.until(|message| message["message"]["text"] == "Well done").await);

    let thread = house.get("/api/hitl/sessions/here/messages").by(&ada).send().await.json();
    let live: Vec<_> = told.iter().filter(|message| message["type"] == "HITL_MESSAGE").collect();
    assert_eq!(
        json!(live.iter().map(|message| &message["message"]).collect::<Vec<_>>()),
        thread["messages"]
    );
    assert!(told.iter().any(|message| message["type"] == "HITL_STEP_COMPLETION"
        && message["step"] == "api_call"
        && message["run_id"] == json!(run)));
    let mut kept = told.iter().filter(|message| message.get("seq").is_some());
    assert!(kept.all(|message| message["session_id"] == "here"), "{told:#?}");
    assert!(numbers(&told).is_sorted_by(|one, next| one < next));
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_once_and_in_order() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let inbox = json!({"scope": "inbox"});
    let mut stays = Client::following(address, &ada, inbox.clone()).await;
    let mut goes = Client::of(address, &ada).await;
    let begun = goes.subscribe(inbox).await.pop().unwrap()["result"]["seq"].clone();
    drop(goes);

    let mut runs = Vec::new();
    for session in ["a", "b", "c"] {
        let config = asking(&["payload_review"]);
        let run = house.start(&ada, session, &config, r#"{"message":"a"}"#).await;
        ticket(&house, &ada, &run).await;
        house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
        house.until(&ada, &run, "completed").await;
        runs.push(run);
    }
    let is_last = |message: &serde_json::Value| {
        message["status"] == "completed" && message["run_id"] == json!(runs[2])
    };
    let seen = stays.until(is_last).await;

    let mut back = Client::of(address, &ada).await;
    back.message().await;
    let again = back.subscribe(json!({"scope": "inbox", "after": begun})).await;
    let (ack, again) = again.split_last().unwrap();
    assert_eq!(numbers(again), numbers(&seen));
    assert_eq!(again, seen);
    assert!(ack["result"]["seq"].as_i64() >= numbers(&seen).last().copied());
    // And from the middle: the same end.
    let middle = numbers(&seen)[4];
    let rest = back.subscribe(json!({"scope": "inbox", "after": middle})).await;
    assert_eq!(rest[..rest.len() - 1], seen[5..]);
}

#[tokio::test]
async fn a_client_from_another_time_begins_anew() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = ticket(&house, &ada, &run).await;
    let mut client = Client::of(address, &ada).await;
    client.message().await;

    let said = client.subscribe(json!({"scope": "inbox", "after": 1_000_000})).await;

    let [resync, snapshot, _ack] = &said[..] else { panic!("{said:#?}") };
    assert_eq!(resync["type"], "HITL_RESYNC");
    assert_eq!(snapshot["approvals"][0]["approval_id"], json!(open));
    assert_eq!(snapshot["runs"][0]["run_id"], json!(run));
    assert_eq!((&snapshot["total_approvals"], &snapshot["total_runs"]), (&json!(1), &json!(1)));
    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    assert_eq!(client.first("HITL_APPROVAL_CLOSED").await["approval_id"], json!(open));
}

#[tokio::test]
async fn what_is_too_large_for_the_socket_is_told_of_in_short() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut client = Client::following(address, &ada, json!({"scope": "inbox"})).await;
    let values = json!({"message": "a", "data": {"v": "x".repeat(200_000)}}).to_string();
    let body = scripted_run("s", &asking(&["payload_review"]), &values);
    let started = house.post("/api/hitl/run").by(&ada).json(body).await.json();

    let asked = client.first("HITL_APPROVAL_REQUEST").await;

    assert_eq!(asked["run_id"], started["run_id"]);
    assert_eq!(asked["context"], json!(null));
    assert_eq!(asked["version"], 1);
}

#[tokio::test]
async fn when_the_server_stops_its_clients_are_told_to_come_back() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut client = Client::following(address, &ada, json!({"scope": "inbox"})).await;

    house.parts.doors.bridge.places.close();

    assert_eq!(client.end().await, Came::Closed(1001));
    drop(client);
    house.parts.doors.bridge.places.are_empty().await;
}

#[tokio::test]
async fn whoever_watches_a_run_is_told_when_work_on_it_begins_and_is_done_and_nobody_is_told_later()
{
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut inbox = Client::following(address, &ada, json!({"scope": "inbox"})).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    // The feed has to be as far as the ticket: what comes of it later would be news.
    inbox.first("HITL_APPROVAL_REQUEST").await;
    let watch = json!({"scope": "run", "run_id": run, "after": 0});
    let mut watcher = Client::following(address, &ada, watch.clone()).await;

    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    let told = watcher.until(|message| message["status"] == "completed").await;

    let passing = |told: &[serde_json::Value]| -> Vec<(String, String)> {
        let of = told.iter().filter(|message| message.get("seq").is_none());
        of.map(|message| {
            assert_eq!(message["run_id"], run);
            let text = |name: &str| message[name].as_str().unwrap().to_owned();
            (text("type"), text("step"))
        })
        .collect()
    };
    let api_call = |kind: &str| (kind.to_owned(), "api_call".to_owned());
    let expected = [api_call("HITL_THINKING"), api_call("HITL_DONE_THINKING")];
    assert_eq!(passing(&told), expected, "{told:#?}");
    let all = inbox.until(|message| message["status"] == "completed").await;
    assert_eq!(passing(&all), []);
    let mut late = Client::of(address, &ada).await;
    let past: Vec<_> = late.subscribe(watch).await;
    let past: Vec<_> = past.into_iter().filter(|message| message["type"] != "HITL_ACK").collect();
    assert_eq!(passing(&past[1..]), [], "but for the welcome");
}
