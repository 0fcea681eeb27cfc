//! Sessions: what was said, what was decided, and answers that come as messages.

use domain::access::Role;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person, pointer},
    support::{Multipart, asking},
};

async fn get(house: &House, by: &Person, path: &str) -> Value {
    let answer = house.get(path).by(by).send().await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
    answer.json()
}

async fn post(house: &House, by: &Person, session: &str, body: Value) -> Answer {
    let path = format!("/api/hitl/sessions/{session}/messages");
    house.post(&path).by(by).json(body.to_string()).await
}

fn said(thread: &Value) -> Vec<(&str, &str)> {
    let messages = thread["messages"].as_array().unwrap().iter();
    messages.map(|one| (one["role"].as_str().unwrap(), one["text"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_thread_tells_what_was_asked_said_decided_and_made() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let remark = post(&house, &ada, "s", json!({"text": "Wait.", "props": {"n": 1}})).await;
    assert_eq!(remark.status.as_u16(), 201, "{}", remark.text());
    assert_eq!(remark.json()["decision"], Value::Null);
    let answers = json!({
        "text": "Fine with me.",
        "approval_id": ticket["approval_id"],
        "action": "approve",
        "version": ticket["version"],
        "proposal_digest": ticket["proposal_digest"],
    });
    let answered = post(&house, &ada, "s", answers).await;
    assert_eq!(answered.status.as_u16(), 201, "{}", answered.text());
    let decision = answered.json()["decision"].clone();
    assert_eq!(decision["action"], "approve");
    assert_eq!(decision["reason"], "Fine with me.");
    house.until(&ada, &run, "completed").await;

    let thread = get(&house, &ada, "/api/hitl/sessions/s/messages").await;
    let question = ticket["context"]["message"].as_str().unwrap();
    assert_eq!(
        said(&thread),
        [
            ("user", "hello"),
            ("checkpoint", question),
            ("user", "Wait."),
            ("user", "Fine with me."),
            ("system", "Approved by Ada: Fine with me."),
            ("assistant", "Said “a”."),
        ]
    );
    assert_eq!(thread["messages"][1]["approval_id"], ticket["approval_id"]);
    assert_eq!(thread["messages"][2]["props"], json!({"n": 1}));
    assert_eq!(thread["messages"][3]["run_id"], run);
    let history = get(&house, &ada, "/api/hitl/sessions/s/history").await;
    assert_eq!(history["total"], 1);
    assert_eq!(history["history"][0]["decision"], decision);
    assert_eq!(history["history"][0]["checkpoint_type"], "payload_review");
}

#[tokio::test]
async fn pages_of_a_thread_follow_each_other() {
    let house = House::open().await;
    let ada = house.admin().await;
    for number in 0..5 {
        post(&house, &ada, "s", json!({"text": format!("m{number}")})).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/hitl/sessions/s/messages?limit=2".to_owned());
    loop {
        let page = get(&house, &ada, &path).await;
        seen.extend(said(&page).into_iter().map(|(_, text)| text.to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/hitl/sessions/s/messages?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["m0", "m1", "m2", "m3", "m4"]);
    assert_eq!(get(&house, &ada, "/api/hitl/sessions/t/messages").await["total"], 0);
}

#[tokio::test]
async fn a_message_decides_only_what_it_clearly_says() {
    let house = House::open().await;
    let ada = house.admin().await;
    let vera = house.person(&ada, "Vera", Role::Viewer).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let id = &ticket["approval_id"];
    let unknown = "0197a000-0000-7000-8000-000000000001";
    for (body, status, at) in [
        (json!({"text": "yes please", "approval_id": id}), 422, "/action"),
        (json!({"text": "Approve", "approval_id": id}), 422, "/action"),
        (json!({"text": "approve", "approval_id": id, "version": 7}), 412, "none"),
        (json!({"text": "reject", "approval_id": id}), 422, "/reason"),
        (json!({"text": "retry", "approval_id": id}), 422, "/action"),
        (json!({"text": "approve", "approval_id": unknown}), 404, "none"),
        (json!({"text": "x", "action": "approve"}), 422, "/approval_id"),
        (json!({"text": ""}), 422, "/text"),
        (json!({"text": "x".repeat(20_001)}), 422, "/text"),
        (json!({"text": "a\u{0}b"}), 422, "/text"),
        (json!({"text": "x", "props": [1]}), 422, "/props"),
        (json!({"text": "x", "attachments": [unknown]}), 422, "/attachments/0"),
        (json!({"text": "x", "role": "system"}), 422, "/role"),
        (json!({}), 422, ""),
    ] {
        let problem = post(&house, &ada, "s", body.clone()).await.problem(status);
        assert_eq!(pointer(&problem), at, "{body}");
    }
    let elsewhere = json!({"text": "approve", "approval_id": id});
    post(&house, &ada, "t", elsewhere.clone()).await.problem(404);
    post(&house, &vera, "s", elsewhere.clone()).await.problem(403);
    assert_eq!(house.status(&ada, &run).await["approval"], ticket, "nothing moved");
    assert_eq!(get(&house, &ada, "/api/hitl/sessions/s/messages").await["total"], 2);

    let word = post(&house, &ada, "s", elsewhere).await;
    assert_eq!(word.json()["decision"]["action"], "approve", "{}", word.text());
    let late = json!({"text": "cancel", "approval_id": id});
    let late = post(&house, &ada, "s", late).await.problem(409);
    assert_eq!(late["decision"], word.json()["decision"]);
}

#[tokio::test]
async fn the_active_runs_of_a_session_have_what_their_cards_need() {
    let house = House::open().await;
    let ada = house.admin().await;
    let first = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &first, "payload_review").await;
    let second = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"b"}"#).await;
    let active = get(&house, &ada, "/api/hitl/sessions/s/active").await;
    assert_eq!((&active["session_id"], &active["total"]), (&json!("s"), &json!(2)));
    assert_eq!(active["has_pending_approvals"], true);
    let [queued, waiting] = [&active["runs"][0], &active["runs"][1]];
    assert_eq!((&queued["run_id"], &queued["status"]), (&json!(second), &json!("queued")));
    assert_eq!(queued["approval"], Value::Null);
    assert_eq!(waiting["approval"], ticket);
    assert_eq!(waiting["checkpoint_context"], ticket["context"]);
    assert_eq!(waiting["validation_summary"], ticket["context"]["validation_summary"]);
    assert_eq!(waiting["pending_actions"], ticket["allowed_actions"]);
    let none = get(&house, &ada, "/api/hitl/sessions/other/active").await;
    assert_eq!((&none["total"], &none["has_pending_approvals"]), (&json!(0), &json!(false)));
}

#[tokio::test]
async fn files_of_a_message_and_of_a_result_are_in_the_thread() {
    let house = House::open().await;
    let ada = house.admin().await;
    let form = Multipart::new().text("session_id", "s").file("a.txt", "text/plain", b"words");
    let file = house.upload(&ada, form).await.json();
    let sent = post(&house, &ada, "s", json!({"text": "", "attachments": [file["id"]]})).await;
    assert_eq!(sent.status.as_u16(), 201, "{}", sent.text());
    let thread = get(&house, &ada, "/api/hitl/sessions/s/messages").await;
    assert_eq!(thread["messages"][0]["attachments"], json!([file["id"]]));
}

/// A run that asks for what is missing, and its ticket.
async fn asks(house: &House, by: &Person, session: &str, config: Value, values: &str) -> Value {
    let run = house.start(by, session, &config, values).await;
    house.ticket(by, &run, "form_requirements").await
}

/// A message is a text.
const WRONG: &str = r#"{"message":7}"#;

fn in_words(ticket: &Value, text: &str) -> Value {
    json!({"text": text, "approval_id": ticket["approval_id"], "action": "respond"})
}

#[tokio::test]
async fn what_is_missing_is_said_in_plain_words() {
    let house = House::open().await;
    let ada = house.admin().await;
    let ticket = asks(&house, &ada, "s", asking(&["payload_review"]), WRONG).await;

    let answered = post(&house, &ada, "s", in_words(&ticket, "Good morning, Otto")).await;

    assert_eq!(answered.status.as_u16(), 201, "{}", answered.text());
    let run = ticket["run_id"].as_str().unwrap();
    let next = house.ticket(&ada, run, "payload_review").await;
    assert_eq!(next["context"]["payload"]["message"], "Good morning, Otto");
}

#[tokio::test]
async fn words_that_are_unsure_are_laid_before_who_said_them_and_decide_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let values = r#"{"message":"a","behaviour":"dance"}"#;
    let ticket = asks(&house, &ada, "s", asking(&["payload_review"]), values).await;

    let unsure = post(&house, &ada, "s", in_words(&ticket, "just answer it")).await;

    let problem = unsure.problem(422);
    assert_eq!(pointer(&problem), "/behaviour");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("look at it"), "{problem}");
    let path = format!("/api/hitl/approvals/{}", ticket["approval_id"].as_str().unwrap());
    let draft = get(&house, &ada, &format!("{path}/draft")).await;
    assert_eq!(draft["form"], json!({"behaviour": "\"answer\""}));
    assert_eq!(get(&house, &ada, &path).await["status"], "pending");
    let unread = post(&house, &ada, "s", in_words(&ticket, "whatever you like")).await.problem(422);
    assert!(unread["errors"][0]["message"].as_str().unwrap().contains("could not be read"));
}

#[tokio::test]
async fn words_are_not_read_where_the_run_does_not_want_it() {
    let house = House::open().await;
    let ada = house.admin().await;
    let mut config = asking(&["payload_review"]);
    config["use_natural_language_hitl"] = json!(false);
    let ticket = asks(&house, &ada, "s", config, WRONG).await;
    let refused = post(&house, &ada, "s", in_words(&ticket, "Good morning")).await.problem(422);
    assert_eq!(pointer(&refused), "/message");
}
