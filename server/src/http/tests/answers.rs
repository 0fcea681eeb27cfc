use app::error::ApiError;
use axum::response::IntoResponse as _;
use domain::{
    decision::{Action, Actor, DecisionRecord, Via},
    digest::Digest,
    id::TicketId,
    issue::Issue,
};

use super::*;
use crate::http::Problem;

async fn answer(error: ApiError) -> Answer {
    Answer::of(Problem(error).into_response()).await
}

#[tokio::test]
async fn each_error_has_its_status_and_type() {
    let text = || "why".to_owned();
    for (error, status, kind) in [
        (ApiError::NotSignedIn, 401, "/problems/not-signed-in"),
        (ApiError::Forbidden(text()), 403, "/problems/forbidden"),
        (ApiError::NotFound(text()), 404, "/problems/not-found"),
        (ApiError::Gone(text()), 410, "/problems/gone"),
        (ApiError::NotPossible(text()), 409, "/problems/not-possible"),
        (ApiError::Invalid(vec![]), 422, "/problems/invalid"),
        (ApiError::BadRequest(text()), 400, "/problems/bad-request"),
        (ApiError::TooLarge(text()), 413, "/problems/too-large"),
        (ApiError::WrongType(text()), 415, "/problems/wrong-type"),
        (ApiError::TooMany(7), 429, "/problems/too-many"),
        (ApiError::Capped { message: "enough".into(), wait: 7 }, 429, "/problems/capped"),
        (ApiError::Full, 507, "/problems/full"),
        (ApiError::Unavailable, 503, "/problems/unavailable"),
        (ApiError::Internal, 500, "about:blank"),
    ] {
        let detail = error.to_string();
        let answer = answer(error).await;
        assert_eq!(answer.status.as_u16(), status);
        let problem = answer.problem();
        assert_eq!((&problem["type"], &problem["detail"]), (&kind.into(), &detail.into()));
    }
}

#[tokio::test]
async fn a_lost_race_carries_the_decision_that_won() {
    let record = DecisionRecord {
        ticket: TicketId::from_uuid(uuid::Uuid::from_u128(7)),
        action: Action::Reject,
        by: Actor::Policy,
        via: Via::Policy,
        at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        reason: Some("too risky".to_owned()),
        proposed: Digest::of(b"a"),
        decided: Digest::of(b"a"),
        changes: vec![],
    };

    let answer = answer(ApiError::AlreadyDecided(Box::new(record))).await;

    assert_eq!(answer.status, StatusCode::CONFLICT);
    let problem = answer.problem();
    assert_eq!(problem["type"], "/problems/already-decided");
    assert_eq!(problem["decision"]["action"], "reject");
    assert_eq!(problem["decision"]["reason"], "too risky");
}

#[tokio::test]
async fn each_wrong_field_is_named_with_its_pointer() {
    let issues = vec![Issue::error("/a", "is missing"), Issue::error("/b/0", "is no number")];

    let problem = answer(ApiError::Invalid(issues)).await.problem();

    assert_eq!(
        problem["errors"],
        serde_json::json!([
            { "path": "/a", "message": "is missing" },
            { "path": "/b/0", "message": "is no number" },
        ])
    );
}

#[tokio::test]
async fn who_comes_too_often_or_too_early_is_told_when_to_come_again() {
    assert_eq!(answer(ApiError::TooMany(61)).await.header("retry-after"), "61");
    assert_eq!(answer(ApiError::Unavailable).await.header("retry-after"), "5");
    assert_ne!(answer(ApiError::NotSignedIn).await.header("www-authenticate"), "");
}

#[tokio::test]
async fn refusals_of_the_framework_are_problem_documents_too() {
    let fixture = Fixture::https().await;

    let nowhere = fixture.send(get_request("/api/nowhere")).await;
    let method = fixture.send(get_request("/api/act")).await;
    let path = fixture.send(get_request("/api/number/300")).await;

    assert_eq!(nowhere.problem()["type"], "/problems/not-found");
    assert_eq!(method.problem()["status"], 405);
    assert_eq!(method.header("allow"), "POST");
    assert_eq!(path.problem()["status"], 400);
    assert!(!path.text.contains("u8"), "{}", path.text);
}

#[tokio::test]
async fn a_request_without_or_with_a_foreign_session_is_nobodys() {
    let fixture = Fixture::https().await;
    let whoami = |cookie: String, more: Option<(&'static str, &'static str)>| {
        let mut request = Request::get("/api/whoami").header(COOKIE, cookie);
        if let Some((name, value)) = more {
            request = request.header(name, value);
        }
        fixture.send(request.body(Body::empty()).unwrap())
    };
    let (right, secret) = (fixture.cookie(), &fixture.token.0);

    assert_eq!(whoami(right.clone(), None).await.text, "Ana");
    assert_eq!(whoami(format!("a=b; {right}; c=d"), None).await.text, "Ana");
    for (cookie, more) in [
        (String::new(), None),
        (format!("countersign={secret}"), None),
        (format!("x__Host-countersign={secret}"), None),
        (format!("__Host-countersign2={secret}"), None),
        (format!("{right}; __Host-countersign=other"), None),
        (right.clone(), Some(("authorization", "x"))),
        (String::new(), Some(("x-forwarded-for", "127.0.0.1"))),
        (String::new(), Some(("x-tenant-id", "1"))),
    ] {
        let answer = whoami(cookie.clone(), more).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{cookie} {more:?}");
        assert_eq!(answer.problem()["type"], "/problems/not-signed-in");
    }
    let in_query = fixture.send(get_request(&format!("/api/whoami?token={secret}"))).await;
    assert_eq!(in_query.status, StatusCode::UNAUTHORIZED);
}
