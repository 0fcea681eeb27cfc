use serde::Deserialize;
use serde_json::value::RawValue;

use super::*;
use crate::http::{JsonBody, body::read};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read from JSON")]
struct Order {
    name: String,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    exact: Option<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read from JSON")]
struct Item {
    count: u32,
}

async fn send(kind: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let fixture = Fixture::https().await;
    let take = async |JsonBody(order): JsonBody<Order>| {
        order.exact.map_or(order.name, |exact| exact.get().to_owned())
    };
    let router = Router::new().route("/api/order", axum::routing::post(take));
    let mut request = Request::post("/api/order").header("sec-fetch-site", "same-origin");
    for (name, value) in kind {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).unwrap();
    Answer::of(guarded(ordinary(router), &fixture.doors).oneshot(request).await.unwrap()).await
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

#[tokio::test]
async fn json_in_utf8_is_read_and_digits_stay_as_they_are() {
    for kind in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
    ] {
        let answer = send(&[("content-type", kind)], r#"{"name":"ana"}"#).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "ana"), "{kind}");
    }
    let exact = send(JSON, r#"{"name":"ana","exact":{"a":1.10,"b":123456789012345678901}}"#).await;
    assert_eq!(exact.text, r#"{"a":1.10,"b":123456789012345678901}"#);
}

#[tokio::test]
async fn another_content_type_charset_or_encoding_is_415() {
    for kind in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/jsonp")],
        &[("content-type", "application/json; charset=iso-8859-1")],
        &[("content-type", "application/json"), ("content-encoding", "gzip")],
    ] {
        let answer = send(kind, r#"{"name":"ana"}"#).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind:?}");
        assert_eq!(answer.problem()["type"], "/problems/wrong-type");
    }
}

#[tokio::test]
async fn what_can_be_understood_in_two_ways_is_422_with_a_pointer() {
    for (body, path) in [
        (r#"{"name":"a","name":"b"}"#, "/name"),
        (r#"{"name":"a\u0000b"}"#, "/name"),
        (r#"{"name":"\ud800"}"#, "/name"),
        (r#"{"name":"a","exact":1e400}"#, "/exact"),
        (r#"{"name":"a","exact":[0,11111111111111111111111111111111111111111]}"#, "/exact/1"),
        (r#"{"name":"a","other":1}"#, ""),
        (r#"{"name":"a","items":[{"count":1},{"count":-1}]}"#, "/items/1/count"),
        (r#"{"name":"a","items":[{"count":1,"x":0}]}"#, "/items/0"),
        (r#"{"name":1}"#, "/name"),
        ("{}", ""),
        ("", ""),
        ("null", ""),
        ("[]", ""),
        ("\u{feff}{\"name\":\"a\"}", ""),
        (r#"{"name":"a",}"#, ""),
        (r#"{"name":"a"} x"#, ""),
        ("{\"name\":/* c */\"a\"}", ""),
        (r#"{"name":NaN}"#, ""),
    ] {
        let answer = send(JSON, body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text);
        let at = &answer.problem()["errors"][0]["path"];
        assert!(at.as_str().unwrap().starts_with(path), "{body}: {at}");
        assert!(path.is_empty() || at == path || body.contains("\"x\""), "{body}: {at}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf8_are_422() {
    let answer = send(JSON, &b"{\"name\":\"\xff\"}"[..]).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.problem()["errors"][0]["message"], "the body is not UTF-8");
}

#[tokio::test]
async fn depth_and_size_are_limited() {
    let deep = format!(r#"{{"name":"a","exact":{}1{}}}"#, "[".repeat(65), "]".repeat(65));
    let far_too_deep = format!(r#"{{"name":"a","exact":{}"#, "[".repeat(20_000));
    let wide = format!(r#"{{"name":"a","exact":[{}0]}}"#, "0,".repeat(10_001));
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1024 * 1024));

    for body in [deep, far_too_deep, wide] {
        assert_eq!(send(JSON, body).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(send(JSON, large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn an_unknown_field_is_named() {
    let refusal = read::<Order>(r#"{"name":"a","approved_by":"me"}"#).unwrap_err();

    assert!(refusal.to_string().contains("approved_by"), "{refusal}");
}
