//! The list of runs.

use domain::{
    access::Role,
    state::{EndReason, Status},
};

use crate::{
    browser::visit,
    fake::{Fake, run},
};

#[tokio::test]
async fn a_run_says_where_it_is_and_a_timeout_is_no_rejection() {
    let mut rejected = run(1, Status::Cancelled);
    rejected.end_reason = Some(EndReason::Rejected);
    let mut expired = run(2, Status::Failed);
    expired.end_reason = Some(EndReason::Expired);
    let fake = Fake { runs: vec![rejected, expired, run(3, Status::Running)], ..Fake::default() };

    let answer = visit(&fake, Some(Role::Viewer), "/runs", "").await;

    answer
        .has("3 runs")
        .has("href=\"/runs/00000000-0000-0000-0000-000000000003\"")
        .has("Request 3")
        .has("Mara Keller")
        .has("2 h ago")
        .has("data-state=\"failed\"");
    let body = answer.body();
    assert!(body.contains(">Rejected<") && body.contains(">Expired<"), "{body}");
}

#[tokio::test]
async fn filters_and_pages_are_links_that_keep_each_other() {
    let fake =
        Fake { runs: vec![run(1, Status::Queued)], next: Some("n1".into()), ..Fake::default() };

    let answer =
        visit(&fake, Some(Role::Viewer), "/runs?status=active&session=s%201&cursor=c0", "").await;

    answer
        .has("href=\"/runs?status=active&amp;session=s%201&amp;cursor=n1\"")
        .has("href=\"/runs?status=active&amp;session=s%201\"")
        .has("href=\"/runs?status=failed&amp;session=s%201\"");
    let asked = fake.asked.lock().unwrap();
    let active = "runs queued+running+awaiting_human Some(\"s 1\") Some(\"c0\")";
    assert!(asked.iter().any(|asked| asked == active), "{asked:?}");
}

#[tokio::test]
async fn no_run_and_no_match_are_different_things() {
    let none = visit(&Fake::default(), Some(Role::Reviewer), "/runs", "").await;
    none.has("No run yet").has("Start a run");

    let filtered = visit(&Fake::default(), Some(Role::Reviewer), "/runs?status=failed", "").await;
    filtered.has("No run matches").has("Show all runs");
}

#[tokio::test]
async fn an_unknown_status_is_refused() {
    let answer = visit(&Fake::default(), Some(Role::Viewer), "/runs?status=happy", "").await;
    assert_eq!(answer.status, http::StatusCode::BAD_REQUEST);
    answer.has("here is no status “happy”.");
}
