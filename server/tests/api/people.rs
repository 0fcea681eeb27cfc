//! Accounts as programs use them.

use domain::access::Role;
use http::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, PASSWORD, Person, pointer};

async fn put(house: &House, by: &Person, path: &str, body: Value) -> Answer {
    let ask = house.ask(Method::PUT, path).header("sec-fetch-site", "same-origin");
    ask.by(by).json(body.to_string()).await
}

#[tokio::test]
async fn a_program_signs_in_looks_who_it_is_and_signs_out() {
    let house = House::open().await;
    let ada = house.admin().await;
    let sign_in = async |password: &str| {
        let body = json!({"email": "ada@example.org", "password": password}).to_string();
        house.post("/api/auth/session").json(body).await
    };
    sign_in("wrong").await.problem(403);
    let signed = sign_in(PASSWORD).await;
    assert_eq!(signed.status.as_u16(), 200, "{}", signed.text());
    let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
    let who = house.get("/api/auth/session").header("cookie", &cookie).send().await.json();
    assert_eq!(who["person_id"], ada.caller.person.to_string());
    assert_eq!(who["role"], "admin");
    let out = house.ask(Method::DELETE, "/api/auth/session").header("cookie", &cookie);
    let out = out.header("sec-fetch-site", "same-origin").send().await;
    assert_eq!(out.status.as_u16(), 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    house.get("/api/auth/session").header("cookie", &cookie).send().await.problem(401);
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let house = House::open().await;
    house.admin().await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    let ask = house.ask(Method::POST, "/api/auth/session").header("sec-fetch-site", "cross-site");
    ask.json(body).await.problem(403);
}

#[tokio::test]
async fn admins_manage_people_and_nobody_else_does() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    let person = rudi.caller.person;
    let role = format!("/api/auth/people/{person}/role");
    let disabled = format!("/api/auth/people/{person}/disabled");
    let reset = format!("/api/auth/people/{person}/reset");
    let bo = json!({"name": "Bo", "email": "bo@example.org", "role": "viewer"}).to_string();

    house.get("/api/auth/people").by(&rudi).send().await.problem(403);
    house.post("/api/auth/people").by(&rudi).json(bo.clone()).await.problem(403);
    put(&house, &rudi, &role, json!({"role": "admin"})).await.problem(403);
    put(&house, &rudi, &disabled, json!({"disabled": true})).await.problem(403);
    house.post(&reset).by(&rudi).send().await.problem(403);

    let people = house.get("/api/auth/people").by(&ada).send().await.json();
    assert_eq!(people["total"], 2);
    assert!(!people.to_string().contains("argon2"));
    let invited = house.post("/api/auth/people").by(&ada).json(bo.clone()).await;
    assert_eq!(invited.status.as_u16(), 201, "{}", invited.text());
    house.post("/api/auth/people").by(&ada).json(bo).await.problem(409);
    assert_eq!(put(&house, &ada, &role, json!({"role": "viewer"})).await.status.as_u16(), 204);
    let who = house.get("/api/auth/session").by(&rudi).send().await.json();
    assert_eq!(who["role"], "viewer", "at once");
    assert_eq!(put(&house, &ada, &disabled, json!({"disabled": true})).await.status.as_u16(), 204);
    house.get("/api/auth/session").by(&rudi).send().await.problem(401);
    house.post(&reset).by(&ada).send().await.problem(409);
}

#[tokio::test]
async fn bad_input_about_people_is_refused_with_its_place() {
    let house = House::open().await;
    let ada = house.admin().await;
    let own = format!("/api/auth/people/{}/role", ada.caller.person);
    put(&house, &ada, &own, json!({"role": "viewer"})).await.problem(409);
    for (body, at) in [
        (json!({"name": "Bo", "email": "bo@example.org", "role": "Admin"}), "/role"),
        (json!({"name": "", "email": "bo@example.org", "role": "viewer"}), "/name"),
        (json!({"name": "Bo", "email": "bo", "role": "viewer"}), "/email"),
        (json!({"name": "Bo", "email": "b@c.org", "role": "viewer", "id": 1}), "/id"),
        (json!([]), ""),
    ] {
        let problem = house.post("/api/auth/people").by(&ada).json(body.to_string()).await;
        assert_eq!(pointer(&problem.problem(422)), at, "{body}");
    }
    let unknown = "/api/auth/people/0197a000-0000-7000-8000-000000000001/reset";
    house.post(unknown).by(&ada).send().await.problem(404);
}

#[tokio::test]
async fn the_older_routes_start_the_same_runs() {
    let house = House::with(&[]).await;
    let ada = house.admin().await;
    let input = |session: &str| crate::support::run_input(session, "hello");
    for (query, asks) in [
        ("", true),
        ("?enable_hitl=true", true),
        ("?use_hitl=false", false),
        ("?enable_hitl=false&use_hitl=false&user_id=client-7", false),
    ] {
        let body = input(&format!("s{query}")).to_string();
        let answer = house.post(&format!("/api/teams/run{query}")).by(&ada).json(body).await;
        assert_eq!(answer.status.as_u16(), 202, "{query}: {}", answer.text());
        assert_eq!(answer.json()["hitl_enabled"], asks, "{query}");
    }
    let hitl = json!({"run_input": input("h")}).to_string();
    let answer = house.post("/api/teams/run-hitl").by(&ada).json(hitl).await;
    assert_eq!(answer.json()["hitl_enabled"], true, "{}", answer.text());
    for (query, at) in [
        ("enable_hitl=true&use_hitl=false", "/use_hitl"),
        ("enable_hitl=yes", "/enable_hitl"),
        ("user_id=somebody", "/user_id"),
        ("session_id=other", "/session_id"),
        ("tenant=1", "/tenant"),
    ] {
        let body = input("s").to_string();
        let problem = house.post(&format!("/api/teams/run?{query}")).by(&ada).json(body).await;
        assert_eq!(pointer(&problem.problem(422)), at, "{query}");
    }
}
