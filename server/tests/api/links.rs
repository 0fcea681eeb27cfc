//! Files that a request names by their addresses, from a server of their own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::HeaderValue, routing::get};
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    house::{House, Person, pointer},
    support::{Multipart, asking, picture, run_input},
};

/// Somebody else's server, and how often its picture was asked for.
struct Elsewhere {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Elsewhere {
    async fn open() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let png = [(CONTENT_TYPE, HeaderValue::from_static("image/png"))];
        let router = Router::new()
            .route(
                "/garden.png",
                get(async move || {
                    counted.fetch_add(1, Ordering::SeqCst);
                    (png, picture(48, 32))
                }),
            )
            .route("/page.png", get(async || "<html>no picture</html>"))
            .route("/away", get(async || (StatusCode::FOUND, [("location", "/garden.png")])));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }
}

struct Scene {
    elsewhere: Elsewhere,
    house: House,
    ada: Person,
}

impl Scene {
    async fn open() -> Self {
        let elsewhere = Elsewhere::open().await;
        let house = House::with(&[("COUNTERSIGN_LINKS_ALLOW", &elsewhere.address)]).await;
        let ada = house.admin().await;
        Self { elsewhere, house, ada }
    }

    /// A run that turns a picture grey; its first ticket.
    async fn ticket(&self, prompt: &str, attachments: Value, checkpoint: &str) -> Value {
        let mut input = run_input("s", prompt);
        input["attachments"] = attachments;
        let body = json!({"run_input": input, "original_input": {"grayscale": true},
            "provider": "image", "hitl_config": asking(&["information_review", "payload_review"])});
        let started = self.house.post("/api/hitl/run").by(&self.ada).json(body.to_string()).await;
        assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text());
        let run = started.json()["run_id"].as_str().unwrap().to_owned();
        self.house.ticket(&self.ada, &run, checkpoint).await
    }
}

fn names(ticket: &Value) -> Vec<&str> {
    let files = ticket["attachments"].as_array().unwrap().iter();
    files.map(|file| file["name"].as_str().unwrap()).collect()
}

fn issues(ticket: &Value) -> String {
    ticket["context"]["validation_summary"]["checkpoints"].to_string()
}

#[tokio::test]
async fn a_picture_that_is_named_by_its_address_is_fetched_once_and_used_to_the_byte() {
    let scene = Scene::open().await;
    let url = scene.elsewhere.url("garden.png?size=large");

    let twice = json!([url, url]);
    let ticket = scene.ticket("make it grey", twice, "information_review").await;

    assert_eq!(names(&ticket), ["garden.png"]);
    assert_eq!(issues(&ticket), "[]");
    let file = ticket["attachments"][0]["id"].as_str().unwrap();
    let bytes =
        scene.house.get(&format!("/api/hitl/attachments/{file}")).by(&scene.ada).send().await.bytes;
    assert_eq!(bytes, picture(48, 32));
    // Another look at what there is fetches nothing anew.
    let run = ticket["run_id"].as_str().unwrap();
    let edit = json!({"action": "edit", "edits": {"blur": 2}}).to_string();
    scene.house.approve(&scene.ada, run, edit).await;
    scene.house.ticket(&scene.ada, run, "payload_review").await;
    assert_eq!(scene.elsewhere.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_link_in_the_prompt_is_followed_only_where_no_upload_fits() {
    let scene = Scene::open().await;
    let prompt = format!("make this grey: {}.", scene.elsewhere.url("garden.png"));
    let ticket = scene.ticket(&prompt, json!([]), "information_review").await;
    assert_eq!(names(&ticket), ["garden.png"]);

    let other = Scene::open().await;
    let prompt = format!("make this grey: {}.", other.elsewhere.url("garden.png"));
    let form = Multipart::new().text("session_id", "s");
    other.house.upload(&other.ada, form.file("own.png", "image/png", &picture(9, 9))).await;
    let ticket = other.ticket(&prompt, json!([]), "information_review").await;
    assert_eq!(names(&ticket), ["own.png"]);
}

#[tokio::test]
async fn what_can_not_be_fetched_is_said_and_asked_for() {
    let scene = Scene::open().await;
    for (path, why) in [
        ("nothing.png", "answers with 404"),
        ("away", "answers with 302"),
        ("page.png", "page.png"),
    ] {
        let url = scene.elsewhere.url(path);
        let in_words = format!("make this grey: {url}");
        for (prompt, links) in [("make it grey", json!([url])), (in_words.as_str(), json!([]))] {
            let ticket = scene.ticket(prompt, links, "form_requirements").await;
            let issues = issues(&ticket);
            assert_eq!(issues.matches("fetched").count(), 1, "{issues}");
            assert!(issues.contains("could not be fetched") && issues.contains(why), "{issues}");
            assert_eq!(names(&ticket), [""; 0]);
            let run = format!("/api/hitl/run/{}", ticket["run_id"].as_str().unwrap());
            let gone = scene.house.ask(http::Method::DELETE, &run);
            gone.header("sec-fetch-site", "same-origin").by(&scene.ada).send().await;
        }
    }
}

#[tokio::test]
async fn an_address_that_nobody_outside_can_reach_is_refused_and_no_run_starts() {
    let scene = Scene::open().await;
    for (url, word) in [
        ("http://127.0.0.1:1/a.png", "https"),
        ("https://169.254.169.254/latest", "anybody can reach"),
        ("https://[::ffff:10.0.0.1]/a.png", "anybody can reach"),
        ("https://mara:secret@a.example/b.png", "name or password"),
        ("https://a.example:8443/b.png", "port 443"),
    ] {
        let mut input = run_input("s", "make it grey");
        input["attachments"] = json!([url]);
        let body = json!({"run_input": input, "provider": "image"}).to_string();
        let refused = scene.house.post("/api/hitl/run").by(&scene.ada).json(body).await;
        let problem = refused.problem(422);
        assert_eq!(pointer(&problem), "/run_input/attachments/0", "{url}");
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains(word), "{problem}");
    }
    assert_eq!(scene.house.count(&scene.ada).await, 0);
}
