//! Deciding: once, by those who may, on what they saw, and in time.

use std::time::Duration;

use app::api::runs::RunView;
use domain::access::Role;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    house::{House, Person, pointer},
    support::asking,
};

const UNKNOWN: &str = "0197a000-0000-7000-8000-000000000001";

struct Waiting {
    house: House,
    ada: Person,
    bert: Person,
    run: String,
    ticket: Value,
}

/// A run that waits at its payload review.
async fn waiting(config: Value) -> Waiting {
    let house = House::open().await;
    let ada = house.admin().await;
    let bert = house.person(&ada, "Bert", Role::Reviewer).await;
    let run = house.start(&ada, "s", &config, r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    Waiting { house, ada, bert, run, ticket }
}

async fn at_payload() -> Waiting {
    waiting(asking(&["payload_review"])).await
}

impl Waiting {
    fn with(&self, action: &str) -> Value {
        json!({"approval_id": self.ticket["approval_id"], "action": action})
    }

    /// Nothing was decided.
    async fn still_waits(&self) {
        let now = self.house.status(&self.ada, &self.run).await;
        assert_eq!(now["approval"], self.ticket, "nothing moved");
    }
}

#[tokio::test]
async fn the_same_decision_twice_with_one_key_is_one_decision() {
    let w = at_payload().await;
    let path = format!("/api/hitl/run/{}/approve", w.run);
    let decide = async |by: &Person, action: &str, key: &str| {
        let body = json!({"approval_id": w.ticket["approval_id"], "action": action, "reason": "x"});
        w.house.post(&path).by(by).header("idempotency-key", key).json(body.to_string()).await
    };
    let first = decide(&w.ada, "approve", "k").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let again = decide(&w.ada, "approve", "k").await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    assert_eq!(again.json()["decision"], first.json()["decision"]);

    w.house.until(&w.ada, &w.run, "completed").await;
    let late = decide(&w.ada, "approve", "k").await;
    assert_eq!(late.status, StatusCode::OK, "also after the run has ended");
    assert_eq!(late.json()["decision"], first.json()["decision"]);

    let other = decide(&w.ada, "reject", "k").await;
    assert_eq!(pointer(&other.problem(422)), "/idempotency_key");
    for second in [decide(&w.bert, "reject", "k").await, decide(&w.ada, "approve", "k2").await] {
        let problem = second.problem(409);
        assert_eq!(problem["decision"], first.json()["decision"], "the decision that won");
    }
}

#[tokio::test]
async fn the_same_decision_of_the_same_person_needs_no_key_to_be_sent_again() {
    let w = at_payload().await;
    let saying = |action: &str, reason: &str| {
        let mut body = w.with(action);
        body["reason"] = json!(reason);
        body.to_string()
    };
    let first = w.house.approve(&w.ada, &w.run, saying("approve", "fine")).await;
    w.house.until(&w.ada, &w.run, "completed").await;

    for same in [saying("approve", "fine"), w.with("approve").to_string()] {
        let again = w.house.approve(&w.ada, &w.run, same).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text());
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.json()["approval_id"], w.ticket["approval_id"]);
        assert_eq!(again.json()["decision"], first.json()["decision"]);
    }
    let draft = format!("/api/hitl/approvals/{}/draft", w.ticket["approval_id"].as_str().unwrap());
    w.house.get(&draft).by(&w.ada).send().await.problem(404);

    for (by, other) in [
        (&w.bert, saying("approve", "fine")),
        (&w.ada, saying("approve", "not so fine")),
        (&w.ada, saying("reject", "fine")),
        (&w.ada, saying("edit", "fine")),
    ] {
        let problem = w.house.approve(by, &w.run, other).await.problem(409);
        assert_eq!(problem["decision"], first.json()["decision"], "the decision that won");
    }
}

#[tokio::test]
async fn a_decision_that_names_only_the_run_can_be_sent_again_too() {
    let w = waiting(asking(&["payload_review", "response_review"])).await;
    let path = format!("/api/hitl/run/{}/approve", w.run);
    let decide = async |key: &str| {
        let request = w.house.post(&path).by(&w.ada).header("idempotency-key", key);
        request.json(r#"{"approved":true}"#).await
    };
    let first = decide("k").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    w.house.ticket(&w.ada, &w.run, "response_review").await;

    let again = decide("k").await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    assert_eq!(again.json()["decision"], first.json()["decision"], "not the next ticket's");
    w.house.ticket(&w.ada, &w.run, "response_review").await;
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_wins_and_the_other_is_told_who() {
    let house = House::open().await;
    let ada = house.admin().await;
    let bert = house.person(&ada, "Bert", Role::Reviewer).await;
    for round in 0..12 {
        let config = asking(&["payload_review"]);
        let run = house.start(&ada, &format!("s{round}"), &config, r#"{"message":"a"}"#).await;
        let ticket = house.ticket(&ada, &run, "payload_review").await;
        let approve =
            json!({"approval_id": ticket["approval_id"], "action": "approve"}).to_string();
        let reject =
            json!({"approval_id": ticket["approval_id"], "action": "reject", "reason": "no"});
        let both = tokio::join!(
            house.approve(&ada, &run, approve),
            house.approve(&bert, &run, reject.to_string())
        );
        let (won, lost) = if both.0.status == StatusCode::OK { both } else { (both.1, both.0) };
        assert_eq!(won.status, StatusCode::OK, "{}", won.text());
        assert_eq!(lost.problem(409)["decision"], won.json()["decision"]);
        let state = house.state(&ada, &run).await;
        assert_eq!(state["last_approval"], won.json()["decision"]);
    }
}

#[tokio::test]
async fn a_ticket_that_isnt_this_runs_is_not_found() {
    let w = at_payload().await;
    let config = asking(&["payload_review"]);
    let other = w.house.start(&w.ada, "other", &config, r#"{"message":"b"}"#).await;
    let foreign = w.house.ticket(&w.ada, &other, "payload_review").await;
    let foreign = foreign["approval_id"].as_str().unwrap();

    for action in ["approve", "edit", "reject", "cancel"] {
        for ticket in [UNKNOWN, foreign] {
            let body = json!({"approval_id": ticket, "action": action, "reason": "x"}).to_string();
            w.house.approve(&w.bert, &w.run, body).await.problem(404);
        }
        let body = json!({"approval_id": w.ticket["approval_id"], "action": action, "reason": "x"});
        w.house.approve(&w.bert, UNKNOWN, body.to_string()).await.problem(404);
    }
    // Also when the other run's ticket was decided: its decision is nothing to learn here.
    assert_eq!(
        w.house.approve(&w.ada, &other, r#"{"approved":true}"#).await.status,
        StatusCode::OK
    );
    let body = json!({"approval_id": foreign, "action": "approve"}).to_string();
    let problem = w.house.approve(&w.bert, &w.run, body).await.problem(404);
    assert_eq!(problem["decision"], Value::Null);
    w.still_waits().await;
}

#[tokio::test]
async fn a_decision_on_something_else_than_was_shown_is_refused_with_what_there_is() {
    let w = at_payload().await;
    let digest = w.ticket["proposal_digest"].as_str().unwrap();
    let flipped = if digest.starts_with('0') { "1" } else { "0" };
    let swapped = format!("{flipped}{}", &digest[1..]);
    for (version, digest) in [(2, digest), (0, digest), (1, swapped.as_str())] {
        let mut body = w.with("approve");
        body["version"] = json!(version);
        body["proposal_digest"] = json!(digest);
        let problem = w.house.approve(&w.ada, &w.run, body.to_string()).await.problem(412);
        assert_eq!(problem["ticket"], w.ticket, "the ticket as it is");
    }
    w.still_waits().await;
}

#[tokio::test]
async fn answers_that_a_ticket_doesnt_allow_are_refused() {
    let w = at_payload().await;
    let rejecting = |reason: Value| json!({"action": "reject", "reason": reason});
    for (body, at) in [
        (w.with("retry"), "/action"),
        (w.with("respond"), "/action"),
        (w.with("approved"), "/action"),
        (w.with("APPROVE"), "/action"),
        (w.with(""), "/action"),
        (json!({}), "/action"),
        (json!({"action": null}), "/action"),
        (w.with("reject"), "/reason"),
        (rejecting(json!("   ")), "/reason"),
        (rejecting(json!("x".repeat(10_001))), "/reason"),
        (json!({"action": "approve", "approved": false}), "/approved"),
        (json!({"approved": "yes"}), "/approved"),
        (json!({"approved": 1}), "/approved"),
        (json!({"approved": null}), "/action"),
        (json!({"approved": false}), "/reason"),
        (json!({"action": "approve", "edits": {"message": "b"}}), "/edits"),
        (json!({"action": "reject", "reason": "x", "edits": {"message": "b"}}), "/edits"),
        (json!({"action": "approve", "runId": UNKNOWN}), "/runId"),
        (json!({"action": "approve", "sessionId": "another"}), "/sessionId"),
        (json!({"action": "approve", "approval_id": "x"}), "/approval_id"),
        (json!({"action": "approve", "version": -1}), "/version"),
        (json!({"action": "approve", "version": "1"}), "/version"),
        (json!({"action": "approve", "proposal_digest": "abc"}), "/proposal_digest"),
        (
            json!({"action": "approve", "approval_id": w.ticket["approval_id"], "approval_token": UNKNOWN}),
            "/approval_token",
        ),
    ] {
        let problem = w.house.approve(&w.ada, &w.run, body.to_string()).await.problem(422);
        assert_eq!(pointer(&problem), at, "{body}: {problem}");
    }
    for extra in ["decision", "approved_by", "risk", "stage", "actor", "by"] {
        let mut body = w.with("approve");
        body[extra] = json!("low");
        let problem = w.house.approve(&w.ada, &w.run, body.to_string()).await.problem(422);
        assert!(problem.to_string().contains(extra), "{problem}");
    }
    w.still_waits().await;
}

#[tokio::test]
async fn edits_that_dont_fit_the_payload_are_refused_and_kept_as_a_draft() {
    let w = at_payload().await;
    for (edits, at) in [
        (json!({"message": 5}), "/message"),
        (json!({"message": null}), "/message"),
        (json!({"delay_ms": -1}), "/delay_ms"),
        (json!({"delay_ms": 1.5}), "/delay_ms"),
        (json!({"behaviour": "explode"}), "/behaviour"),
        (json!({"unknown": 1}), "/unknown"),
        (json!({"data": []}), "/data"),
        (json!([]), ""),
        (json!("x"), ""),
    ] {
        let mut body = w.with("edit");
        body["edits"] = edits.clone();
        let problem = w.house.approve(&w.ada, &w.run, body.to_string()).await.problem(422);
        assert_eq!(pointer(&problem), at, "{edits}: {problem}");
    }
    w.still_waits().await;
    let view = w.house.get(&format!("/ui/load_run?run={}", w.run)).by(&w.ada).send().await;
    assert_ne!(
        view.wire::<RunView>()["ticket"]["draft"],
        Value::Null,
        "what was typed is not lost"
    );
}

#[tokio::test]
async fn yes_and_no_are_enough_where_one_ticket_is_open() {
    let w = at_payload().await;
    let body = json!({"approved": true, "runId": w.run, "sessionId": "s"}).to_string();
    let yes = w.house.approve(&w.ada, &w.run, body).await;
    assert_eq!(yes.json()["decision"]["action"], "approve");
    assert_eq!(yes.json()["approval_id"], w.ticket["approval_id"]);
    w.house.until(&w.ada, &w.run, "completed").await;
    let late = w.house.approve(&w.ada, &w.run, r#"{"approved":true}"#).await.problem(409);
    assert_eq!(late["decision"], yes.json()["decision"], "the decision that won");

    let w = at_payload().await;
    let no = w.house.approve(&w.ada, &w.run, r#"{"approved":false,"reason":"not now"}"#).await;
    assert_eq!(no.json()["decision"]["action"], "reject");
    assert_eq!(no.json()["decision"]["reason"], "not now");
    let ended = w.house.until(&w.ada, &w.run, "cancelled").await;
    assert_eq!(ended["end_reason"], "rejected");
}

/// Names no ticket.
async fn answers(w: &Waiting, status: u16) -> [Value; 2] {
    let approved = w.house.approve(&w.ada, &w.run, r#"{"approved":true}"#).await;
    let resume = w.house.post(&format!("/api/hitl/run/{}/resume", w.run)).by(&w.ada);
    [approved.problem(status), resume.json("{}").await.problem(status)]
}

#[tokio::test]
async fn an_answer_that_names_no_ticket_is_told_which_decision_won_also_while_the_run_goes_on() {
    let mut w = at_payload().await;
    w.house.stop_workers().await;
    let first = w.house.approve(&w.bert, &w.run, r#"{"approved":true}"#).await.json();
    assert_eq!(w.house.status(&w.ada, &w.run).await["status"], "running");

    for problem in answers(&w, 409).await {
        assert_eq!(problem["decision"], first["decision"]);
    }
}

#[tokio::test]
async fn an_answer_that_names_no_ticket_is_told_that_the_run_is_over_or_has_asked_nothing() {
    let w = at_payload().await;
    let cancel = w.house.ask(http::Method::DELETE, &format!("/api/hitl/run/{}", w.run));
    let cancelled = cancel.header("sec-fetch-site", "same-origin").by(&w.ada).send().await;
    assert_eq!(cancelled.status, StatusCode::OK);
    for problem in answers(&w, 409).await {
        assert_eq!(problem["detail"], "the run has ended: cancelled");
        assert_eq!(problem["decision"], Value::Null);
    }

    let mut w = at_payload().await;
    // Waits for the other run of its session.
    w.run = w.house.start(&w.ada, "s", &asking(&["payload_review"]), "{}").await;
    answers(&w, 404).await;
}

#[tokio::test]
async fn after_the_deadline_nothing_is_approved_with_or_without_the_sweeper() {
    let config = json!({"policy": "require_human", "allowed_steps": ["payload_review"],
        "approval_timeout_seconds": 1});
    for sweeper in [true, false] {
        let mut w = waiting(config.clone()).await;
        if !sweeper {
            w.house.stop_workers().await;
        }
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        for action in ["approve", "edit", "reject"] {
            let mut body = w.with(action);
            body["reason"] = json!("x");
            w.house.approve(&w.ada, &w.run, body.to_string()).await.problem(410);
        }
        for body in [r#"{"action":"approve"}"#, r#"{"approved":true}"#] {
            w.house.approve(&w.ada, &w.run, body).await.problem(410);
        }
        let now = w.house.status(&w.ada, &w.run).await;
        let (status, reason) =
            if sweeper { ("failed", json!("expired")) } else { ("awaiting_human", Value::Null) };
        assert_eq!((&now["status"], &now["end_reason"]), (&json!(status), &reason));
    }
}
