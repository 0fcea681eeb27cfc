//! Runs on their way through the checkpoints.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    house::{House, pointer},
    support::{asking, run_input, scripted_run},
};

/// Digits that don't survive a reader that makes floats of them.
const DATA: &str = r#"{"price":1.10,"id":12345678901234567890,"tiny":1e-7,"long":0.12345678901234567890123456789,"text":"a \" é \\"}"#;

#[tokio::test]
async fn a_run_goes_through_its_checkpoints_and_an_edit_keeps_every_other_digit() {
    let house = House::open().await;
    let ada = house.admin().await;
    let steps = asking(&["payload_review", "response_review"]);
    let values = format!(r#"{{"message":"hello","data":{DATA}}}"#);
    let run = house.start(&ada, "s", &steps, &values).await;

    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let proposed = ticket["context"]["proposal"].as_str().unwrap();
    assert!(proposed.contains(&format!(r#""data":{DATA}"#)), "{proposed}");
    let digest = ticket["proposal_digest"].as_str().unwrap();
    let edit = format!(
        r#"{{"approval_id":{},"action":"edit","version":1,"proposal_digest":"{digest}","edits":{{"message":"goodbye"}}}}"#,
        ticket["approval_id"]
    );
    let decided = house.approve(&ada, &run, edit).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
    let decided = decided.json();
    assert_eq!(decided["success"], true);
    assert_eq!(decided["decision"]["action"], "edit");
    assert_eq!(decided["decision"]["by"]["who"]["name"], "Ada");
    assert_eq!(decided["decision"]["changes"].as_array().unwrap().len(), 1);

    let answer = house.ticket(&ada, &run, "response_review").await;
    let said = answer["context"]["proposal"].as_str().unwrap();
    assert_eq!(said, format!(r#"{{"said":"goodbye","data":{DATA}}}"#));
    let state = house.state(&ada, &run).await;
    let sent = state["run"]["draft"]["payload"].as_str().unwrap();
    assert_eq!(sent, proposed.replace("\"hello\"", "\"goodbye\""), "nothing else changed");

    let accepted = house.approve(&ada, &run, r#"{"approved":true}"#).await;
    assert_eq!(accepted.status, StatusCode::OK);
    let ended = house.until(&ada, &run, "completed").await;
    assert_eq!(ended["end_reason"], "done");
    assert_eq!(ended["progress"]["percentage"], 100);
    assert_eq!(ended["approval"], Value::Null);
    assert_eq!(ended["pending_actions"], json!([]));
    let state = house.state(&ada, &run).await;
    assert_eq!(state["run"]["response"]["text"], said, "the accepted answer is the stored one");
}

#[tokio::test]
async fn what_a_request_tells_of_its_tools_and_documents_is_kept_and_reaches_no_payload() {
    let house = House::open().await;
    let ada = house.admin().await;
    let told = [
        (
            "agent_tool_config",
            json!({"painter": {"data": {"example_input": {"message": "canary", "cost": 77}}}}),
        ),
        ("selected_llm", json!({"name": "canary"})),
        ("document_context", json!({"message": "canary"})),
        ("document_url", json!("https://canary.example/a.txt")),
    ];
    let values = r#"{"message":"a"}"#;
    let body = scripted_run("s", &asking(&["payload_review"]), values);
    let mut body: Value = serde_json::from_str(&body).unwrap();
    for (field, value) in &told {
        body["run_input"][field] = value.clone();
    }
    let started = house.post("/api/hitl/run").by(&ada).json(body.to_string()).await.json();
    let run = started["run_id"].as_str().unwrap();

    let ticket = house.ticket(&ada, run, "payload_review").await;

    let proposal = ticket["context"]["proposal"].as_str().unwrap();
    assert!(!proposal.contains("canary") && !proposal.contains("77"), "{proposal}");
    let state = house.state(&ada, run).await;
    for (field, value) in told {
        assert_eq!(state["original_input"][field], value, "{field}");
    }
}

#[tokio::test]
async fn one_key_starts_one_run() {
    let house = House::open().await;
    let ada = house.admin().await;
    let bert = house.person(&ada, "Bert", domain::access::Role::Reviewer).await;
    let start = async |by: &crate::house::Person, key: &str, message: &str| {
        let values = format!(r#"{{"message":"{message}"}}"#);
        let body = scripted_run("s", &asking(&["payload_review"]), &values);
        house.post("/api/hitl/run").by(by).header("idempotency-key", key).json(body).await
    };

    let first = start(&ada, "k", "a").await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    let again = start(&ada, "k", "a").await;
    assert_eq!(again.status, StatusCode::ACCEPTED);
    assert_eq!(again.json()["run_id"], first.json()["run_id"]);
    let other = start(&ada, "k", "b").await.problem(422);
    assert_eq!(pointer(&other), "/idempotency_key");
    assert_eq!(house.count(&ada).await, 1);

    // A key is one caller's.
    let theirs = start(&bert, "k", "a").await;
    assert_ne!(theirs.json()["run_id"], first.json()["run_id"]);

    let long = "k".repeat(256);
    for key in ["", " ", "two words", "schlüssel", &long] {
        let refused = start(&ada, key, "a").await.problem(422);
        assert_eq!(pointer(&refused), "/idempotency_key", "{key:?}");
    }
    assert_eq!(house.count(&ada).await, 2);
}

#[tokio::test]
async fn twenty_starts_with_one_key_at_once_are_one_run() {
    let house = House::open().await;
    let ada = house.admin().await;
    let body = scripted_run("s", &asking(&["payload_review"]), r#"{"message":"a"}"#);
    let starts = (0..20).map(|_| {
        house.post("/api/hitl/run").by(&ada).header("idempotency-key", "k").json(body.clone())
    });
    let started = futures::future::join_all(starts).await;
    let first = &started[0].json()["run_id"];
    for one in &started {
        assert_eq!(one.status, StatusCode::ACCEPTED, "{}", one.text());
        assert_eq!(&one.json()["run_id"], first);
    }
    assert_eq!(house.count(&ada).await, 1);
}

#[tokio::test]
async fn a_second_run_of_a_session_waits_for_its_turn() {
    let house = House::open().await;
    let ada = house.admin().await;
    let config = asking(&["payload_review"]);
    let first = house.start(&ada, "s", &config, r#"{"message":"a"}"#).await;
    let second = house.start(&ada, "s", &config, r#"{"message":"b"}"#).await;
    house.ticket(&ada, &first, "payload_review").await;
    assert_eq!(house.status(&ada, &second).await["status"], "queued");

    let delete = house.ask(Method::DELETE, &format!("/api/hitl/run/{first}"));
    let cancelled = delete.header("sec-fetch-site", "same-origin").by(&ada).send().await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text());

    house.ticket(&ada, &second, "payload_review").await;
    let gone = house.status(&ada, &first).await;
    assert_eq!((&gone["status"], &gone["end_reason"]), (&json!("cancelled"), &json!("cancelled")));
}

#[tokio::test]
async fn a_paused_run_goes_on_when_a_person_says_so() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &json!({}), r#"{"message":"a","delay_ms":400}"#).await;
    house.until(&ada, &run, "running").await;
    let paused = house.post(&format!("/api/hitl/run/{run}/pause")).by(&ada).send().await;
    assert_eq!(paused.status, StatusCode::OK, "{}", paused.text());
    house.ticket(&ada, &run, "manual_pause").await;
    house.approve(&ada, &run, r#"{"approved":true}"#).await;
    let ended = house.until(&ada, &run, "completed").await;
    assert_eq!(ended["end_reason"], "done");
    let effects = std::fs::read_to_string(house.folder.path().join("data/scripted-effects.txt"));
    assert_eq!(effects.unwrap().lines().count(), 1);
}

#[tokio::test]
async fn a_provider_that_isnt_there_is_named_with_those_that_are() {
    let house = House::open().await;
    let ada = house.admin().await;
    let body = json!({"run_input": run_input("s", "hello"), "provider": "fax"}).to_string();
    let problem = house.post("/api/hitl/run").by(&ada).json(body).await.problem(400);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("fax") && detail.contains("image"), "{detail}");
    assert_eq!(house.count(&ada).await, 0);
}

#[tokio::test]
async fn what_only_looks_like_a_run_is_not_found() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let unknown = "0197a000-0000-7000-8000-000000000001";
    for (id, status) in [
        (unknown, 404),
        ("00000000-0000-0000-0000-000000000000", 404),
        // Other ways to write the same id.
        (&run.to_uppercase(), 200),
        (&run.replace('-', ""), 200),
        (&format!("%7B{run}%7D"), 200),
        ("1", 404),
        ("%00", 404),
        ("..%2f..%2fetc%2fpasswd", 404),
        ("%ff%fe", 404),
        ("'%20OR%201=1%20--", 404),
    ] {
        for call in ["status", "state"] {
            let answer = house.get(&format!("/api/hitl/run/{id}/{call}")).by(&ada).send().await;
            if status == 200 {
                assert_eq!(answer.status, StatusCode::OK, "{id}");
            } else {
                answer.problem(status);
            }
        }
    }
    for path in ["/api/hitl/runz", "/api/hitl", "/api/hitl/run/x/y/z", "/api/"] {
        house.get(path).by(&ada).send().await.problem(404);
    }
    let put = house.ask(Method::PUT, "/api/hitl/run").header("sec-fetch-site", "same-origin");
    put.by(&ada).send().await.problem(405);
}

#[tokio::test]
async fn a_ticket_says_at_which_step_it_asks_what_the_call_would_cost_and_what_may_be_edited() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run =
        house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a","cost":0.5}"#).await;
    let context = &house.ticket(&ada, &run, "payload_review").await["context"];

    assert_eq!(context["current_step"], "payload_review");
    assert_eq!(context["estimated_cost"], 0.5);
    assert_eq!(context["schema"]["required_fields"], json!(["message"]));
    assert_eq!(context["schema"]["optional_fields"]["behaviour"], "answer");
    assert_eq!(context["schema"]["optional_fields"]["cost"], Value::Null);
    let editable = context["schema"]["editable_fields"].as_array().unwrap();
    assert!(editable.contains(&json!("message")), "{context:#}");
    let fields = context["form"]["fields"].as_array().unwrap();
    let behaviour = fields.iter().find(|field| field["name"] == "behaviour").unwrap();
    assert!(behaviour["choices"].as_array().unwrap().contains(&json!("\"busy\"")), "{behaviour:#}");
}
