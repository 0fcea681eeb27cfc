//! What an agent may ask of people, at the doors.

use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    house::{Answer, House, Person},
    support::{asking, scripted_run},
};

async fn agent(house: &House, admin: &Person, name: &str) -> String {
    let new = json!({"name": name, "kind": "agent"}).to_string();
    let made = house.post("/api/auth/keys").by(admin).json(new).await;
    format!("Bearer {}", made.json()["secret"].as_str().unwrap())
}

async fn ask(house: &House, key: &str, once: &str) -> Answer {
    let asking = house.ask(Method::POST, "/api/hitl/approvals").header("authorization", key);
    let asking = asking.header("idempotency-key", once);
    asking.json(r#"{"action":"pay","arguments":{}}"#).await
}

async fn start(house: &House, key: &str, session: &str) -> Answer {
    let body = scripted_run(session, &asking(&["payload_review"]), r#"{"message":"a"}"#);
    house.ask(Method::POST, "/api/hitl/run").header("authorization", key).json(body).await
}

#[tokio::test]
async fn an_agent_over_its_cap_waits_until_people_have_decided() {
    let house = House::with(&[("COUNTERSIGN_AGENTS_PENDING", "2")]).await;
    let ada = house.admin().await;
    let (key, other) = (agent(&house, &ada, "mailer").await, agent(&house, &ada, "crawler").await);
    let first = ask(&house, &key, "one").await;
    assert_eq!(start(&house, &key, "s").await.status, StatusCode::ACCEPTED);

    for refused in [ask(&house, &key, "three").await, start(&house, &key, "t").await] {
        let problem = refused.problem(429);
        assert_eq!(problem["type"], "/problems/capped");
        assert!(problem["detail"].as_str().unwrap().contains("2 questions"), "{problem:#}");
        assert_eq!(refused.header("retry-after"), "60");
    }
    let again = ask(&house, &key, "one").await;
    assert_eq!(again.text(), first.text(), "what was asked before is answered all the same");
    assert_eq!(ask(&house, &other, "one").await.status, StatusCode::CREATED, "each has its own");
    for number in 0..4 {
        let (session, config) = (format!("a{number}"), asking(&["payload_review"]));
        house.start(&ada, &session, &config, "{}").await;
    }
    let run = first.json()["run_id"].as_str().unwrap().to_owned();
    house.approve(&ada, &run, r#"{"approved":true}"#).await;
    let freed = ask(&house, &key, "three").await;
    assert_eq!(freed.status, StatusCode::CREATED, "the refusal left its key free");
}

#[tokio::test]
async fn what_agents_ask_at_the_same_time_counts_together() {
    let house = House::with(&[("COUNTERSIGN_AGENTS_LIMITS", "mailer=100/5")]).await;
    let ada = house.admin().await;
    let key = agent(&house, &ada, "mailer").await;

    let asked = (0..20).map(async |number| ask(&house, &key, &number.to_string()).await);
    let answers = futures::future::join_all(asked).await;

    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 5);
    // On a busy machine a database may be too slow for some, which counts for nothing.
    let over: Vec<&Answer> =
        answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).collect();
    let refused = over.first().expect("some were over the cap");
    let problem = refused.problem(429);
    assert!(problem["detail"].as_str().unwrap().contains("5 runs in an hour"), "{problem:#}");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((3_500..=3_601).contains(&wait), "{wait}");
    let open = house.get("/api/hitl/approvals/pending").by(&ada).send().await.json();
    assert_eq!(open["total"], 5);
    let (metrics, now) = (house.parts.orchestrator.metrics(), house.parts.doors.clock.now());
    let figures = metrics.look(&*house.parts.doors.census, now).await;
    let line = format!(r#"agent_starts_refused_total{{limit="per_hour"}} {}"#, over.len());
    assert!(figures.unwrap().contains(&line), "{line}");
}
