//! A picture that is swapped in a review: the one that was sent is the one that is shown, and the other is free again.

use app::api::runs::RunView;
use serde_json::{Value, json};

use crate::{
    house::{House, Person, pointer},
    support::{Multipart, asking, picture, run_input},
};

async fn upload(house: &House, by: &Person, name: &str, width: u32) -> Value {
    let form = Multipart::new().text("session_id", "s");
    house.upload(by, form.file(name, "image/png", &picture(width, 9))).await.json()
}

/// A run that turns a picture grey, at its payload review.
async fn grey(house: &House, by: &Person) -> String {
    let body = json!({
        "run_input": run_input("s", "make it black and white"),
        "original_input": {"grayscale": true},
        "provider": "image",
        "hitl_config": asking(&["payload_review", "response_review"]),
    });
    let started = house.post("/api/hitl/run").by(by).json(body.to_string()).await.json();
    let run = started["run_id"].as_str().unwrap().to_owned();
    house.ticket(by, &run, "payload_review").await;
    run
}

/// The same run, at the review of what came out.
async fn answered(house: &House, by: &Person) -> String {
    let run = grey(house, by).await;
    house.approve(by, &run, r#"{"action":"approve"}"#).await;
    house.ticket(by, &run, "response_review").await;
    run
}

async fn job(house: &House, by: &Person, run: &str) -> Value {
    house.get(&format!("/api/hitl/jobs/{run}")).by(by).send().await.json()
}

fn sha256(file: &Value) -> String {
    format!("sha256:{}", file["sha256"].as_str().unwrap())
}

#[tokio::test]
async fn the_response_review_shows_the_picture_that_was_sent() {
    let house = House::open().await;
    let ada = house.admin().await;
    let other = upload(&house, &ada, "other.png", 20).await;
    upload(&house, &ada, "newest.png", 30).await;
    let run = grey(&house, &ada).await;

    let edit = json!({"action": "edit", "edits": {"image": sha256(&other)}}).to_string();
    house.approve(&ada, &run, edit).await;
    house.ticket(&ada, &run, "response_review").await;

    let view = house.get(&format!("/ui/load_run?run={run}")).by(&ada).send().await;
    let sources = &view.wire::<RunView>()["result"]["sources"];
    assert_eq!(sources.as_array().unwrap().len(), 1, "{sources}");
    assert_eq!(sources[0]["name"], "other.png");
}

#[tokio::test]
async fn the_next_run_takes_an_upload_that_was_not_sent() {
    let house = House::open().await;
    let ada = house.admin().await;
    let picture = upload(&house, &ada, "garden.png", 20).await;
    let run = grey(&house, &ada).await;
    house.approve(&ada, &run, r#"{"action":"reject","reason":"asked differently"}"#).await;

    let next = grey(&house, &ada).await;
    let ticket = house.ticket(&ada, &next, "payload_review").await;
    assert!(ticket.to_string().contains(&sha256(&picture)), "{ticket:#}");

    // Once it was sent it isn't taken again by itself.
    house.approve(&ada, &next, r#"{"action":"approve"}"#).await;
    house.ticket(&ada, &next, "response_review").await;
    house.approve(&ada, &next, r#"{"action":"approve"}"#).await;
    let body = json!({"run_input": run_input("s", "make it black and white"), "provider": "image",
        "original_input": {"grayscale": true}, "hitl_config": asking(&["payload_review"])});
    let started = house.post("/api/hitl/run").by(&ada).json(body.to_string()).await.json();
    house.ticket(&ada, started["run_id"].as_str().unwrap(), "form_requirements").await;
}

#[tokio::test]
async fn an_edited_answer_names_only_files_that_are_there() {
    let house = House::open().await;
    let ada = house.admin().await;
    upload(&house, &ada, "garden.png", 20).await;
    let run = answered(&house, &ada).await;
    let absent = format!("sha256:{}", "0".repeat(64));
    for (edits, at) in [
        (json!({"image": "sha256:00"}), "/image"),
        (json!({"image": absent}), "/image"),
        (json!({"image": "a garden"}), "/image"),
        (json!({"image": {"file": 1}}), "/image"),
        (json!({"more": [{"of": absent}]}), "/more/0/of"),
    ] {
        let edit = json!({"action": "edit", "edits": edits}).to_string();
        let problem = house.approve(&ada, &run, edit).await.problem(422);
        assert_eq!(pointer(&problem), at, "{edits}: {problem}");
    }
    assert_eq!(house.status(&ada, &run).await["status"], "awaiting_human");

    // What the answer says itself, and what names no file, is free.
    let edit = json!({"action": "edit", "edits": {"width": 1, "more": "a garden"}}).to_string();
    house.approve(&ada, &run, edit).await;
    house.until(&ada, &run, "completed").await;
}

#[tokio::test]
async fn a_job_names_the_file_that_was_made_and_where_it_is() {
    let house = House::open().await;
    let ada = house.admin().await;
    upload(&house, &ada, "garden.png", 20).await;
    let run = answered(&house, &ada).await;
    assert_eq!(job(&house, &ada, &run).await["files"], json!([]), "nothing is accepted yet");
    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    house.until(&ada, &run, "completed").await;

    let job = job(&house, &ada, &run).await;
    let file = &job["files"][0];
    assert_eq!(job["result"]["image"], sha256(file));
    let down = house.get(file["url"].as_str().unwrap()).by(&ada).send().await;
    assert_eq!(Value::from(down.bytes.len()), file["size"]);
}

#[tokio::test]
async fn a_picture_that_is_swapped_in_the_answer_is_the_file_of_the_job() {
    let house = House::open().await;
    let ada = house.admin().await;
    let other = upload(&house, &ada, "other.png", 20).await;
    upload(&house, &ada, "newest.png", 30).await;
    let run = answered(&house, &ada).await;
    let edit = json!({"action": "edit", "edits": {"image": sha256(&other)}}).to_string();
    house.approve(&ada, &run, edit).await;
    house.until(&ada, &run, "completed").await;

    let job = job(&house, &ada, &run).await;
    assert_eq!(job["result"]["image"], sha256(&other));
    assert_eq!(job["files"].as_array().unwrap().len(), 1, "{job:#}");
    assert_eq!((&job["files"][0]["id"], &job["files"][0]["url"]), (&other["id"], &other["url"]));
    let state = house.state(&ada, &run).await;
    assert_ne!(state["raw_response"]["image"], sha256(&other), "what was made is still told");
}
