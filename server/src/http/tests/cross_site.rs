use super::*;

/// Sends a request that changes something, with these headers.
async fn act(fixture: &Fixture, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/api/act").header(COOKIE, fixture.cookie());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    fixture.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn what_changes_something_must_come_from_this_site() {
    let fixture = Fixture::https().await;

    for allowed in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://other.example")],
        &[("origin", HTTPS)],
        &[("authorization", "Bearer x")],
    ] {
        assert_eq!(act(&fixture, allowed).await.status, StatusCode::OK, "{allowed:?}");
    }
    for refused in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "Same-Origin")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site"), ("origin", HTTPS)],
        &[("sec-fetch-site", "cross-site"), ("authorization", "Bearer x")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://other.example")],
        &[("origin", "http://sign.example.org")],
        &[("origin", "https://sign.example.org:8443")],
        &[("origin", "https://sub.sign.example.org")],
        &[("origin", "https://sign.example.org.evil.example")],
        &[("origin", "null")],
        &[("origin", "null"), ("authorization", "Bearer x")],
        &[("origin", HTTPS), ("origin", "https://other.example")],
        &[("referer", "https://sign.example.org/")],
        &[("content-type", "text/plain")],
        &[("x-http-method-override", "GET")],
    ] {
        let answer = act(&fixture, refused).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{refused:?}");
        assert_eq!(answer.problem()["type"], "/problems/forbidden");
    }
}

#[tokio::test]
async fn every_method_but_get_head_and_options_is_checked() {
    let fixture = Fixture::https().await;

    for (method, refused) in [
        ("GET", false),
        ("HEAD", false),
        ("OPTIONS", false),
        ("POST", true),
        ("PUT", true),
        ("PATCH", true),
        ("DELETE", true),
        ("TRACE", true),
        ("FROB", true),
    ] {
        let request = Request::builder().method(method).uri("/api/act");
        let answer = fixture.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status == StatusCode::FORBIDDEN, refused, "{method} {}", answer.status);
    }
}

#[tokio::test]
async fn routes_that_are_not_there_are_guarded_like_others() {
    let fixture = Fixture::https().await;
    let post = |site: &str| {
        let request = Request::post("/nowhere").header("sec-fetch-site", site);
        fixture.send(request.body(Body::empty()).unwrap())
    };

    assert_eq!(post("cross-site").await.status, StatusCode::FORBIDDEN);
    assert_eq!(post("same-origin").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_origin_has_its_port_where_the_public_address_has_one() {
    let fixture = Fixture::at("http://127.0.0.1:3000").await;

    let right = act(&fixture, &[("origin", "http://127.0.0.1:3000")]).await;
    let wrong = act(&fixture, &[("origin", "http://127.0.0.1:3001")]).await;

    assert_eq!((right.status, wrong.status), (StatusCode::OK, StatusCode::FORBIDDEN));
}
