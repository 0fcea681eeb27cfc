//! The sessions, and the page of one.

use app::api::{
    threads::{MessageRole, ThreadView},
    tickets::TicketState,
};
use domain::{access::Role, checkpoint::CheckpointType, decision::Action, id::PersonId};
use http::StatusCode;
use uuid::Uuid;

use crate::{
    browser::visit,
    fake::{Fake, file, provider},
    fake_threads::{asks, said, session, thread},
    samples,
};

const PAGE: &str = "/sessions/00000000-0000-0000-0000-000000000001?id=s%201";

fn with(thread: ThreadView) -> Fake {
    let providers = vec![provider("image"), provider("remote")];
    Fake { thread: Some(thread), providers, ..Fake::default() }
}

/// A session whose ticket waits.
fn waiting() -> ThreadView {
    let run = samples::waiting(
        samples::ticket(CheckpointType::PayloadReview, &samples::plain),
        &samples::plain,
    );
    let ticket = run.ticket.as_ref().unwrap().ticket.id;
    let mut question = said(2, MessageRole::Checkpoint, "Look at it.");
    question.asks = asks(ticket, TicketState::Open);
    let mut after = said(3, MessageRole::User, "Wait a moment.");
    after.author = "Otto".into();
    let entries = vec![said(1, MessageRole::User, "Make it smaller"), question, after];
    ThreadView { entries, open: Some(run), title: "Make it smaller".into(), ..thread() }
}

#[tokio::test]
async fn sessions_are_links_that_name_their_owner() {
    let mut one = session(8, "a/b & c");
    one.waiting = 2;
    let fake =
        Fake { sessions: vec![one, session(9, "s")], next: Some("n1".into()), ..Fake::default() };

    let answer = visit(&fake, Some(Role::Reviewer), "/sessions?search=smaller%26", "").await;

    answer
        .has("2 sessions")
        .has("href=\"/sessions/00000000-0000-0000-0000-000000000008?id=a/b%20%26%20c\"")
        .has("2 waiting")
        .has("3 h ago")
        .has("value=\"smaller&amp;\"")
        .has("href=\"/sessions?search=smaller%26&amp;cursor=n1\"")
        .has("href=\"/sessions/00000000-0000-0000-0000-000000000001?id=00000000-0000-0000-0000-000000000005\"");
    let asked = fake.asked.lock().unwrap();
    assert!(asked.iter().any(|asked| asked == "sessions Some(\"smaller&\") None"), "{asked:?}");
}

#[tokio::test]
async fn no_session_and_nothing_found_are_different_things() {
    let none = visit(&Fake::default(), Some(Role::Viewer), "/sessions", "").await;
    none.has("No session yet").lacks("New session");
    let searched = visit(&Fake::default(), Some(Role::Viewer), "/sessions?search=x", "").await;
    searched.has("Nothing found").has("Show all sessions");
}

#[tokio::test]
async fn a_thread_has_its_messages_in_order_with_the_card_where_it_is_asked() {
    let answer = visit(&with(waiting()), Some(Role::Reviewer), PAGE, "").await;

    let body = answer.body();
    let places = [
        "Make it smaller",
        "Look at it.",
        "class=\"thread-card\"",
        "id=\"approve\"",
        "Wait a moment.",
        "id=\"composer\"",
    ];
    let mut from = body.find("class=\"thread\"").unwrap();
    for place in places {
        from +=
            body[from..].find(place).unwrap_or_else(|| panic!("no {place} after {from}: {body}"));
    }
    answer.has("action=\"/ui/decide\"").has("Otto");
}

#[tokio::test]
async fn the_composer_says_what_it_will_do_and_needs_no_script_for_it() {
    let open = visit(&with(waiting()), Some(Role::Reviewer), PAGE, "").await;
    open.has("answers the open ticket: Payload review")
        .has("starts another run, after this one")
        .has("action=\"/sessions/00000000-0000-0000-0000-000000000001?id=s%201\"")
        .has("enctype=\"multipart/form-data\"")
        .has("<option value=\"\">Choose one</option>")
        .has("<option value=\"approve\">")
        .has("name=\"digest\"")
        .has("<option value=\"remote\">");

    let mut uploaded = thread();
    uploaded.files = vec![file("garden\u{200b}.png")];
    let fresh = visit(&with(uploaded), Some(Role::Reviewer), PAGE, "").await;
    fresh
        .has("Starts a run in this session")
        .has("name=\"does\" value=\"run\"")
        .has("name=\"upload\" value=\"00000000-0000-0000-0000-000000000007\"")
        .has("U+200B")
        .has("capture=\"environment\"")
        .lacks("name=\"action\"")
        .lacks("This message");
}

#[tokio::test]
async fn a_decided_ticket_stays_as_a_record() {
    let mut view = thread();
    let mut question = said(2, MessageRole::Checkpoint, "Look at it.");
    let record = samples::decision(Action::Approve, &samples::plain);
    question.asks = asks(record.ticket, TicketState::Decided(record));
    view.entries = vec![question, said(3, MessageRole::Assistant, "Made a picture.")];
    view.earlier = Some("c 1".into());

    let answer = visit(&with(view), Some(Role::Viewer), PAGE, "").await;

    answer
        .has("Payload review: approved")
        .has("data-role=\"assistant\"")
        .has("href=\"/sessions/00000000-0000-0000-0000-000000000001?id=s%201&amp;before=c%201\"")
        .has("your role is viewer")
        .lacks("id=\"composer\"");
}

#[tokio::test]
async fn in_somebody_elses_session_only_its_ticket_is_answered() {
    let other = PersonId::from_uuid(Uuid::from_u128(9));
    let mut view = waiting();
    view.owner = other;
    let page = "/sessions/00000000-0000-0000-0000-000000000009?id=s%201";

    let open = visit(&with(view.clone()), Some(Role::Reviewer), page, "").await;
    open.has("Answers the open ticket: Payload review")
        .has("name=\"does\" value=\"answer\"")
        .lacks("Starts a run")
        .lacks("name=\"provider\"");
    view.open = None;
    let closed = visit(&with(view), Some(Role::Reviewer), page, "").await;
    closed.has("Runs start in sessions of one's own").lacks("id=\"composer\"");
}

#[tokio::test]
async fn what_was_refused_is_still_there_and_its_code_has_fixed_words() {
    let page = format!("{PAGE}&error=call-555-0100&text=%3C/textarea%3E%3Cb%3E");

    let answer = visit(&with(waiting()), Some(Role::Reviewer), &page, "").await;

    answer.has("It could not be sent").has("&lt;/textarea&gt;&lt;b&gt;");
    let (_, main) = answer.body().split_once("<main").unwrap();
    assert!(!main.contains("555-0100"), "{main}");
}

#[tokio::test]
async fn earlier_messages_are_read_only() {
    let page = format!("{PAGE}&before=c1");
    let fake = with(ThreadView { open: None, ..waiting() });

    let answer = visit(&fake, Some(Role::Reviewer), &page, "").await;

    answer.has("Newest messages").lacks("id=\"composer\"");
    let asked = fake.asked.lock().unwrap();
    assert!(asked.iter().any(|asked| asked == "thread 1 s 1 Some(\"c1\")"), "{asked:?}");
}

#[tokio::test]
async fn a_session_that_is_not_there_is_not_found() {
    for page in ["/sessions/nobody?id=s", PAGE] {
        let answer = visit(&Fake::default(), Some(Role::Reviewer), page, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
    }
}

#[tokio::test]
async fn no_text_of_a_session_becomes_an_element_of_its_pages() {
    let enemy = "</textarea></title></script><script>alert(1)</script><img src=x onerror=alert(1)>";
    let mut thread = waiting();
    thread.title = enemy.into();
    thread.owner_name = enemy.into();
    for entry in &mut thread.entries {
        (entry.author, entry.text) = (enemy.into(), enemy.into());
        entry.files = vec![file(enemy)];
    }
    let mut listed = session(8, enemy);
    (listed.title, listed.owner_name) = (enemy.into(), enemy.into());
    let fake = Fake { sessions: vec![listed], ..with(thread) };

    let typed = format!("{PAGE}&text={}", "%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E");
    for address in [typed.as_str(), "/sessions"] {
        let page = visit(&fake, Some(Role::Reviewer), address, "").await;
        page.has("&lt;script&gt;alert(1)").lacks("<script>alert(1)").lacks("<img src=x");
    }
}
