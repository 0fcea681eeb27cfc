//! The pages that anybody may see: sign-in and the one-time link.

use app::api::access::Welcome;
use domain::access::Role;
use http::{StatusCode, header};

use crate::{browser::visit, fake::Fake};

#[tokio::test]
async fn the_sign_in_page_goes_on_to_this_server_only() {
    for (next, value) in [
        ("/runs%3Fstatus%3Dfailed", "/runs?status=failed"),
        ("//evil.example", "/inbox"),
        ("https://evil.example", "/inbox"),
    ] {
        let answer = visit(&Fake::default(), None, &format!("/sign-in?next={next}"), "").await;

        assert_eq!(answer.status, StatusCode::OK);
        answer
            .has("action=\"/api/auth/sign-in\"")
            .has(&format!("name=\"next\" value=\"{value}\""))
            .has("name=\"email\"")
            .has("name=\"password\"")
            .lacks("class=\"nav\"");
    }
}

#[tokio::test]
async fn a_failed_sign_in_is_explained_in_fixed_words() {
    for (code, text) in
        [("mismatch", "That did not match"), ("wait", "Too many tries"), ("failed", "Try again.")]
    {
        let answer = visit(&Fake::default(), None, &format!("/sign-in?error={code}"), "").await;
        answer.has(text).has("role=\"alert\"");
    }
    let odd = visit(&Fake::default(), None, "/sign-in?error=call-555-0100", "").await;
    odd.lacks("role=\"alert\"");
}

#[tokio::test]
async fn who_is_signed_in_goes_on_at_once() {
    let answer = visit(&Fake::default(), Some(Role::Viewer), "/sign-in?next=/runs", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/runs");
}

#[tokio::test]
async fn the_very_first_account_also_chooses_its_address() {
    let welcome = Welcome { name: String::new(), email: String::new(), first: true };
    let fake = Fake { welcome: Some(welcome), ..Fake::default() };

    let answer = visit(&fake, None, "/welcome/secret-token", "").await;

    answer
        .has("Set up this server")
        .has("action=\"/api/auth/welcome/secret-token\"")
        .has("type=\"email\"")
        .has("12 characters or more")
        .has("minlength=\"12\"");
}

#[tokio::test]
async fn an_invited_person_sees_who_it_is_for_and_what_was_wrong() {
    let welcome = Welcome { name: "Lee <b>".into(), email: "lee@example.org".into(), first: false };
    let fake = Fake { welcome: Some(welcome), ..Fake::default() };

    let answer = visit(&fake, None, "/welcome/secret-token?error=password", "").await;

    answer
        .has("lee@example.org")
        .has("value=\"Lee &lt;b&gt;\"")
        .has("password: use 12 characters or more.")
        .has("aria-describedby=\"password-hint password-error\"")
        .lacks("type=\"email\"");
    assert_eq!(answer.body().matches("aria-invalid").count(), 1);
}

#[tokio::test]
async fn a_link_that_does_not_work_says_what_to_do() {
    let answer = visit(&Fake::default(), None, "/welcome/used", "").await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer.has("This link does not work").has("ask an admin").lacks("<form");
}
