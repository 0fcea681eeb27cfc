//! What people answer: what counts of it, and what is kept of the rest.

use app::api::runs::RunView;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person, pointer},
    nasty::encoded,
    support::asking,
};

/// A run that waits at this review, and its ticket.
async fn waiting(house: &House, by: &Person, review: &str) -> (String, Value) {
    let run = house.start(by, "s", &asking(&[review]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(by, &run, review).await;
    (run, ticket)
}

#[tokio::test]
async fn an_edited_answer_is_the_result_and_the_providers_own_is_still_told() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (run, ticket) = waiting(&house, &ada, "response_review").await;
    let edit = json!({"action": "edit", "edits": {"said": "b"}}).to_string();
    house.approve(&ada, &run, edit).await;
    house.until(&ada, &run, "completed").await;

    let state = house.state(&ada, &run).await;
    assert_eq!(state["raw_response"], json!({"said": "a"}));
    assert_eq!(state["final_result"], json!({"said": "b"}));
    assert_eq!(state["run"]["response"]["text"], ticket["context"]["proposal"]);
    let job = house.get(&format!("/api/hitl/jobs/{run}")).by(&ada).send().await.json();
    assert_eq!(job["result"], json!({"said": "b"}));
    let view = house.get(&format!("/ui/load_run?run={run}")).by(&ada).send().await;
    let shown = view.wire::<RunView>()["result"]["text"].clone();
    assert!(shown.as_str().unwrap().contains(r#""said": "b""#), "{shown}");
}

#[tokio::test]
async fn an_edit_without_edits_is_no_approval() {
    let house = House::open().await;
    let ada = house.admin().await;
    for review in ["payload_review", "response_review"] {
        let (run, ticket) = waiting(&house, &ada, review).await;
        for body in [json!({"action": "edit"}), json!({"action": "edit", "edits": null})] {
            let problem = house.approve(&ada, &run, body.to_string()).await.problem(422);
            assert_eq!(pointer(&problem), "/edits", "{body}: {problem}");
            assert!(problem.to_string().contains("send approve"), "{problem}");
        }
        let said = json!({"text": "edit", "approval_id": ticket["approval_id"]}).to_string();
        let posted = house.post("/api/hitl/sessions/s/messages").by(&ada).json(said).await;
        assert_eq!(pointer(&posted.problem(422)), "/edits");
        assert_eq!(house.status(&ada, &run).await["approval"], ticket, "nothing moved");
        house.approve(&ada, &run, r#"{"action":"cancel"}"#).await;
    }
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_kept_as_an_approval() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (run, _) = waiting(&house, &ada, "payload_review").await;
    let same = json!({"action": "edit", "edits": {"message": "a"}}).to_string();
    let decided = house.approve(&ada, &run, same).await.json();
    assert_eq!(decided["decision"]["action"], "approve", "{decided:#}");
}

/// A run whose call broke off, and its ticket.
async fn broken_off(house: &House, by: &Person, session: &str) -> (String, Value) {
    let values = r#"{"message":"a","behaviour":"reset"}"#;
    let run = house.start(by, session, &json!({}), values).await;
    let ticket = house.ticket(by, &run, "unknown_outcome").await;
    (run, ticket)
}

/// The run is done with this result, which is none of the provider's.
async fn is_done_with(house: &House, by: &Person, run: &str, result: &Value) {
    house.until(by, run, "completed").await;
    let state = house.state(by, run).await;
    assert_eq!((&state["raw_response"], &state["final_result"]), (&Value::Null, result));
    assert_eq!(state["suggested_payload"]["message"], "a", "what was sent stays");
    let job = house.get(&format!("/api/hitl/jobs/{run}")).by(by).send().await.json();
    assert_eq!(&job["result"], result);
    let view = house.get(&format!("/ui/load_run?run={run}")).by(by).send().await;
    let shown = view.wire::<RunView>()["result"]["text"].clone();
    assert_eq!(&serde_json::from_str::<Value>(shown.as_str().unwrap()).unwrap(), result);
}

#[tokio::test]
async fn a_result_entered_by_hand_is_what_was_entered_and_nothing_of_what_was_sent() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (session, result) in
        [("a", json!({"said": "by hand"})), ("b", json!({})), ("c", json!([1, "two"]))]
    {
        let (run, _) = broken_off(&house, &ada, session).await;
        let body = json!({"action": "respond", "edits": result}).to_string();
        let decided = house.approve(&ada, &run, body).await;
        assert_eq!(decided.status.as_u16(), 200, "{}", decided.text());
        is_done_with(&house, &ada, &run, &result).await;
    }
    let (run, ticket) = broken_off(&house, &ada, "d").await;
    let document = [("action", "respond"), ("document", r#"{"said": "on the page"}"#)];
    decide_on_page(&house, &ada, &run, &ticket, &document).await;
    is_done_with(&house, &ada, &run, &json!({"said": "on the page"})).await;
}

#[tokio::test]
async fn who_enters_a_result_has_to_say_which() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (run, ticket) = broken_off(&house, &ada, "s").await;
    for body in [
        json!({"action": "respond"}),
        json!({"action": "respond", "edits": null}),
        json!({"action": "respond", "reason": "it worked"}),
    ] {
        let problem = house.approve(&ada, &run, body.to_string()).await.problem(422);
        assert_eq!(pointer(&problem), "/edits", "{body}: {problem}");
        assert!(problem.to_string().contains("send what the provider answered"), "{problem}");
    }
    let id = &ticket["approval_id"];
    let said = json!({"text": "it worked", "approval_id": id, "action": "respond"}).to_string();
    let posted = house.post("/api/hitl/sessions/s/messages").by(&ada).json(said).await;
    assert_eq!(pointer(&posted.problem(422)), "/edits");
    assert_eq!(house.status(&ada, &run).await["approval"], ticket, "nothing moved");
}

/// Decides as the page does without script.
async fn decide_on_page(
    house: &House,
    by: &Person,
    run: &str,
    ticket: &Value,
    answer: &[(&str, &str)],
) -> Answer {
    let seen = [
        ("run", run),
        ("ticket", ticket["approval_id"].as_str().unwrap()),
        ("version", "1"),
        ("digest", ticket["proposal_digest"].as_str().unwrap()),
    ];
    let form = encoded(&[&seen[..], answer].concat());
    house.post("/ui/decide").by(by).header("accept", "text/html").fields(&form).await
}

/// Rejects as the page does without script, and gives the page that it leads to.
async fn reject(house: &House, by: &Person, run: &str, ticket: &Value, reason: &str) -> String {
    let answer = [("action", "reject"), ("reason", reason)];
    let sent = decide_on_page(house, by, run, ticket, &answer).await;
    assert!(sent.header("location").contains("notice=invalid"), "{sent:?}");
    house.get(&format!("/runs/{run}")).by(by).send().await.text()
}

#[tokio::test]
async fn a_reason_that_is_refused_stands_in_its_field_with_why() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (run, ticket) = waiting(&house, &ada, "payload_review").await;
    let long = "x".repeat(10_200);
    let page = reject(&house, &ada, &run, &ticket, &long).await;
    let after = page.split(r#"id="reason""#).nth(1).unwrap();
    let field = after.split("</details>").next().unwrap();
    assert!(field.contains(&long), "{field}");
    assert!(field.contains(r#"id="reason-error""#), "{field}");
    assert!(field.contains("has more than 10000 characters."), "{field}");

    let page = reject(&house, &ada, &run, &ticket, "no\u{b}w").await;
    assert!(page.contains("has control characters, which can't be kept"), "{page}");
    let path = format!("/api/hitl/approvals/{}/draft", ticket["approval_id"].as_str().unwrap());
    let draft = house.get(&path).by(&ada).send().await.json();
    assert_eq!(draft["reason"], "now");
    assert_eq!(house.status(&ada, &run).await["approval"], ticket, "nothing was decided");
}
