use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    house::{Ask, House, pointer},
    support::asking,
};

/// An open stream of events.
struct Events {
    body: Body,
    text: String,
}

impl Events {
    async fn of(ask: Ask<'_>) -> Self {
        let response = ask.open().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next event's id and message; `None` at the end.
    async fn next(&mut self) -> Option<(i64, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| {
                    let found = event.lines().find_map(|line| line.strip_prefix(name));
                    found.map(str::trim)
                };
                let event = line("id:")
                    .zip(line("data:"))
                    .map(|(id, data)| (id.parse().unwrap(), serde_json::from_str(data).unwrap()));
                self.text = rest.to_owned();
                match event {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let frame = timeout(Duration::from_secs(20), self.body.frame()).await.unwrap()?;
            let bytes = frame.unwrap().into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Vec<(i64, Value)> {
        let mut seen = Vec::new();
        loop {
            seen.push(self.next().await.unwrap());
            if fits(&seen.last().unwrap().1) {
                return seen;
            }
        }
    }
}

#[tokio::test]
async fn events_are_the_same_feed_and_go_on_where_the_reader_was() {
    let house = House::open().await;
    let ada = house.admin().await;
    let mut events = Events::of(house.get("/api/hitl/events").by(&ada)).await;
    let (begun, snapshot) = events.next().await.unwrap();
    assert_eq!((&snapshot["type"], &snapshot["seq"]), (&json!("HITL_SNAPSHOT"), &json!(begun)));

    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    house.approve(&ada, &run, r#"{"action":"approve"}"#).await;
    let seen = events.until(|message| message["status"] == "completed").await;

    assert!(seen.iter().all(|(id, message)| message["seq"] == json!(id)));
    assert!(seen.iter().any(|(_, message)| message["type"] == "HITL_APPROVAL_REQUEST"));
    let after = format!("/api/hitl/events?after={begun}");
    let mut again = Events::of(house.get(&after).by(&ada)).await;
    assert_eq!(again.until(|message| message["status"] == "completed").await, seen);
    let last = seen[1].0.to_string();
    let mut rest = Events::of(house.get(&after).by(&ada).header("last-event-id", &last)).await;
    assert_eq!(rest.until(|message| message["status"] == "completed").await, seen[2..]);
    let mut of_run = Events::of(
        house.get(&format!("/api/hitl/events?scope=run&run_id={run}&after={begun}")).by(&ada),
    )
    .await;
    let all = of_run.until(|message| message["status"] == "completed").await;
    assert!(all.iter().any(|(_, message)| message["type"] == "HITL_STEP_COMPLETION"));
}

#[tokio::test]
async fn a_reader_from_another_time_begins_anew() {
    let house = House::open().await;
    let ada = house.admin().await;
    let mut events = Events::of(house.get("/api/hitl/events?after=999999").by(&ada)).await;

    assert_eq!(events.next().await.unwrap().1["type"], "HITL_RESYNC");
    assert_eq!(events.next().await.unwrap().1["type"], "HITL_SNAPSHOT");
}

#[tokio::test]
async fn a_reader_goes_with_its_session_and_with_the_server() {
    let house = House::open().await;
    let ada = house.admin().await;
    let bob = house.person(&ada, "Bob", domain::access::Role::Viewer).await;
    let mut of_ada = Events::of(house.get("/api/hitl/events").by(&ada)).await;
    let mut of_bob = Events::of(house.get("/api/hitl/events").by(&bob)).await;
    of_ada.next().await;
    of_bob.next().await;

    let out = house.ask(http::Method::DELETE, "/api/auth/session");
    out.header("sec-fetch-site", "same-origin").by(&bob).send().await;
    assert_eq!(of_bob.next().await, None);
    house.parts.doors.bridge.places.close();
    assert_eq!(of_ada.next().await, None);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (query, path) in [
        ("after=x", "/after"),
        ("after=-1", "/after"),
        ("scope=all", "/scope"),
        ("scope=session", "/session_id"),
        ("from=3", "/from"),
    ] {
        let answer = house.get(&format!("/api/hitl/events?{query}")).by(&ada).send().await;
        assert_eq!(pointer(&answer.problem(422)), path, "{query}");
    }
    let events = house.get("/api/hitl/events").by(&ada).header("last-event-id", "x");
    events.send().await.problem(400);
    let unknown = "/api/hitl/events?scope=run&run_id=0197a000-0000-7000-8000-000000000001";
    house.get(unknown).by(&ada).send().await.problem(404);
}
