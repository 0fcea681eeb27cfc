//! Tickets by their own ids: reading, holding, drafts, looks, and going on after a pause.

use domain::access::Role;
use http::Method;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person, pointer},
    support::asking,
};

struct Waiting {
    house: House,
    ada: Person,
    run: String,
    ticket: Value,
}

async fn waiting_at(checkpoint: &str, config: Value) -> Waiting {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &config, "{}").await;
    let ticket = house.ticket(&ada, &run, checkpoint).await;
    Waiting { house, ada, run, ticket }
}

async fn waiting() -> Waiting {
    waiting_at("payload_review", asking(&["payload_review"])).await
}

impl Waiting {
    fn path(&self, rest: &str) -> String {
        format!("/api/hitl/approvals/{}{rest}", self.ticket["approval_id"].as_str().unwrap())
    }

    async fn put_draft(&self, by: &Person, body: Value) -> Answer {
        let put = self.house.ask(Method::PUT, &self.path("/draft"));
        put.header("sec-fetch-site", "same-origin").by(by).json(body.to_string()).await
    }
}

#[tokio::test]
async fn a_ticket_can_be_read_before_and_after_its_decision_and_decided_as_it_was_read() {
    let w = waiting().await;
    let read = w.house.get(&w.path("")).by(&w.ada).send().await;
    let whole = read.json();
    for (name, value) in w.ticket.as_object().unwrap() {
        assert_eq!(whole[name], *value, "{name}");
    }
    let tag = read.header("etag").to_owned();
    let decide = async |tag: &str| {
        let ask = w.house.post(&format!("/api/hitl/run/{}/approve", w.run)).by(&w.ada);
        ask.header("if-match", tag).json(r#"{"action":"approve"}"#).await
    };
    decide("*").await.problem(400);
    let stale = tag.replacen("\"1-", "\"2-", 1);
    assert_ne!(stale, tag);
    assert_eq!(decide(&stale).await.problem(412)["ticket"], w.ticket);
    let other = format!("\"1-{}\"", "0".repeat(64));
    decide(&other).await.problem(412);
    assert_eq!(decide(&tag).await.status.as_u16(), 200);

    w.house.until(&w.ada, &w.run, "completed").await;
    let after = w.house.get(&w.path("")).by(&w.ada).send().await.json();
    assert_eq!(
        (&after["status"], &after["decision"]["action"]),
        (&json!("decided"), &json!("approve"))
    );
    assert_eq!(after["context"], w.ticket["context"]);
    let unknown = "/api/hitl/approvals/0197a000-0000-7000-8000-000000000001";
    w.house.get(unknown).by(&w.ada).send().await.problem(404);
}

#[tokio::test]
async fn a_countdown_can_be_held() {
    let config = json!({
        "policy": "auto_with_thresholds", "auto_approve_after_seconds": 600,
        "review_thresholds": {"payload_changes_max": 0, "confidence_min": 1.0},
    });
    let w = waiting_at("information_review", config).await;
    assert_ne!(w.ticket["auto_approve_at"], Value::Null);
    let vera = w.house.person(&w.ada, "Vera", Role::Viewer).await;
    w.house.post(&w.path("/hold")).by(&vera).send().await.problem(403);
    let held = w.house.post(&w.path("/hold")).by(&w.ada).send().await;
    assert_eq!(held.status.as_u16(), 200, "{}", held.text());
    let now = w.house.get(&w.path("")).by(&w.ada).send().await.json();
    assert_eq!(now["auto_approve_at"], Value::Null);
    w.house.post(&w.path("/hold")).by(&w.ada).body("x=1").send().await.problem(422);
    w.house.approve(&w.ada, &w.run, r#"{"action":"cancel"}"#).await;
    w.house.post(&w.path("/hold")).by(&w.ada).send().await.problem(409);
}

#[tokio::test]
async fn a_draft_is_its_writers_own_until_they_decide() {
    let w = waiting().await;
    let bert = w.house.person(&w.ada, "Bert", Role::Reviewer).await;
    let vera = w.house.person(&w.ada, "Vera", Role::Viewer).await;
    w.house.get(&w.path("/draft")).by(&w.ada).send().await.problem(404);
    for draft in [
        json!({"edits": {"message": "b"}, "reason": "typo"}),
        json!({"document": "{not json yet", "reason": ""}),
        json!({"form": {"message": "c"}, "reason": ""}),
    ] {
        let kept = w.put_draft(&w.ada, draft.clone()).await;
        assert_eq!(kept.status.as_u16(), 204, "{}", kept.text());
        let read = w.house.get(&w.path("/draft")).by(&w.ada).send().await.json();
        for (name, value) in draft.as_object().unwrap() {
            assert_eq!(&read[name], value);
        }
    }
    w.house.get(&w.path("/draft")).by(&bert).send().await.problem(404);
    w.put_draft(&vera, json!({})).await.problem(403);
    for (body, at) in [
        (json!({"edits": {}, "form": {}}), ""),
        (json!({"draft": 1}), "/draft"),
        (json!({"reason": "x".repeat(10_001)}), "/reason"),
        (json!({"reason": 5}), "/reason"),
    ] {
        assert_eq!(pointer(&w.put_draft(&w.ada, body.clone()).await.problem(422)), at, "{body}");
    }
    let delete = w.house.ask(Method::DELETE, &w.path("/draft"));
    let gone = delete.header("sec-fetch-site", "same-origin").by(&w.ada).send().await;
    assert_eq!(gone.status.as_u16(), 204);
    w.house.get(&w.path("/draft")).by(&w.ada).send().await.problem(404);
}

#[tokio::test]
async fn looks_are_recorded_within_limits() {
    let w = waiting().await;
    let vera = w.house.person(&w.ada, "Vera", Role::Viewer).await;
    let look = async |body: &str| w.house.post(&w.path("/seen")).by(&vera).json(body).await;
    assert_eq!(look(r#"{"dwell_ms":1500}"#).await.status.as_u16(), 204);
    for body in [r#"{"dwell_ms":-1}"#, r#"{"dwell_ms":1.5}"#, r#"{"dwell_ms":86400001}"#, "{}"] {
        look(body).await.problem(422);
    }
    let unknown = "/api/hitl/approvals/0197a000-0000-7000-8000-000000000001/seen";
    w.house.post(unknown).by(&vera).json(r#"{"dwell_ms":1}"#).await.problem(404);
}

#[tokio::test]
async fn a_run_that_was_paused_by_hand_is_resumed_and_no_other() {
    let house = House::open().await;
    let ada = house.admin().await;
    let resume = async |run: &str, body: &str| {
        house.post(&format!("/api/hitl/run/{run}/resume")).by(&ada).json(body).await
    };
    let review = house.start(&ada, "r", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let other = house.ticket(&ada, &review, "payload_review").await;
    resume(&review, "{}").await.problem(409);

    let run = house.start(&ada, "s", &json!({}), r#"{"message":"a","delay_ms":400}"#).await;
    house.until(&ada, &run, "running").await;
    house.post(&format!("/api/hitl/run/{run}/pause")).by(&ada).send().await;
    house.ticket(&ada, &run, "manual_pause").await;
    let wrong = json!({"approval_token": other["approval_id"]}).to_string();
    resume(&run, &wrong).await.problem(404);
    resume(&run, r#"{"modifications":{"message":"b"}}"#).await.problem(422);
    resume(&run, r#"{"action":"go"}"#).await.problem(422);
    let open = house.status(&ada, &run).await["approval"].clone();
    let other = json!({"proposal_digest": "0".repeat(64)}).to_string();
    for stale in [r#"{"version":9}"#, &other] {
        let refused = resume(&run, stale).await.problem(412);
        assert_eq!(refused["ticket"]["approval_id"], open["approval_id"]);
    }
    let resumed = resume(&run, "{}").await;
    assert_eq!(resumed.status.as_u16(), 200, "{}", resumed.text());
    assert_eq!(resumed.json()["decision"]["action"], "approve");
    house.until(&ada, &run, "completed").await;
    let late = resume(&run, "{}").await.problem(409);
    assert_eq!(late["decision"], resumed.json()["decision"], "the decision that won");
}

#[tokio::test]
async fn a_ticket_says_what_people_changed_before_it_and_asks_for_each_field_in_words() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let first = house.ticket(&ada, &run, "payload_review").await;
    assert_eq!(first["context"]["diff"], json!([]));
    let edit = json!({"action": "edit", "edits": {"message": "b", "behaviour": "invalid"}});
    house.approve(&ada, &run, edit.to_string()).await;

    let second = house.ticket(&ada, &run, "error_recovery").await;

    let diff = second["context"]["diff"].as_array().unwrap();
    let message = json!({"op": "replace", "path": "/message", "before": "\"a\"", "after": "\"b\""});
    assert!(diff.contains(&message), "{diff:?}");
    let fields = second["context"]["form"]["fields"].as_array().unwrap();
    let asked = |name: &str| {
        let field = fields.iter().find(|field| field["name"] == name).unwrap();
        (field["prompt"].as_str().unwrap().to_owned(), field["collection"].as_bool().unwrap())
    };
    assert_eq!(asked("message"), ("What is the message?".to_owned(), false));
    assert!(asked("behaviour").0.starts_with("Which behaviour: answer, invalid, "));
}

#[tokio::test]
async fn what_was_changed_before_a_ticket_is_the_same_once_it_is_decided() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let first = house.ticket(&ada, &run, "payload_review").await;
    let edit = json!({"action": "edit", "edits": {"message": "b", "behaviour": "invalid"}});
    house.approve(&ada, &run, edit.to_string()).await;
    let second = house.ticket(&ada, &run, "error_recovery").await;
    let edit = json!({"action": "edit", "edits": {"message": "c", "behaviour": "answer"}});
    house.approve(&ada, &run, edit.to_string()).await;
    house.until(&ada, &run, "completed").await;

    for open in [first, second] {
        let path = format!("/api/hitl/approvals/{}", open["approval_id"].as_str().unwrap());
        let closed = house.get(&path).by(&ada).send().await.json();
        assert_ne!(closed["decision"]["changes"], json!([]), "{closed:#}");
        assert_eq!(closed["context"]["diff"], open["context"]["diff"], "its own edit came after");
    }
}
