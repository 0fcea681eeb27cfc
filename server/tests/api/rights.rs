//! Who may do what, tried at the doors.

use app::api::people::PeopleList;
use domain::access::Role;
use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    house::{House, Person},
    support::{Multipart, asking, scripted_run},
};

/// Each writing call on a run that waits, with the status that this person gets.
async fn tried(house: &House, by: &Person, run: &str, ticket: &str) -> Vec<(&'static str, u16)> {
    let mut seen = Vec::new();
    let mut note = |call, answer: crate::house::Answer| seen.push((call, answer.status.as_u16()));
    let body = scripted_run(&format!("session of {}", by.caller.name), &asking(&[]), "{}");
    note("start", house.post("/api/hitl/run").by(by).json(body).await);
    let form = Multipart::new().text("session_id", "mine").file("a.txt", "text/plain", b"words");
    note("upload", house.upload(by, form).await);
    let pages = Multipart::new().text("prompt", "hello").text("provider", "scripted");
    note("start on the page", house.post("/runs/new").by(by).form(pages).await);
    note(
        "hold",
        house.post("/ui/hold_countdown").by(by).fields(&format!("run={run}&ticket={ticket}")).await,
    );
    note(
        "draft",
        house.post("/ui/keep_draft").by(by).fields(&format!("ticket={ticket}&reason=x")).await,
    );
    note("pause", house.post(&format!("/api/hitl/run/{run}/pause")).by(by).send().await);
    let reject = json!({"approval_id": ticket, "action": "reject", "reason": "No."}).to_string();
    note("decide", house.approve(by, run, reject).await);
    let cancel = house.ask(Method::DELETE, &format!("/api/hitl/run/{run}"));
    note("cancel", cancel.header("sec-fetch-site", "same-origin").by(by).send().await);
    seen
}

#[tokio::test]
async fn viewers_read_and_reviewers_and_admins_start_and_decide() {
    let house = House::open().await;
    let ada = house.admin().await;
    let vera = house.person(&ada, "Vera", Role::Viewer).await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;

    for (by, session, expected) in [
        (&vera, "one", [403, 403, 403, 403, 403, 403, 403, 403]),
        // A waiting run is no run to pause, and an ended one none to cancel.
        (&rudi, "two", [202, 201, 303, 200, 200, 409, 200, 409]),
        (&ada, "three", [202, 201, 303, 200, 200, 409, 200, 409]),
    ] {
        let run =
            house.start(&ada, session, &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
        let ticket = house.ticket(&ada, &run, "payload_review").await;
        let ticket = ticket["approval_id"].as_str().unwrap();
        let before = house.state(&ada, &run).await;

        let seen = tried(&house, by, &run, ticket).await;

        let statuses: Vec<_> = seen.iter().map(|(_, status)| *status).collect();
        assert_eq!(statuses, expected, "{} ({}): {seen:?}", by.caller.name, by.caller.role.name());
        let read = house.get(&format!("/api/hitl/run/{run}/status")).by(by).send().await;
        assert_eq!(read.status, StatusCode::OK);
        if by.caller.role == Role::Viewer {
            assert_eq!(house.state(&ada, &run).await, before, "nothing moved");
        }
    }
}

#[tokio::test]
async fn only_admins_manage_people() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    let person = ada.caller.person;

    for (call, form) in [
        ("invite", "name=Eve&email=eve@example.org&role=admin".to_owned()),
        ("set_role", format!("person={person}&role=viewer")),
        ("set_disabled", format!("person={person}&disabled=true")),
        ("reset_person", format!("person={person}")),
    ] {
        let refused = house.post(&format!("/ui/{call}")).by(&rudi).fields(&form).await;
        assert_eq!(refused.header("location"), "/people?notice=forbidden", "{call}");
    }
    let people = house.get("/ui/load_people").by(&rudi).send().await;
    assert_eq!(people.status, StatusCode::FORBIDDEN);
    assert_eq!(
        house.get("/ui/load_people").by(&ada).send().await.wire::<PeopleList>()["people"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_role_that_was_taken_away_counts_at_once() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    let run = house.start(&rudi, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&rudi, &run, "payload_review").await;

    let form = format!("person={}&role=viewer", rudi.caller.person);
    house.post("/ui/set_role").by(&ada).fields(&form).await;
    house.approve(&rudi, &run, r#"{"approved":true}"#).await.problem(403);

    let form = format!("person={}&disabled=true", rudi.caller.person);
    house.post("/ui/set_disabled").by(&ada).fields(&form).await;
    house.approve(&rudi, &run, r#"{"approved":true}"#).await.problem(401);
    assert_eq!(house.status(&ada, &run).await["status"], "awaiting_human");
}
