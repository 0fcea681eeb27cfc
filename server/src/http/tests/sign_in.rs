use super::*;

#[tokio::test]
async fn signing_in_sets_a_guarded_cookie_and_leads_on() {
    let fixture = Fixture::https().await;
    let form =
        [("email", "ana@example.org"), ("password", PASSWORD), ("next", "/runs/1?tab=files")];

    let answer = fixture.post_form("/api/auth/sign-in", &form, None).await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/runs/1?tab=files");
    let cookie = answer.header("set-cookie");
    let (value, rest) = cookie.split_once(';').unwrap();
    assert_eq!(value.len(), "__Host-countersign=".len() + 64);
    assert_eq!(rest, " Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure");
    let mut request = get_request("/api/whoami");
    request.headers_mut().insert(COOKIE, value.parse().unwrap());
    assert_eq!(fixture.send(request).await.text, "Ana");
}

#[tokio::test]
async fn on_plain_loopback_the_cookie_has_a_plain_name() {
    let fixture = Fixture::at("http://127.0.0.1:3000").await;
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];

    let answer = fixture.post_form("/api/auth/sign-in", &form, None).await;

    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("countersign=") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn a_failed_sign_in_leads_back_with_a_code_and_repeats_nothing_that_was_typed() {
    let fixture = Fixture::https().await;

    for email in ["ana@example.org", "nobody@example.org"] {
        let form = [("email", email), ("password", "a wrong password"), ("next", "/runs?x=1")];
        let answer = fixture.post_form("/api/auth/sign-in", &form, None).await;

        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/sign-in?error=mismatch&next=%2Fruns%3Fx%3D1");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn too_many_failures_lead_back_with_their_code() {
    let fixture = Fixture::https().await;
    let form = [("email", "ana@example.org"), ("password", "a wrong password")];

    for _ in 0..5 {
        fixture.post_form("/api/auth/sign-in", &form, None).await;
    }
    let sixth = fixture.post_form("/api/auth/sign-in", &form, None).await;

    assert_eq!(sixth.header("location"), "/sign-in?error=wait&next=%2F");
}

#[tokio::test]
async fn a_foreign_next_leads_home() {
    let fixture = Fixture::https().await;

    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nx: y", "runs"]
    {
        let form = [("email", "ana@example.org"), ("password", PASSWORD), ("next", next)];
        let answer = fixture.post_form("/api/auth/sign-in", &form, None).await;
        assert_eq!(answer.header("location"), "/", "{next:?}");
    }
}

#[tokio::test]
async fn a_session_that_was_planted_before_signing_in_ends() {
    let fixture = Fixture::https().await;
    let planted = fixture.cookie();
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];

    let answer = fixture.post_form("/api/auth/sign-in", &form, Some(&planted)).await;

    assert!(!answer.header("set-cookie").contains(&fixture.token.0));
    assert_eq!(whoami(&fixture, &planted).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_empties_the_browser() {
    let fixture = Fixture::https().await;
    let cookie = fixture.cookie();

    let answer = fixture.post_form("/api/auth/sign-out", &[], Some(&cookie)).await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in");
    assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(
        answer.header("set-cookie"),
        "__Host-countersign=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
    );
    assert_eq!(whoami(&fixture, &cookie).await, StatusCode::UNAUTHORIZED);
    let again = fixture.post_form("/api/auth/sign-out", &[], Some(&cookie)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_out_needs_a_form_of_this_site() {
    let fixture = Fixture::https().await;
    let cookie = fixture.cookie();

    let got = fixture.send(get_request("/api/auth/sign-out")).await;
    let forged = Request::post("/api/auth/sign-out")
        .header(COOKIE, &cookie)
        .header("sec-fetch-site", "cross-site");
    let forged = fixture.send(forged.body(Body::empty()).unwrap()).await;

    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(whoami(&fixture, &cookie).await, StatusCode::OK);
}

#[tokio::test]
async fn a_one_time_link_signs_in_once_and_then_leads_to_the_page_that_says_it_is_dead() {
    let fixture = Fixture::https().await;
    let path = welcome_path(&fixture).await;
    let form = [("name", "Bo"), ("password", "a good long password")];

    let looked = fixture.send(get_request(&path)).await;
    let short = [("name", "Bo"), ("password", "short")];
    let refused = fixture.post_form(&path, &short, None).await;
    let used = fixture.post_form(&path, &form, None).await;
    let again = fixture.post_form(&path, &form, None).await;

    assert_eq!(looked.status, StatusCode::METHOD_NOT_ALLOWED);
    let back = path.strip_prefix("/api/auth").unwrap();
    assert_eq!(refused.header("location"), format!("{back}?error=password"));
    assert_eq!(used.header("location"), "/");
    let cookie = used.header("set-cookie").split(';').next().unwrap();
    assert_eq!(whoami(&fixture, cookie).await, StatusCode::OK);
    assert_eq!(again.header("location"), back);
    assert_eq!(again.header("set-cookie"), "");
}

#[tokio::test]
async fn a_link_that_cannot_be_ours_gets_into_no_address() {
    let fixture = Fixture::https().await;
    let form = [("name", "Bo"), ("password", "short")];

    let used = fixture.first_link.rsplit('/').next().unwrap();
    for (link, shown) in
        [(used, used), ("x%0d%0aset-cookie:a", "unknown"), ("%2F%2Fevil.example", "unknown")]
    {
        let answer = fixture.post_form(&format!("/api/auth/welcome/{link}"), &form, None).await;
        assert_eq!(answer.header("location"), format!("/welcome/{shown}"));
    }
}

#[tokio::test]
async fn a_form_with_a_field_too_many_or_of_another_type_is_refused() {
    let fixture = Fixture::https().await;
    let form = [("email", "ana@example.org"), ("password", PASSWORD), ("role", "admin")];

    let unknown = fixture.post_form("/api/auth/sign-in", &form, None).await;
    let json = Request::post("/api/auth/sign-in")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json");
    let json = fixture.send(json.body(Body::from("{}")).unwrap()).await;

    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.problem()["type"], "/problems/invalid");
    assert_eq!(json.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn with_a_full_disk_the_sign_in_page_says_that_it_failed() {
    let fixture = Fixture::https().await;
    fixture.memory.full.store(true, std::sync::atomic::Ordering::Relaxed);
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];

    let answer = fixture.post_form("/api/auth/sign-in", &form, None).await;

    assert_eq!(answer.header("location"), "/sign-in?error=failed&next=%2F");
}

async fn whoami(fixture: &Fixture, cookie: &str) -> StatusCode {
    let mut request = get_request("/api/whoami");
    request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
    fixture.send(request).await.status
}

/// The path that an invited viewer's form goes to.
async fn welcome_path(fixture: &Fixture) -> String {
    use domain::access::Role;
    let accounts = &fixture.doors.accounts;
    let admin = accounts.caller(&fixture.token).await.unwrap().unwrap();
    let link =
        accounts.invite(&admin, "Bo", "bo@example.org", Role::Viewer, None).await.unwrap().answer;
    format!("/api/auth/welcome/{}", link.url.rsplit('/').next().unwrap())
}
