//! The people page and its forms.

use app::{
    api::access::{PersonStatus, Welcome},
    error::ApiError,
};
use domain::access::Role;
use http::{StatusCode, header};

use crate::{
    browser::{send, visit},
    fake::{Fake, person},
};

const LEE: &str = "00000000-0000-0000-0000-000000000002";

fn fake() -> Fake {
    Fake {
        people: vec![
            person(1, "Mara", PersonStatus::Active),
            person(2, "Lee", PersonStatus::Invited),
            person(3, "Rosa", PersonStatus::Disabled),
        ],
        welcome: Some(Welcome {
            name: "Lee".into(),
            email: "lee@example.org".into(),
            first: false,
        }),
        ..Fake::default()
    }
}

#[tokio::test]
async fn admins_see_everybody_and_change_all_but_themselves() {
    let answer = visit(&fake(), Some(Role::Admin), "/people", "").await;

    answer.has("3 people").has("1 invitation open").has("Invite a person").has(" · you");
    let body = answer.body();
    assert_eq!(body.matches("action=\"/ui/set_role\"").count(), 2, "{body}");
    assert!(
        body.contains(">New link<") && body.contains(">Withdraw<") && body.contains(">Enable<")
    );
    assert!(!body.contains("value=\"00000000-0000-0000-0000-000000000001\""), "{body}");
}

#[tokio::test]
async fn others_do_not_see_the_people() {
    let answer = visit(&fake(), Some(Role::Reviewer), "/people", "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.lacks("lee@example.org");
}

#[tokio::test]
async fn a_fresh_link_is_shown_once_and_stands_in_no_address() {
    let form = "name=Lee&email=lee%40example.org&role=viewer";
    let sent = send(&fake(), Some(Role::Admin), "/ui/invite", form).await;

    assert_eq!(sent.status, StatusCode::FOUND);
    assert_eq!(sent.header(header::LOCATION), "/people?notice=invited");
    let cookie = sent.header(header::SET_COOKIE);
    for part in ["HttpOnly", "SameSite=Strict", "Path=/people", "Secure", "Max-Age=60"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!sent.html.contains("secret-token"), "{}", sent.html);

    let pair = cookie.split(';').next().unwrap();
    let shown = visit(&fake(), Some(Role::Admin), "/people?notice=invited", pair).await;
    shown.has("https://sign.example.org/welcome/secret-token").has("A link for lee@example.org");
    assert!(shown.header(header::SET_COOKIE).starts_with("fresh_link=;"));

    let again = visit(&fake(), Some(Role::Admin), "/people?notice=invited", "").await;
    again.lacks("secret-token").has("Invited.");
}

#[tokio::test]
async fn a_planted_link_is_not_shown() {
    for planted in [
        format!("{LEE}~1772625600~https://evil.example/welcome/other"),
        "00000000-0000-0000-0000-000000000001~1772625600~https://evil.example/welcome/secret-token"
            .into(),
        "nonsense".into(),
    ] {
        let cookie = format!("fresh_link={planted}");
        let answer = visit(&fake(), Some(Role::Admin), "/people", &cookie).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.lacks("evil.example");
    }
}

#[tokio::test]
async fn forms_do_what_they_say_and_report_it() {
    for (address, form, asked, code) in [
        ("/ui/set_role", "role=admin", "set_role admin", "role"),
        ("/ui/set_disabled", "disabled=true", "set_disabled true", "disabled"),
        ("/ui/set_disabled", "disabled=false", "set_disabled false", "enabled"),
        ("/ui/reset_person", "", "reset", "link"),
    ] {
        let fake = fake();
        let form = format!("person={LEE}&{form}");
        let answer = send(&fake, Some(Role::Admin), address, &form).await;

        assert_eq!(answer.header(header::LOCATION), format!("/people?notice={code}"));
        assert_eq!(*fake.asked.lock().unwrap(), [asked]);
    }
}

#[tokio::test]
async fn a_refused_form_leads_to_fixed_words_and_never_to_the_page_that_sent_it() {
    let last = Fake { failure: Some(ApiError::NotPossible("the last admin".into())), ..fake() };
    for (fake, role, form, location) in [
        (
            &last,
            Some(Role::Admin),
            format!("person={LEE}&role=viewer"),
            "/people?notice=not-possible",
        ),
        (
            &fake(),
            Some(Role::Reviewer),
            format!("person={LEE}&role=viewer"),
            "/people?notice=forbidden",
        ),
        (&fake(), Some(Role::Admin), "person=x&role=viewer".into(), "/people?notice=unknown"),
        (&fake(), Some(Role::Admin), String::new(), "/people?notice=unknown"),
        (&fake(), Some(Role::Admin), format!("person={LEE}&role=king"), "/people?notice=invalid"),
        (&fake(), None, format!("person={LEE}&role=viewer"), "/sign-in?next=/people"),
    ] {
        let answer = send(fake, role, "/ui/set_role", &form).await;

        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(answer.header(header::LOCATION), location);
    }
    let page = visit(&last, Some(Role::Admin), "/people?notice=%3Cscript%3E", "").await;
    page.lacks("<script>alert");
}
