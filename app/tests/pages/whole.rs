//! What holds on every page.

use app::{App, api::session::in_query, error::ApiError};
use domain::access::Role;
use http::{StatusCode, header};

use crate::{
    browser::{send, visit},
    fake::{Fake, provider, ticket},
    fake_threads::{session, thread},
};

const SIGNED_IN: [&str; 7] =
    ["/inbox", "/keys", "/sessions", SESSION, "/runs", "/runs/new", "/people"];
const SESSION: &str = "/sessions/00000000-0000-0000-0000-000000000001?id=s1";

fn filled() -> Fake {
    Fake {
        tickets: vec![ticket(1, "Crop it")],
        providers: vec![provider("image")],
        sessions: vec![session(1, "s1")],
        thread: Some(thread()),
        ..Fake::default()
    }
}

#[tokio::test]
async fn every_route_is_listed_once() {
    let mut routes: Vec<String> =
        leptos_axum::generate_route_list(App).iter().map(|route| route.path().to_owned()).collect();
    routes.sort();

    assert_eq!(
        routes,
        [
            "/",
            "/inbox",
            "/keys",
            "/people",
            "/runs",
            "/runs/new",
            "/runs/{id}",
            "/sessions",
            "/sessions/{owner}",
            "/sign-in",
            "/welcome/{token}"
        ]
    );
}

#[tokio::test]
async fn a_page_leads_to_the_sign_in_and_back() {
    for page in SIGNED_IN {
        let answer = visit(&filled(), None, page, "").await;

        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page}");
        let next = format!("/sign-in?next={}", in_query(page));
        assert_eq!(answer.header(header::LOCATION), next);
        answer.lacks("Crop it").lacks("class=\"rail\"");
    }
    let answer = visit(&filled(), None, "/runs?status=failed", "").await;
    assert_eq!(answer.header(header::LOCATION), "/sign-in?next=/runs%3Fstatus%3Dfailed");
}

#[tokio::test]
async fn each_page_has_one_heading_one_main_part_and_nothing_inline() {
    for page in SIGNED_IN.into_iter().chain(["/sign-in", "/welcome/secret-token", "/nowhere"]) {
        let gate = !SIGNED_IN.contains(&page);
        let answer = visit(&filled(), (!gate).then_some(Role::Admin), page, "").await;

        assert_eq!(answer.html.matches("<h1").count(), 1, "{page}: {}", answer.body());
        assert_eq!(answer.html.matches("<main").count(), 1, "{page}");
        answer.lacks(" style=").lacks(" onclick=").lacks("<style");
        let scripts = answer.html.matches("<script").count();
        assert_eq!(answer.html.matches(" nonce=\"").count(), scripts, "{page}");
        assert!(answer.html.contains(" · Countersign</title>"), "{page}");
    }
}

#[tokio::test]
async fn scripts_carry_the_nonce_that_the_server_gave() {
    let answer = visit(&filled(), Some(Role::Viewer), "/inbox", "").await;

    answer.has("type=\"module\" nonce=\"n0nce\"").has("<script nonce=\"n0nce\">");
}

#[tokio::test]
async fn the_chosen_colours_are_painted_by_the_server() {
    let dark = visit(&filled(), Some(Role::Viewer), "/inbox", "a=b; theme=dark").await;
    dark.has("data-theme=\"dark\"").has("content=\"dark\"");

    let odd = visit(&filled(), Some(Role::Viewer), "/inbox", "theme=pink").await;
    odd.lacks("data-theme").has("content=\"light dark\"");
}

#[tokio::test]
async fn a_choice_of_colours_goes_back_to_this_server_only() {
    let form = "theme=dark&back=%2Fruns%3Fstatus%3Dfailed";
    let answer = send(&filled(), Some(Role::Viewer), "/ui/set_theme", form).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.header(header::LOCATION), "/runs?status=failed");
    assert!(answer.header(header::SET_COOKIE).starts_with("theme=dark;"));

    for back in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", ""] {
        let form = format!("theme=pink&back={back}");
        let answer = send(&filled(), None, "/ui/set_theme", &form).await;
        assert_eq!(answer.header(header::LOCATION), "/inbox", "{back}");
        assert_eq!(answer.header(header::SET_COOKIE), "");
    }
}

#[tokio::test]
async fn only_what_a_role_may_do_is_offered() {
    let viewer = visit(&filled(), Some(Role::Viewer), "/inbox", "").await;
    viewer.lacks("href=\"/runs/new\"").lacks("href=\"/people\"");
    let reviewer = visit(&filled(), Some(Role::Reviewer), "/inbox", "").await;
    reviewer.has("href=\"/runs/new\"").lacks("href=\"/people\"");
    let admin = visit(&filled(), Some(Role::Admin), "/inbox", "").await;
    admin.has("href=\"/runs/new\"").has("href=\"/people\"");
}

#[tokio::test]
async fn a_failure_is_said_and_has_its_status() {
    for (failure, status) in [
        (ApiError::Unavailable, StatusCode::SERVICE_UNAVAILABLE),
        (ApiError::Internal, StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let text = failure.to_string();
        let fake = Fake { failure: Some(failure), ..filled() };
        for page in SIGNED_IN {
            let answer = visit(&fake, Some(Role::Admin), page, "").await;
            assert_eq!(answer.status, status, "{page}");
            answer.has(&text[1..]).has("Try again");
            assert_eq!(answer.html.matches("<h1").count(), 1, "{page}");
        }
    }
}

#[tokio::test]
async fn a_lost_line_is_not_told_as_a_fault_of_the_server() {
    let fake = Fake { failure: Some(ApiError::Lost), ..filled() };
    let answer = visit(&fake, Some(Role::Reviewer), "/inbox", "").await;
    answer.has("No connection. Nothing is lost.").has("Try again").lacks("went wrong");
}

#[tokio::test]
async fn an_unknown_address_is_not_found() {
    let answer = visit(&filled(), Some(Role::Admin), "/nowhere", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer.has("There is no such page");
}

#[tokio::test]
async fn the_first_page_is_the_inbox() {
    let answer = visit(&filled(), Some(Role::Viewer), "/", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/inbox");
}
