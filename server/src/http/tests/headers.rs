use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LAST_MODIFIED, LOCATION};

use super::*;

#[tokio::test]
async fn every_answer_says_what_the_browser_may_do() {
    let fixture = Fixture::https().await;

    for path in ["/api/whoami", "/api/panic", "/nowhere", "/api/nowhere"] {
        let answer = fixture.send(get_request(path)).await;

        let policy = answer.header("content-security-policy");
        let nonce = nonce_of(policy);
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
                 style-src 'self' 'nonce-{nonce}'; img-src 'self' blob:; connect-src 'self' \
                 wss://sign.example.org; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
                 form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
            )
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-request-id").len(), 36);
    }
}

#[tokio::test]
async fn each_answer_has_a_nonce_of_its_own() {
    let fixture = Fixture::https().await;

    let one = fixture.send(get_request("/api/whoami")).await;
    let two = fixture.send(get_request("/api/whoami")).await;

    let nonces = [&one, &two].map(|a| nonce_of(a.header("content-security-policy")).to_owned());
    assert_eq!(nonces[0].len(), 32);
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn plain_http_has_no_strict_transport_and_sockets_without_tls() {
    let fixture = Fixture::at("http://127.0.0.1:3000").await;

    let answer = fixture.send(get_request("/api/whoami")).await;

    assert_eq!(answer.header("strict-transport-security"), "");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' ws://127.0.0.1:3000;"), "{policy}");
}

#[tokio::test]
async fn files_of_the_site_are_asked_for_again_and_everything_else_is_never_kept() {
    let date = "Tue, 14 Nov 2023 22:13:20 GMT";
    let cases = [
        (vec![(CONTENT_TYPE, "text/css"), (LAST_MODIFIED, date)], "no-cache"),
        (vec![(CONTENT_TYPE, "text/html; charset=utf-8"), (LAST_MODIFIED, date)], "no-store"),
        (vec![(CONTENT_TYPE, "application/json")], "no-store"),
        (
            vec![(CACHE_CONTROL, "private, max-age=60"), (LAST_MODIFIED, date)],
            "private, max-age=60",
        ),
    ];

    for (headers, caching) in cases {
        let answer = answered(headers).await;
        assert_eq!(answer.header("cache-control"), caching);
    }
}

#[tokio::test]
async fn a_handler_may_be_stricter_with_what_it_serves() {
    let strict = "sandbox; default-src 'none'";

    let answer = answered(vec![(CONTENT_SECURITY_POLICY, strict)]).await;

    assert_eq!(answer.header("content-security-policy"), strict);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn no_redirect_leaves_this_site() {
    for (target, kept) in [
        ("/runs?x=1", "/runs?x=1"),
        ("https://sign.example.org/runs?x=1", "/runs?x=1"),
        ("http://localhost:3000/runs", "/runs"),
        ("https://evil.example/runs", "/"),
        ("//evil.example/runs", "/"),
        ("/\\evil.example", "/"),
        ("https://sign.example.org@evil.example/", "/"),
        ("https://sign.example.org:8443/", "/"),
        ("https://sign.example.org//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("ftp://sign.example.org/x", "/"),
        ("", "/"),
    ] {
        let answer = answered(vec![(LOCATION, target)]).await;
        assert_eq!(answer.header("location"), kept, "{target}");
    }
}

/// The answer to a request for a route that answers with these headers.
async fn answered(headers: Vec<(http::HeaderName, &'static str)>) -> Answer {
    let fixture = Fixture::https().await;
    let mut answer = HeaderMap::new();
    for (name, value) in headers {
        answer.insert(name, value.parse().unwrap());
    }
    let router = Router::new().route("/x", get(move || async move { answer.into_response() }));
    let mut request = get_request("/x");
    request.headers_mut().insert("host", "localhost:3000".parse().unwrap());
    Answer::of(guarded(router, &fixture.doors).oneshot(request).await.unwrap()).await
}

pub(super) fn nonce_of(policy: &str) -> &str {
    policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0
}
