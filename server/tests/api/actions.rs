//! An agent's own action at the doors: asked, waited for, decided, reported.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::house::{Answer, Ask, House, Person, pointer};

const PAY: &str = r#"{"action":"pay","arguments":{"to":"a@b.example","amount":1.10,"id":12345678901234567890123},"context":"The invoice of March."}"#;

/// An agent's key.
async fn agent(house: &House, admin: &Person, name: &str) -> String {
    let new = json!({"name": name, "kind": "agent"}).to_string();
    let made = house.post("/api/auth/keys").by(admin).json(new).await;
    made.json()["secret"].as_str().unwrap().to_owned()
}

fn with<'a>(ask: Ask<'a>, key: &str) -> Ask<'a> {
    ask.header("authorization", &format!("Bearer {key}"))
}

async fn ask(house: &House, key: &str, body: &str) -> Answer {
    with(house.ask(Method::POST, "/api/hitl/approvals"), key).json(body).await
}

/// Asks, and gives the ticket.
async fn asked(house: &House, key: &str, body: &str) -> Value {
    let answer = ask(house, key, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let ticket = answer.json();
    assert_eq!(answer.header("location"), path(&ticket, ""));
    ticket
}

fn path(ticket: &Value, rest: &str) -> String {
    format!("/api/hitl/approvals/{}{rest}", ticket["approval_id"].as_str().unwrap())
}

async fn read(house: &House, key: &str, ticket: &Value, prefer: &str) -> Answer {
    let asking = with(house.get(&path(ticket, "")), key).header("prefer", prefer);
    let answer = asking.send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer
}

async fn report(house: &House, key: &str, ticket: &Value, body: &str) -> Answer {
    with(house.ask(Method::POST, &path(ticket, "/outcome")), key).json(body).await
}

async fn decide(house: &House, by: &Person, ticket: &Value, body: Value) -> Answer {
    let mut body = body;
    body["approval_id"] = ticket["approval_id"].clone();
    house.approve(by, ticket["run_id"].as_str().unwrap(), body.to_string()).await
}

#[tokio::test]
async fn an_agent_asks_is_allowed_with_an_edit_goes_on_with_it_and_reports() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ticket = asked(&house, &key, PAY).await;
    assert_eq!(ticket["checkpoint_type"], "action");
    assert_eq!(
        (&ticket["status"], &ticket["run_status"]),
        (&json!("pending"), &json!("awaiting_human"))
    );
    assert_eq!(ticket["final_arguments"], Value::Null);
    assert_eq!(ticket["context"]["form"]["fields"].as_array().unwrap().len(), 3);
    let early = report(&house, &key, &ticket, r#"{"status":"completed"}"#).await;
    early.problem(409);
    let inbox = house.get("/inbox").by(&ada).send().await;
    assert!(inbox.text().contains("wants to run"), "it is in the inbox");
    let page =
        house.get(&format!("/runs/{}", ticket["run_id"].as_str().unwrap())).by(&ada).send().await;
    assert!(page.text().contains("the agent does it itself"), "{}", page.text());

    let edit =
        json!({"action": "edit", "edits": {"to": "c@d.example"}, "reason": "Their new address."});
    let decided = decide(&house, &ada, &ticket, edit).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());

    let answer = read(&house, &key, &ticket, "wait=1").await;
    let exact =
        r#""final_arguments":{"to":"c@d.example","amount":1.10,"id":12345678901234567890123}"#;
    assert!(answer.text().contains(exact), "every digit: {}", answer.text());
    let allowed = answer.json();
    assert_eq!(allowed["decision"]["action"], "edit");
    assert_eq!(allowed["reason"], "Their new address.");
    assert_eq!(allowed["patch"][0]["path"], "/to");
    assert_eq!((&allowed["run_status"], &allowed["result"]), (&json!("running"), &Value::Null));

    let done =
        report(&house, &key, &ticket, r#"{"status":"completed","result":{"receipt":1.00}}"#).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert_eq!(
        (&done.json()["run_status"], &done.json()["end_reason"]),
        (&json!("completed"), &json!("done"))
    );
    assert!(done.text().contains(r#""result":{"receipt":1.00}"#), "{}", done.text());
    // The same report again is no other one; a different one comes too late.
    let again =
        report(&house, &key, &ticket, r#"{"status":"completed","result":{"receipt":1.00}}"#).await;
    assert_eq!(again.status, StatusCode::OK);
    report(&house, &key, &ticket, r#"{"status":"failed"}"#).await.problem(409);
    let status = house.status(&ada, ticket["run_id"].as_str().unwrap()).await;
    assert_eq!(status["progress"]["total_steps"], 2);
    let reports = status["progress"]["step_history"].as_array().unwrap();
    let told = |entry: &&Value| entry["message"] == "mailer says that “pay” is done.";
    assert_eq!(reports.iter().filter(told).count(), 2, "told, and the run's end: {reports:#?}");
}

#[tokio::test]
async fn a_waiting_agent_hears_of_the_decision_at_once_and_of_none_after_its_time() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ticket = asked(&house, &key, PAY).await;

    let begun = Instant::now();
    let in_vain = read(&house, &key, &ticket, "wait=1").await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(
        (in_vain.json()["status"].as_str(), in_vain.header("preference-applied")),
        (Some("pending"), "wait=1")
    );

    let begun = Instant::now();
    let waiting = read(&house, &key, &ticket, "respond-async, wait=600");
    let deciding = async {
        // The agent's request is on its way; when exactly it arrives makes no difference.
        tokio::task::yield_now().await;
        decide(&house, &ada, &ticket, json!({"action": "reject", "reason": "Not today."})).await
    };
    let (heard, decided) = tokio::join!(waiting, deciding);

    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
    assert_eq!(heard.header("preference-applied"), "wait=60");
    assert!(begun.elapsed() < Duration::from_secs(4), "before it would have looked by itself");
    let heard = heard.json();
    assert_eq!(
        (&heard["decision"]["action"], &heard["reason"]),
        (&json!("reject"), &json!("Not today."))
    );
    assert_eq!(
        (&heard["final_arguments"], &heard["end_reason"]),
        (&Value::Null, &json!("rejected"))
    );
    report(&house, &key, &ticket, r#"{"status":"completed"}"#).await.problem(409);
}

#[tokio::test]
async fn an_agent_that_waits_when_the_server_stops_is_told_that_nobody_has_decided() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ticket = asked(&house, &key, PAY).await;
    let mut waiting = pin!(read(&house, &key, &ticket, "wait=60"));
    let early = timeout(Duration::from_millis(300), waiting.as_mut()).await;
    assert!(early.is_err(), "it waits");

    house.parts.orchestrator.stop_waiting();

    let told = timeout(Duration::from_secs(2), waiting).await.expect("it is told");
    assert_eq!(told.json()["status"], "pending");
}

#[tokio::test]
async fn a_person_answers_in_words_and_the_agent_does_not_act() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ticket = asked(&house, &key, PAY).await;
    let silent = decide(&house, &ada, &ticket, json!({"action": "respond"})).await;
    assert_eq!(pointer(&silent.problem(422)), "/reason");

    decide(&house, &ada, &ticket, json!({"action": "respond", "reason": "Ask Otto first."})).await;

    let answer = read(&house, &key, &ticket, "").await.json();
    assert_eq!(
        (&answer["final_arguments"], &answer["answer"]["amount"]),
        (&Value::Null, &json!(1.10))
    );
    assert_eq!(
        (&answer["decision"]["action"], &answer["reason"]),
        (&json!("respond"), &json!("Ask Otto first."))
    );
    report(&house, &key, &ticket, r#"{"status":"completed"}"#).await.problem(409);
}

#[tokio::test]
async fn an_agent_knows_its_own_actions_only_and_nobody_else_reports() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (key, other) = (agent(&house, &ada, "mailer").await, agent(&house, &ada, "crawler").await);
    let ticket = asked(&house, &key, PAY).await;
    // An action waits for no other run, and no other run for it.
    let second = asked(&house, &key, PAY).await;
    assert_ne!(ticket["run_id"], second["run_id"]);

    with(house.get(&path(&ticket, "")), &other).send().await.problem(404);
    report(&house, &other, &ticket, r#"{"status":"completed"}"#).await.problem(404);
    decide(&house, &ada, &ticket, json!({"action": "approve"})).await;
    let by_person =
        house.post(&path(&ticket, "/outcome")).by(&ada).json(r#"{"status":"completed"}"#);
    by_person.await.problem(403);
    let failed = report(&house, &key, &ticket, r#"{"status":"failed","result":"no money"}"#).await;
    assert_eq!(
        (&failed.json()["run_status"], &failed.json()["result"]),
        (&json!("failed"), &json!("no money"))
    );
}

#[tokio::test]
async fn the_policy_decides_where_the_agent_asks_for_it_and_a_person_otherwise() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let of = |config: &str, amount: &str| {
        format!(
            r#"{{"action":"pay","arguments":{{"amount":{amount}}},"hitl_config":{config},
                "schema":{{"type":"object","properties":{{"amount":{{"type":"number","maximum":100,"multipleOf":0.5}}}}}}}}"#
        )
    };
    let auto = asked(&house, &key, &of(r#"{"policy":"auto"}"#, "2.0")).await;
    assert_eq!((&auto["status"], &auto["decision"]["via"]), (&json!("decided"), &json!("policy")));
    assert_eq!(
        (&auto["final_arguments"]["amount"], &auto["run_status"]),
        (&json!(2.0), &json!("running"))
    );
    let timed = asked(&house, &key, &of(r#"{"approval_timeout_seconds":60}"#, "2")).await;
    assert_eq!(timed["status"], "pending", "a policy that isn't named is a person");
    assert!(timed["expires_at"].is_string());
    for wrong in ["200", "1.3"] {
        let wrong = asked(&house, &key, &of(r#"{"policy":"auto"}"#, wrong)).await;
        assert_eq!(wrong["context"]["validation_summary"]["blocking_issues"], 1, "{wrong:#}");
        decide(&house, &ada, &wrong, json!({"action": "approve"})).await.problem(422);
        let still = json!({"action": "edit", "edits": {"amount": 7.7}});
        decide(&house, &ada, &wrong, still).await.problem(422);
        let mended = json!({"action": "edit", "edits": {"amount": 7.5}});
        assert_eq!(decide(&house, &ada, &wrong, mended).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_same_question_under_the_same_key_is_one_ticket() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ask = |body: &'static str| {
        let asking = with(house.ask(Method::POST, "/api/hitl/approvals"), &key);
        asking.header("idempotency-key", "one").json(body)
    };

    let first = ask(PAY).await;
    let ticket = first.json();
    decide(&house, &ada, &ticket, json!({"action": "approve"})).await;
    report(&house, &key, &ticket, r#"{"status":"completed"}"#).await;
    let second = ask(PAY).await;

    assert_eq!((first.status, first.text()), (second.status, second.text()), "as it was then");
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.header("idempotent-replayed"), "true");
    ask(r#"{"action":"pay","arguments":{}}"#).await.problem(422);
}

#[tokio::test]
async fn what_the_policy_lets_pass_is_answered_the_same_again() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ask = || {
        let asking = with(house.ask(Method::POST, "/api/hitl/approvals"), &key);
        let body = r#"{"action":"pay","arguments":{"n":1.10},"hitl_config":{"policy":"auto"}}"#;
        asking.header("idempotency-key", "one").json(body)
    };

    let first = ask().await;
    let ticket = first.json();
    let done = report(&house, &key, &ticket, r#"{"status":"completed"}"#).await;
    let second = ask().await;

    assert_eq!((&ticket["status"], &ticket["run_status"]), (&json!("decided"), &json!("running")));
    assert!(first.text().contains(r#""final_arguments":{"n":1.10}"#));
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert_eq!((first.status, first.text()), (second.status, second.text()));
    let told = read(&house, &key, &ticket, "").await.json();
    assert_eq!(told["decision"], ticket["decision"], "the decision is the one that is kept");
}

#[tokio::test]
async fn a_report_under_its_key_is_answered_as_it_was_and_another_one_is_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let ticket = asked(&house, &key, PAY).await;
    decide(&house, &ada, &ticket, json!({"action": "approve"})).await;
    let tell = |body: &'static str| {
        let telling = with(house.ask(Method::POST, &path(&ticket, "/outcome")), &key);
        telling.header("idempotency-key", "one").json(body)
    };

    let first = tell(r#"{"status":"completed","result":1.10}"#).await;
    let again = tell(r#"{"status":"completed","result":1.10}"#).await;

    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = tell(r#"{"status":"failed"}"#).await.problem(422);
    assert_eq!(pointer(&other), "/idempotency_key");
}

#[tokio::test]
async fn a_question_that_cannot_be_asked_is_refused_with_the_place() {
    let house = House::open().await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;
    let long = "a".repeat(201);
    for (body, at) in [
        (r#"{"arguments":{}}"#.to_owned(), ""),
        (r#"{"action":" ","arguments":{}}"#.to_owned(), "/action"),
        (format!(r#"{{"action":"{long}","arguments":{{}}}}"#), "/action"),
        (r#"{"action":"a\nb","arguments":{}}"#.to_owned(), "/action"),
        (r#"{"action":"a","arguments":[1]}"#.to_owned(), "/arguments"),
        (r#"{"action":"a","arguments":{},"schema":7}"#.to_owned(), "/schema"),
        (r#"{"action":"a","arguments":{},"schema":{"type":"king"}}"#.to_owned(), "/schema"),
        (
            r#"{"action":"a","arguments":{},"schema":{"$ref":"http://127.0.0.1:9/x"}}"#.to_owned(),
            "/schema",
        ),
        (
            r#"{"action":"a","arguments":{},"callback_url":"http://x.example/"}"#.to_owned(),
            "/callback_url",
        ),
        (r#"{"action":"a","arguments":{},"approved_by":"me"}"#.to_owned(), "/approved_by"),
        (
            r#"{"action":"a","arguments":{},"hitl_config":{"policy":"king"}}"#.to_owned(),
            "/hitl_config/policy",
        ),
        (
            r#"{"action":"a","arguments":{},"hitl_config":{"allowed_steps":["response_review"]}}"#
                .to_owned(),
            "/hitl_config/allowed_steps",
        ),
    ] {
        let refused = ask(&house, &key, &body).await;
        assert_eq!(pointer(&refused.problem(422)), at, "{body}");
    }
    let ticket = asked(&house, &key, PAY).await;
    for body in [r#"{}"#, r#"{"status":"done"}"#, r#"{"status":"completed","by":"me"}"#] {
        report(&house, &key, &ticket, body).await.problem(422);
    }
    let wrong = with(house.get("/api/hitl/approvals/nonsense"), &key).send().await;
    assert!(wrong.status.is_client_error());
    let unknown = "/api/hitl/approvals/0197a000-0000-7000-8000-000000000001";
    with(house.get(unknown), &key).send().await.problem(404);
}

#[test]
fn the_readme_shows_the_gates_that_are_tested() {
    let readme = include_str!("../../../README.md");
    for (language, gate) in [
        ("sh", include_str!("../../src/http/docs/gates/gate.sh")),
        ("python", include_str!("../../src/http/docs/gates/gate.py")),
        ("ts", include_str!("../../src/http/docs/gates/gate.ts")),
    ] {
        assert!(readme.contains(&format!("```{language}\n{gate}```")), "{language} differs");
    }
}
