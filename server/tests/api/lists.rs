//! Lists of runs and of open tickets: their filters and pages, and what of one run can be read elsewhere.

use domain::access::Role;
use serde_json::{Value, json};

use crate::{
    house::{House, Person, pointer},
    support::{asking, run_input},
};

/// Starts a run with labels of its own.
async fn labelled(house: &House, by: &Person, session: &str, user: &str, agent: &str) -> String {
    let mut input = run_input(session, "hello");
    input["user_id"] = json!(user);
    input["agent_email"] = json!(agent);
    let config = asking(&["payload_review"]);
    let body = json!({"run_input": input, "provider": "scripted", "hitl_config": config});
    let started = house.post("/api/hitl/run").by(by).json(body.to_string()).await;
    assert_eq!(started.status.as_u16(), 202, "{}", started.text());
    started.json()["run_id"].as_str().unwrap().to_owned()
}

async fn get(house: &House, by: &Person, path: &str) -> Value {
    let answer = house.get(path).by(by).send().await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
    answer.json()
}

fn ids<'a>(list: &'a Value, name: &str, id: &str) -> Vec<&'a str> {
    list[name].as_array().unwrap().iter().map(|one| one[id].as_str().unwrap()).collect()
}

#[tokio::test]
async fn runs_and_open_tickets_are_found_by_each_of_their_labels() {
    let house = House::open().await;
    let ada = house.admin().await;
    let one = labelled(&house, &ada, "s1", "u1", "a1@example.org").await;
    let two = labelled(&house, &ada, "s2", "u1", "a2@example.org").await;
    let three = labelled(&house, &ada, "s3", "u2", "a2@example.org").await;
    for run in [&one, &two, &three] {
        house.ticket(&ada, run, "payload_review").await;
    }
    for (query, found) in [
        ("", vec![&three, &two, &one]),
        ("user_id=u1", vec![&two, &one]),
        ("session_id=s3", vec![&three]),
        ("agent=a2%40example.org", vec![&three, &two]),
        ("user_id=u1&agent=a2%40example.org", vec![&two]),
        ("user_id=u1&session_id=s3", vec![]),
        ("user_id=%27%20OR%201%3D1%20--", vec![]),
    ] {
        for list in ["/api/hitl/runs", "/api/hitl/runs/active"] {
            let answer = get(&house, &ada, &format!("{list}?{query}")).await;
            assert_eq!(ids(&answer, "runs", "run_id"), found, "{list}?{query}");
            assert_eq!(answer["total"], found.len());
            assert_eq!(answer["next_cursor"], Value::Null);
        }
        let answer = get(&house, &ada, &format!("/api/hitl/approvals/pending?{query}")).await;
        let mut tickets = ids(&answer, "approvals", "run_id");
        tickets.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(tickets, found, "{query}");
        assert_eq!(answer["total"], found.len());
    }
    house.approve(&ada, &one, r#"{"approved":true}"#).await;
    house.until(&ada, &one, "completed").await;
    let over = get(&house, &ada, "/api/hitl/runs?status=completed&user_id=u1").await;
    assert_eq!(ids(&over, "runs", "run_id"), [&one]);
    let active = get(&house, &ada, "/api/hitl/runs/active").await;
    assert_eq!(ids(&active, "runs", "run_id"), [&three, &two]);
    let none = get(&house, &ada, "/api/hitl/approvals/pending?checkpoint_type=manual_pause").await;
    assert_eq!(none["total"], 0);
}

#[tokio::test]
async fn pages_hold_each_run_and_each_ticket_once() {
    let house = House::open().await;
    let ada = house.admin().await;
    for number in 0..5 {
        let run = labelled(&house, &ada, &format!("s{number}"), "u", "a@example.org").await;
        house.ticket(&ada, &run, "payload_review").await;
    }
    for (list, name, id) in [
        ("/api/hitl/runs?limit=2", "runs", "run_id"),
        ("/api/hitl/runs?limit=2&user_id=u", "runs", "run_id"),
        ("/api/hitl/approvals/pending?limit=2", "approvals", "approval_id"),
        ("/api/hitl/approvals/pending?limit=2&user_id=u", "approvals", "approval_id"),
    ] {
        let (mut seen, mut path) = (Vec::new(), list.to_owned());
        loop {
            let page = get(&house, &ada, &path).await;
            assert_eq!(page["total"], 5);
            seen.extend(ids(&page, name, id).into_iter().map(str::to_owned));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("{list}&cursor={}", cursor.replace('~', "%7E"));
        }
        assert_eq!(seen.len(), 5, "{list}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 5, "{list}");
    }
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (path, status, at) in [
        ("/api/hitl/runs?state=failed", 422, "/state"),
        ("/api/hitl/runs?status=Failed", 422, "/status"),
        ("/api/hitl/runs?status=", 422, "/status"),
        ("/api/hitl/runs?limit=x", 422, "/limit"),
        ("/api/hitl/runs?limit=1&limit=2", 422, "/limit"),
        ("/api/hitl/runs?user_id=a%00b", 422, "/user_id"),
        ("/api/hitl/runs?limit=0", 422, "/limit"),
        ("/api/hitl/runs?limit=101", 422, "/limit"),
        ("/api/hitl/runs?cursor=mine", 400, "none"),
        ("/api/hitl/runs/active?status=failed", 400, "none"),
        ("/api/hitl/approvals/pending?checkpoint_type=coffee", 422, "/checkpoint_type"),
        ("/api/hitl/approvals/pending?cursor=1", 400, "none"),
        ("/api/hitl/sessions/s/messages?limit=1000", 422, "/limit"),
        ("/api/hitl/sessions/s/messages?cursor=1", 400, "none"),
        ("/api/hitl/sessions/s/history?page=2", 422, "/page"),
    ] {
        let problem = house.get(path).by(&ada).send().await.problem(status);
        assert_eq!(pointer(&problem), at, "{path}");
    }
}

#[tokio::test]
async fn a_viewer_reads_all_that_can_be_read_and_nobody_else_does() {
    let house = House::open().await;
    let ada = house.admin().await;
    let vera = house.person(&ada, "Vera", Role::Viewer).await;
    let run = labelled(&house, &ada, "s", "u", "a@example.org").await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let ticket = ticket["approval_id"].as_str().unwrap();
    for path in [
        "/api/hitl/runs".to_owned(),
        "/api/hitl/runs/active".to_owned(),
        "/api/hitl/providers".to_owned(),
        "/api/hitl/approvals/pending".to_owned(),
        "/api/hitl/sessions/s/active".to_owned(),
        "/api/hitl/sessions/s/messages".to_owned(),
        "/api/hitl/sessions/s/history".to_owned(),
        "/api/auth/session".to_owned(),
        format!("/api/hitl/run/{run}/state"),
        format!("/api/hitl/runs/{run}/state"),
        format!("/api/hitl/jobs/{run}"),
        format!("/api/hitl/approvals/{ticket}"),
    ] {
        get(&house, &vera, &path).await;
        house.get(&path).send().await.problem(401);
    }
}

#[tokio::test]
async fn the_document_of_a_run_has_all_that_a_client_needs_to_rebuild_its_card() {
    let house = House::open().await;
    let ada = house.admin().await;
    const DATA: &str = r#"{"amount":12345678901234567890123456789,"rate":1.10}"#;
    let values = format!(r#"{{"message":"a","data":{DATA}}}"#);
    let run = house.start(&ada, "s", &asking(&["payload_review"]), &values).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;

    let answer = house.get(&format!("/api/hitl/run/{run}/state")).by(&ada).send().await;
    assert!(answer.text().contains(&format!(r#""data":{DATA}"#)), "digits: {}", answer.text());
    let state = answer.json();
    assert_eq!(state["approval"], ticket);
    assert_eq!(state["checkpoint_context"], ticket["context"]);
    assert_eq!(state["form_data"][0]["field"], "message");
    assert_eq!(state["status"], "awaiting_human");
    assert_eq!(state["step_history"], state["progress"]["step_history"]);
    assert_eq!(state["final_result"], Value::Null);
    assert_eq!(state["hitl_config"]["policy"], "require_human");

    let edit = json!({"action": "edit", "edits": {"message": "b"}}).to_string();
    house.approve(&ada, &run, edit).await;
    house.until(&ada, &run, "completed").await;
    let answer = house.get(&format!("/api/hitl/jobs/{run}")).by(&ada).send().await;
    assert!(answer.text().contains(&format!(r#""result":{{"said":"b","data":{DATA}}}"#)));
    let state = house.state(&ada, &run).await;
    assert_eq!(state["approval"], Value::Null);
    assert_eq!(state["last_approval"]["action"], "edit");
    assert_eq!(state["human_edits"][0]["changes"][0]["path"], "/message");
    assert_eq!(state["final_result"]["said"], "b");
}

#[tokio::test]
async fn a_job_that_failed_says_why_and_nothing_of_the_inside() {
    let house = House::open().await;
    let ada = house.admin().await;
    let values = r#"{"message":"a","behaviour":"refused"}"#;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), values).await;
    house.ticket(&ada, &run, "payload_review").await;
    house.approve(&ada, &run, r#"{"approved":true}"#).await;
    house.until(&ada, &run, "failed").await;
    let job = get(&house, &ada, &format!("/api/hitl/jobs/{run}")).await;
    assert_eq!(job["result"], Value::Null);
    assert!(job["error"].as_str().unwrap().contains("refused"), "{job:#}");
    assert_eq!(job["meta"]["end_reason"], "provider_error");
    let unknown = "/api/hitl/jobs/0197a000-0000-7000-8000-000000000001";
    house.get(unknown).by(&ada).send().await.problem(404);
}

#[tokio::test]
async fn providers_are_listed_with_the_schema_of_their_payload() {
    let house = House::open().await;
    let ada = house.admin().await;
    let list = get(&house, &ada, "/api/hitl/providers").await;
    let all = list["providers"].as_array().unwrap();
    assert_eq!(list["total"], all.len());
    let scripted = all.iter().find(|one| one["name"] == "scripted").unwrap();
    assert_eq!(scripted["input_schema"]["required"], json!(["message"]));
    assert_eq!(scripted["capabilities"]["repeat_safe"], false);
}
