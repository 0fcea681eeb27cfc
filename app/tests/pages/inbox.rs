//! The inbox.

use chrono::TimeDelta;
use domain::access::Role;

use crate::{
    browser::visit,
    fake::{Fake, noon, ticket},
};

#[tokio::test]
async fn a_ticket_says_what_is_asked_by_whom_since_when_and_until_when() {
    let mut urgent = ticket(1, "Crop the garden photo");
    urgent.expires_at = Some(noon() + TimeDelta::minutes(6));
    urgent.blocking = 2;
    let fake = Fake { tickets: vec![urgent, ticket(2, "Later")], ..Fake::default() };

    let answer = visit(&fake, Some(Role::Reviewer), "/inbox", "").await;

    answer
        .has("<title>(2) Inbox · Countersign</title>")
        .has("2 tickets wait for a person")
        .has("href=\"/runs/00000000-0000-0000-0000-000000000001\"")
        .has("data-checkpoint=\"payload_review\"")
        .has("Crop the garden photo")
        .has("shop-agent")
        .has("4 min ago")
        .has("due in 6 min")
        .has("2 to fix")
        .has("no deadline");
    let body = answer.body();
    let (soon, waiting) = (body.find("Due soon").unwrap(), body.find(">Waiting").unwrap());
    let (first, second) = (body.find("Crop the").unwrap(), body.find("Later").unwrap());
    assert!(soon < first && first < waiting && waiting < second, "{body}");
}

#[tokio::test]
async fn what_others_wrote_is_text_and_nothing_in_it_is_hidden() {
    let fake = Fake {
        tickets: vec![ticket(1, "<script>alert(1)</script> \u{202e}evil")],
        ..Fake::default()
    };

    let answer = visit(&fake, Some(Role::Reviewer), "/inbox", "").await;

    let body = answer.body();
    assert!(body.contains("&lt;script&gt;alert(1)"), "{body}");
    assert!(body.contains("U+202E") && !body.contains('\u{202e}'), "{body}");
}

#[tokio::test]
async fn an_empty_inbox_says_what_to_do_next() {
    let reviewer = visit(&Fake::default(), Some(Role::Reviewer), "/inbox", "").await;
    reviewer.has("Nothing waits for you.").has("Start a run").has("<title>Inbox ·");

    let viewer = visit(&Fake::default(), Some(Role::Viewer), "/inbox", "").await;
    viewer.has("Nothing waits for you.").lacks("Start a run");
}

#[tokio::test]
async fn more_tickets_are_one_link_away() {
    let fake =
        Fake { tickets: vec![ticket(1, "One")], next: Some("a/b=&c".into()), ..Fake::default() };

    let answer = visit(&fake, Some(Role::Viewer), "/inbox?cursor=xyz", "").await;

    answer.has("href=\"/inbox?cursor=a/b%3D%26c\"");
    assert!(fake.asked.lock().unwrap().contains(&"inbox Some(\"xyz\")".to_owned()));
}

#[tokio::test]
async fn a_ticket_past_its_deadline_is_overdue_and_one_with_a_countdown_says_so() {
    let mut late = ticket(1, "Late");
    late.expires_at = Some(noon() - TimeDelta::minutes(20));
    let mut counting = ticket(2, "Counting");
    counting.auto_approve_at = Some(noon() + TimeDelta::seconds(30));
    let mut escalated = ticket(3, "Escalated");
    escalated.overdue = true;
    let fake = Fake { tickets: vec![late, counting, escalated], ..Fake::default() };

    let answer = visit(&fake, Some(Role::Viewer), "/inbox", "").await;

    answer
        .has("data-due=\"overdue\"")
        .has("overdue by 20 min")
        .has("approved by the policy in 30 s")
        .has("row-due\">overdue<")
        .lacks("no deadline");
}
