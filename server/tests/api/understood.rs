//! What the server makes of a prompt, and that it asks where it made nothing of a part of it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    house::{House, Person},
    support::{Multipart, asking, picture, run_input},
};

struct Scene {
    house: House,
    ada: Person,
}

impl Scene {
    async fn open() -> Self {
        let house = House::open().await;
        let ada = house.admin().await;
        Self { house, ada }
    }

    /// A run about a picture of its own.
    async fn start(&self, prompt: &str, values: Value, config: Value) -> String {
        let form = Multipart::new().text("session_id", prompt);
        self.house.upload(&self.ada, form.file("a.png", "image/png", &picture(40, 30))).await;
        let body = json!({"run_input": run_input(prompt, prompt), "provider": "image",
            "original_input": values, "hitl_config": config});
        let started = self.house.post("/api/hitl/run").by(&self.ada).json(body.to_string()).await;
        assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text());
        started.json()["run_id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, run: &str, decision: Value) {
        let decided = self.house.approve(&self.ada, run, decision.to_string()).await;
        assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
    }
}

fn unsure() -> Value {
    json!({"policy": "auto_with_thresholds"})
}

fn issues(ticket: &Value) -> String {
    ticket["context"]["validation_summary"]["checkpoints"].to_string()
}

#[tokio::test]
async fn a_prompt_that_came_to_nothing_is_asked_about() {
    let scene = Scene::open().await;
    for prompt in [
        "remove the background",
        "blur the faces",
        "mach es schöner",
        "do not make it grayscale",
        "make it nicer",
        "remove the people in it and make it 100 px wide",
    ] {
        let run = scene.start(prompt, json!({}), unsure()).await;
        let ticket = scene.house.ticket(&scene.ada, &run, "information_review").await;
        let issues = issues(&ticket);
        assert!(issues.contains(&format!("Not understood: “{prompt}”")), "{issues}");
        assert!(issues.contains("Nothing would be changed"), "{issues}");
    }
}

#[tokio::test]
async fn a_person_may_let_what_was_not_understood_pass() {
    let scene = Scene::open().await;
    let run = scene.start("make it nicer", json!({}), unsure()).await;
    for checkpoint in ["information_review", "payload_review"] {
        scene.house.ticket(&scene.ada, &run, checkpoint).await;
        scene.decide(&run, json!({"action": "approve"})).await;
    }
    scene.house.until(&scene.ada, &run, "completed").await;
}

#[tokio::test]
async fn a_value_that_was_given_is_enough_and_the_prompt_only_speaks_about_it() {
    let scene = Scene::open().await;
    let run = scene.start("make it nicer", json!({"grayscale": true}), unsure()).await;
    scene.house.until(&scene.ada, &run, "completed").await;
}

#[tokio::test]
async fn the_part_that_was_dropped_is_on_the_card_until_a_person_sets_a_value() {
    let scene = Scene::open().await;
    let config = asking(&["information_review", "payload_review"]);
    let prompt = "make it grayscale and remove the background";
    let run = scene.start(prompt, json!({}), config).await;
    let ticket = scene.house.ticket(&scene.ada, &run, "information_review").await;
    let told = issues(&ticket);
    assert!(told.contains("Not understood: “remove the background”"), "{told}");
    assert!(!told.contains("Nothing would be changed"), "{told}");

    scene.decide(&run, json!({"action": "edit", "edits": {"blur": 2}})).await;
    let ticket = scene.house.ticket(&scene.ada, &run, "payload_review").await;
    assert_eq!(issues(&ticket), "[]");
}

#[tokio::test]
async fn a_prompt_that_is_understood_is_not_asked_about() {
    let scene = Scene::open().await;
    let run = scene.start("make it grayscale", json!({}), unsure()).await;
    scene.house.until(&scene.ada, &run, "completed").await;
}

#[tokio::test]
async fn a_quality_that_the_result_can_not_have_is_asked_about() {
    let scene = Scene::open().await;
    let run = scene.start("20 pixels wide, quality 80", json!({}), unsure()).await;
    let ticket = scene.house.ticket(&scene.ada, &run, "information_review").await;
    let told = issues(&ticket);
    assert!(told.contains("only a JPEG has a quality"), "{told}");
}

#[tokio::test]
async fn under_a_policy_that_never_asks_it_runs_all_the_same() {
    let scene = Scene::open().await;
    let run = scene.start("make it nicer", json!({}), json!({"policy": "auto"})).await;
    scene.house.until(&scene.ada, &run, "completed").await;
}
