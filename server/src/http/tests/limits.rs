use std::time::Duration;

use super::*;
use crate::http::limits::{limited, uploads};

#[tokio::test]
async fn a_body_of_a_mebibyte_is_taken_and_a_byte_more_is_not_with_or_without_its_length() {
    let fixture = Fixture::https().await;

    let fits = fixture.send(post(1024 * 1024, true)).await;
    let declared = fixture.send(post(1024 * 1024 + 1, true)).await;
    let streamed = fixture.send(post(1024 * 1024 + 1, false)).await;

    assert_eq!(fits.text, "1048576");
    for answer in [declared, streamed] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.problem()["type"], "/problems/too-large");
    }
}

#[tokio::test]
async fn an_upload_may_be_as_large_as_configured() {
    let fixture = Fixture::https().await;
    let routes = Router::new().route(
        "/api/body",
        axum::routing::post(async |body: axum::body::Bytes| body.len().to_string()),
    );
    let router = guarded(uploads(routes, 3), &fixture.doors);

    let fits = router.clone().oneshot(post(3 * 1024 * 1024, true)).await.unwrap();
    let over = router.oneshot(post(4 * 1024 * 1024, true)).await.unwrap();

    assert_eq!(fits.status(), StatusCode::OK);
    assert_eq!(over.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn long_addresses_headers_and_cookies_are_refused() {
    let fixture = Fixture::https().await;
    let with = |name: &'static str, length: usize| {
        let request = Request::get("/api/whoami").header(name, "x".repeat(length));
        fixture.send(request.body(Body::empty()).unwrap())
    };

    let address = fixture.send(get_request(&format!("/api/whoami?{}", "x".repeat(8200)))).await;

    assert_eq!(address.status, StatusCode::URI_TOO_LONG);
    assert_eq!(address.problem()["type"], "/problems/too-large");
    assert_eq!(with("x-a", 17_000).await.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(with("cookie", 4_200).await.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(with("x-a", 8_000).await.status, StatusCode::UNAUTHORIZED, "long but not too long");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended() {
    let fixture = Fixture::https().await;
    let slow = Router::new().route("/api/slow", get(std::future::pending::<&str>));
    let routes = limited(slow, 10, Duration::from_millis(20), Duration::from_secs(9));

    let answer = guarded(routes, &fixture.doors).oneshot(get_request("/api/slow")).await.unwrap();
    let answer = Answer::of(answer).await;

    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(answer.problem()["detail"], "the request took too long");
}

#[tokio::test]
async fn a_body_that_falls_silent_is_given_up() {
    let fixture = Fixture::https().await;
    let silent = futures::stream::pending::<Result<bytes::Bytes, std::io::Error>>();
    let request = Request::post("/api/body").header("sec-fetch-site", "same-origin");
    let body = axum::routing::post(async |body: axum::body::Bytes| body.len().to_string());
    let routes = Router::new().route("/api/body", body);
    let routes = limited(routes, 10, Duration::from_secs(9), Duration::from_millis(20));

    let answer = guarded(routes, &fixture.doors)
        .oneshot(request.body(Body::from_stream(silent)).unwrap())
        .await
        .unwrap();

    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_panic_answers_with_an_id_and_no_detail_and_the_next_request_is_served() {
    let fixture = Fixture::https().await;

    let answer = fixture.send(get_request("/api/panic")).await;
    let next = fixture.send(get_request("/api/whoami")).await;

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    let id = format!("urn:uuid:{}", answer.header("x-request-id"));
    assert_eq!(answer.problem()["instance"], id);
    assert_eq!(next.status, StatusCode::UNAUTHORIZED);
}

fn post(size: usize, with_length: bool) -> Request<Body> {
    let request = Request::post("/api/body").header("sec-fetch-site", "same-origin");
    let bytes = bytes::Bytes::from(vec![b'x'; size]);
    let body = if with_length {
        Body::from(bytes)
    } else {
        Body::from_stream(futures::stream::iter([Ok::<_, std::io::Error>(bytes)]))
    };
    let request = if with_length { request.header("content-length", size) } else { request };
    request.body(body).unwrap()
}
