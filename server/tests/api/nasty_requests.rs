//! Hostile addresses, headers and schemas.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;

use crate::{house::House, support::asking};

#[tokio::test]
async fn an_id_in_another_form_is_the_same_or_none_and_a_cursor_leads_nowhere_else() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let ticket = ticket["approval_id"].as_str().unwrap();
    let forms = |id: &str| {
        [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("%7B{id}%7D"),
            format!("urn:uuid:{id}"),
            format!("{id}0"),
            format!("{id}%00"),
            format!("%20{id}"),
            id[1..].to_owned(),
            "00000000-0000-0000-0000-000000000000".to_owned(),
            "-1".to_owned(),
            "..%2f..".to_owned(),
        ]
    };
    for (before, id, after, name) in [
        ("/api/hitl/run/", run.as_str(), "/status", "run_id"),
        ("/api/hitl/approvals/", ticket, "", "approval_id"),
        ("/api/hitl/jobs/", &run, "", "job_id"),
    ] {
        for form in forms(id) {
            let answer = house.get(&format!("{before}{form}{after}")).by(&ada).send().await;
            match answer.status.as_u16() {
                200 => assert_eq!(answer.json()[name], id, "{form}"),
                status => assert!((400..500).contains(&status), "{form}: {status}"),
            }
        }
    }
    let real = house.get("/api/hitl/runs?limit=1").by(&ada).send().await.json();
    for list in ["/api/hitl/runs", "/api/hitl/approvals/pending", "/api/hitl/sessions/s/messages"] {
        for cursor in
            ["", "~", "0~0", "-1~x", "9999999999999999999~x", "%00", "a".repeat(4_000).as_str()]
        {
            let answer = house.get(&format!("{list}?cursor={cursor}")).by(&ada).send().await;
            assert!(answer.status.as_u16() < 500, "{list} {cursor:.40}: {}", answer.text());
        }
        for wrong in ["limit=-1", "limit=0", "limit=1e9", "limit=99999999999999999999", "page=-1"] {
            let answer = house.get(&format!("{list}?{wrong}")).by(&ada).send().await;
            assert!(matches!(answer.status.as_u16(), 400 | 422), "{list} {wrong}");
        }
    }
    assert_eq!(real["total"], 1);
}

#[tokio::test]
async fn headers_that_are_doubled_or_mean_another_method_do_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    let status = format!("/api/hitl/run/{run}/status");
    for name in ["x-http-method-override", "x-http-method", "x-method-override", "_method"] {
        let get = house.get(&status).by(&ada).header(name, "DELETE").send().await;
        assert_eq!(get.status.as_u16(), 200);
        let post = house.post(&format!("/api/hitl/run/{run}")).by(&ada).header(name, "DELETE");
        assert_eq!(post.send().await.status.as_u16(), 405);
    }
    let ask = |method: Method| {
        house.ask(method, &status).by(&ada).header("sec-fetch-site", "same-origin")
    };
    assert_eq!(ask(Method::HEAD).send().await.bytes, b"");
    for method in [Method::TRACE, Method::OPTIONS, Method::CONNECT, Method::PATCH] {
        let answer = ask(method.clone()).send().await;
        assert_eq!(answer.status.as_u16(), 405, "{method}");
    }
    let path = format!("/api/hitl/run/{run}/approve");
    let long = "k".repeat(256);
    for (name, one, other) in [
        ("idempotency-key", "a", Some("b")),
        ("idempotency-key", "", None),
        ("idempotency-key", "schl\u{fc}ssel", None),
        ("idempotency-key", "a b", None),
        ("idempotency-key", &long, None),
        ("content-encoding", "gzip", None),
        ("content-encoding", "identity", Some("gzip")),
        ("content-type", "text/plain", Some("application/json")),
        ("content-type", "application/json; charset=utf-16", None),
        ("content-type", "text/plain", None),
    ] {
        let mut asking = house.post(&path).by(&ada).header(name, one);
        if let Some(other) = other {
            asking = asking.header(name, other);
        }
        let answer = asking.json(r#"{"approved":true}"#).await;
        assert!(
            (400..500).contains(&answer.status.as_u16()),
            "{name} {one:.20}: {}",
            answer.status
        );
    }
    assert_eq!(house.status(&ada, &run).await["status"], "awaiting_human", "nothing moved");
}

#[tokio::test]
async fn a_hostile_schema_fetches_nothing_and_comes_to_an_end() {
    let house = House::open().await;
    let ada = house.admin().await;
    let many: Vec<_> = (0..1_000).map(|number| json!({"const": number})).collect();
    let ands = (0..60).fold(json!({}), |inner, _| json!({"allOf": [inner]}));
    let s = "a".repeat(60) + "!";
    for schema in [
        json!({"$ref": "#"}),
        json!({"properties": {"s": {"$ref": "#"}}}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
        json!({"$ref": "http://127.0.0.1:9/x"}),
        json!({"$ref": "file:///etc/passwd"}),
        json!({"$schema": "http://127.0.0.1:9/schema"}),
        json!({"$id": "http://127.0.0.1:9/", "$ref": "other"}),
        json!({"properties": {"s": {"oneOf": many}}}),
        json!({"properties": {"s": {"pattern": "^(a+)+$"}}}),
        json!({"properties": {"s": {"pattern": "(?=(a+)+b)"}}}),
        json!({"properties": {"s": {"pattern": "(((((a{1,99}){1,99}){1,99}){1,99}){1,99})"}}}),
        json!({"patternProperties": {"^(.*)*s$": {"type": "number"}}}),
        ands,
    ] {
        let begun = Instant::now();
        let body = json!({"action": "a", "arguments": {"s": s}, "schema": schema}).to_string();
        let asked = house.post("/api/hitl/approvals").by(&ada).json(body).await;
        assert!(matches!(asked.status.as_u16(), 201 | 422), "{:.200}: {}", schema, asked.text());
        assert!(!asked.text().contains("root:"), "a file was read");
        assert!(begun.elapsed() < Duration::from_secs(15), "{:.200}", schema);
    }
}
