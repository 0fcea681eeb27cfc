//! The keys page and its forms.

use app::{api::keys::KeyStatus, error::ApiError};
use domain::access::{CallerKind, Role};
use http::{StatusCode, header};

use crate::{
    browser::{send, visit},
    fake::{Fake, key},
};

const KEY: &str = "00000000-0000-0000-0000-000000000002";

fn fake() -> Fake {
    Fake {
        keys: vec![
            key(1, "mailer", CallerKind::Agent, KeyStatus::Active),
            key(2, "relay", CallerKind::Person, KeyStatus::Active),
            key(3, "old", CallerKind::Person, KeyStatus::Revoked),
            key(4, "late", CallerKind::Person, KeyStatus::Expired),
        ],
        ..Fake::default()
    }
}

#[tokio::test]
async fn the_list_says_what_each_key_is_and_revokes_those_that_are_not() {
    let answer = visit(&fake(), Some(Role::Admin), "/keys", "").await;

    answer.has("2 keys in use").has("Everybody").has("csk_0a1b2c").has("Agent").has("Expired");
    let body = answer.body();
    assert_eq!(body.matches("action=\"/ui/revoke_key\"").count(), 3, "{body}");
    assert!(!body.contains("Revoke: old") && body.contains("Revoke: mailer"), "{body}");
    answer.has("An agent: asks, never decides").has("href=\"/keys\"");
}

#[tokio::test]
async fn who_has_no_keys_is_told_what_one_is_for() {
    let answer = visit(&Fake::default(), Some(Role::Viewer), "/keys", "").await;

    answer.has("There are no keys yet").has("0 keys in use").has("Your own keys");
    answer.lacks("An agent: asks, never decides").has("name=\"kind\" value=\"person\"");
}

#[tokio::test]
async fn a_fresh_secret_is_shown_once_and_stands_in_no_address() {
    let form = "name=mailer&kind=agent&expires=90&read_only=yes";
    let fake = fake();
    let sent = send(&fake, Some(Role::Admin), "/ui/make_key", form).await;

    assert_eq!(sent.status, StatusCode::FOUND);
    assert_eq!(sent.header(header::LOCATION), "/keys?notice=made");
    assert_eq!(*fake.asked.lock().unwrap(), ["make_key mailer Agent true Some(90)"]);
    let cookie = sent.header(header::SET_COOKIE);
    for part in ["HttpOnly", "SameSite=Strict", "Path=/keys", "Secure", "Max-Age=60"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!sent.html.contains("csk_secret"), "{}", sent.html);

    let pair = cookie.split(';').next().unwrap();
    let shown = visit(&fake, Some(Role::Admin), "/keys?notice=made", pair).await;
    shown.has("csk_secret").has("The key of the agent “mailer”");
    assert!(shown.header(header::SET_COOKIE).starts_with("fresh_key=;"));

    let again = visit(&fake, Some(Role::Admin), "/keys?notice=made", "").await;
    again.lacks("csk_secret").has("not shown again");
}

#[tokio::test]
async fn a_planted_secret_is_not_shown() {
    let answer = visit(&fake(), Some(Role::Admin), "/keys", "fresh_key=csk_planted").await;

    assert_eq!(answer.status, StatusCode::OK);
    answer.lacks("csk_planted");
}

#[tokio::test]
async fn a_refused_form_leads_to_fixed_words() {
    let full = Fake { failure: Some(ApiError::NotPossible("full".into())), ..fake() };
    for (fake, role, address, form, location) in [
        (
            &fake(),
            Some(Role::Viewer),
            "/ui/make_key",
            "name=a&kind=agent",
            "/keys?notice=forbidden",
        ),
        (
            &full,
            Some(Role::Admin),
            "/ui/make_key",
            "name=a&kind=agent",
            "/keys?notice=not-possible",
        ),
        (&fake(), Some(Role::Admin), "/ui/make_key", "name=a&kind=king", "/keys?notice=invalid"),
        (&fake(), Some(Role::Admin), "/ui/make_key", "", "/keys?notice=invalid"),
        (
            &fake(),
            Some(Role::Admin),
            "/ui/make_key",
            "name=a&kind=person&expires=x",
            "/keys?notice=invalid",
        ),
        (&fake(), Some(Role::Viewer), "/ui/revoke_key", "key=x", "/keys?notice=unknown"),
        (&fake(), None, "/ui/revoke_key", "key=x", "/sign-in?next=/keys"),
    ] {
        let answer = send(fake, role, address, form).await;
        assert_eq!(answer.header(header::LOCATION), location, "{address} {form}");
    }
    let revoked = send(&fake(), Some(Role::Viewer), "/ui/revoke_key", &format!("key={KEY}")).await;
    assert_eq!(revoked.header(header::LOCATION), "/keys?notice=revoked");
}
