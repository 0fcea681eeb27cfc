//! What the description says of answers, held against real ones.

use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    house::{Answer, House, Person},
    keys::make,
    support::asking,
};

async fn read(house: &House, by: &Person, ticket: &Value) -> Value {
    let id = ticket["approval_id"].as_str().unwrap();
    house.get(&format!("/api/hitl/approvals/{id}")).by(by).send().await.json()
}

/// The digest of a ticket, made as the description says from what the ticket itself says.
fn recomputed(ticket: &Value) -> String {
    let part = |name: &str| ticket["context"][name].as_str().unwrap();
    let covered = format!("{}\n{}\n{}", part("subject"), part("provider"), part("proposal"));
    let digest = Sha256::digest(covered.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn the_digest_of_a_ticket_can_be_made_from_what_the_ticket_says() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (checkpoint, subject) in [
        ("information_review", "information"),
        ("payload_review", "payload"),
        ("response_review", "response"),
    ] {
        let config = asking(&[checkpoint]);
        let run = house.start(&ada, checkpoint, &config, r#"{"message":"é 1.10"}"#).await;
        let open = house.ticket(&ada, &run, checkpoint).await;
        let ticket = read(&house, &ada, &open).await;
        assert_eq!(ticket["context"]["provider"], "scripted", "{checkpoint}");
        assert_eq!(ticket["context"]["subject"], subject, "{checkpoint}");
        assert_eq!(ticket["proposal_digest"], recomputed(&ticket), "{checkpoint}");
    }

    let pay = r#"{"action":"pay","arguments":{"to":"é","amount":1.10}}"#;
    let asked = house.post("/api/hitl/approvals").by(&ada).json(pay).await.json();
    let ticket = read(&house, &ada, &asked).await;
    assert_eq!(ticket["context"]["provider"], "external");
    assert_eq!(ticket["context"]["subject"], "payload");
    assert_eq!(ticket["proposal_digest"], recomputed(&ticket));
}

#[tokio::test]
async fn each_entry_of_a_history_says_what_happened_where_and_what_proves_it() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = house.ticket(&ada, &run, "payload_review").await;
    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    let over = house.until(&ada, &run, "completed").await;

    let history = over["progress"]["step_history"].as_array().unwrap();
    assert_eq!(house.state(&ada, &run).await["step_history"], over["progress"]["step_history"]);
    let counted: Vec<_> = history.iter().map(|entry| entry["sequence"].as_u64().unwrap()).collect();
    let whole: Vec<_> = (1_u64..).take(history.len()).collect();
    assert_eq!(counted, whole, "none is missing");
    let of = |kind: &str| history.iter().find(|entry| entry["kind"] == kind).unwrap();
    let asked = of("ticket_opened");
    assert_eq!(
        (&asked["step"], &asked["status"]),
        (&json!("payload_review"), &json!("awaiting_human"))
    );
    assert_eq!(of("ticket_decided")["facts"]["ticket"], open["approval_id"]);
    assert_eq!(of("ended")["status"], "completed");
}

/// The description, where each schema that isn't part of another one is closed: what it doesn't name is found too.
fn closed(mut described: Value) -> Value {
    let schemas = &mut described["components"]["schemas"];
    let all = schemas.to_string();
    for (name, schema) in schemas.as_object_mut().unwrap() {
        let part = all.contains(&format!(r##""allOf":[{{"$ref":"#/components/schemas/{name}""##));
        if !part && (schema["properties"].is_object() || schema["allOf"].is_array()) {
            schema["unevaluatedProperties"] = json!(false);
        }
    }
    described
}

/// What the description has against an answer.
fn faults(described: &Value, method: &str, path: &str, answer: &Answer) -> Vec<String> {
    let described_answer = &described["paths"][path][method]["responses"][answer.status.as_str()];
    let mut schema = described_answer["content"]["application/json"]["schema"].clone();
    assert!(schema.is_object(), "{method} {path}: {} isn't described", answer.text());
    schema["components"] = described["components"].clone();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let said = answer.json();
    let errors = validator.iter_errors(&said);
    errors.map(|error| format!("{method} {path} {}: {error:.300}", error.instance_path())).collect()
}

#[tokio::test]
async fn real_answers_are_what_the_description_says() {
    let house = House::open().await;
    let ada = house.admin().await;
    let described = closed(house.get("/api/openapi.json").send().await.json());
    let (key, _) = make(&house, &ada, json!({"name": "mine", "kind": "person"})).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let open = house.ticket(&ada, &run, "payload_review").await;
    let ticket = open["approval_id"].as_str().unwrap();
    let look = async || {
        let mut wrong = Vec::new();
        for path in [
            "/api/hitl/run/{run}/status",
            "/api/hitl/run/{run}/state",
            "/api/hitl/runs",
            "/api/hitl/jobs/{job}",
            "/api/hitl/approvals/{approval}",
            "/api/hitl/approvals/pending",
            "/api/hitl/sessions/{session}/active",
            "/api/hitl/sessions/{session}/messages",
            "/api/hitl/sessions/{session}/history",
        ] {
            let at = path.replace("{run}", &run).replace("{job}", &run).replace("{session}", "s");
            let answer = house.get(&at.replace("{approval}", ticket)).by(&ada).send().await;
            wrong.extend(faults(&described, "get", path, &answer));
        }
        wrong
    };

    let mut wrong = look().await;
    let decide = house.ask(Method::POST, &format!("/api/hitl/run/{run}/approve")).with_key(&key);
    let decided = decide.json(r#"{"action":"edit","edits":{"message":"b"}}"#).await;
    assert_eq!(decided.json()["decision"]["via"], "key:mine");
    wrong.extend(faults(&described, "post", "/api/hitl/run/{run}/approve", &decided));
    house.until(&ada, &run, "completed").await;
    wrong.extend(look().await);

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
