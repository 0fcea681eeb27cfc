//! The page of a run: every answer is a plain form, and what came of it is said in place.

use app::{
    api::tickets::{Draft, Edits},
    error::ApiError,
};
use domain::{
    access::Role,
    checkpoint::CheckpointType,
    decision::{Action, Via},
    issue::Issue,
};
use http::{StatusCode, header};

use crate::{
    browser::{Answer, call, send, visit},
    fake::Fake,
    samples::{blocked, decision, plain, run_id, ticket, ticket_id, waiting},
};

#[tokio::test]
async fn the_page_is_whole_without_scripts() {
    let answer = visit(&waits(), Some(Role::Reviewer), &page(""), "").await;

    assert_eq!(answer.status, StatusCode::OK);
    answer.has("What will happen").has("Approve and run").has("<title>Crop the garden photo");
    let asked = asked(&answer_of_opening().await);
    assert!(asked.iter().any(|asked| asked.starts_with("seen")), "{asked:?}");
}

#[tokio::test]
async fn an_escalated_ticket_says_that_its_deadline_has_passed() {
    let mut asked = ticket(CheckpointType::PayloadReview, &plain);
    asked.ticket.overdue = true;
    let fake = Fake { view: Some(waiting(asked, &plain)), ..Fake::default() };

    let answer = visit(&fake, Some(Role::Reviewer), &page(""), "").await;

    answer.has("data-due=\"overdue\"").has("the deadline has passed");
}

#[tokio::test]
async fn a_run_that_is_not_there_is_a_404() {
    for address in [page(""), "/runs/not-an-id".to_owned()] {
        let answer = visit(&Fake::default(), Some(Role::Viewer), &address, "").await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn the_raw_view_is_a_link_away() {
    let form = visit(&waits(), Some(Role::Reviewer), &page(""), "").await;
    form.has(&format!("href=\"{}#edit\"", page("?view=json"))).has("fields[width]");

    let raw = visit(&waits(), Some(Role::Reviewer), &page("?view=json"), "").await;
    raw.has("name=\"document\"").lacks("fields[width]");
}

#[tokio::test]
async fn an_approval_carries_what_was_seen_and_leads_back_to_the_run() {
    let fake = waits();

    let answer = press(&fake, "action=approve&fields%5Bwidth%5D=1").await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), page("?notice=saved#notice"));
    let sent = fake.decisions.lock().unwrap();
    let [sent] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!((sent.run, sent.ticket, sent.action), (run_id(), ticket_id(), Action::Approve));
    assert_eq!(
        (sent.version, sent.via.clone(), sent.key.as_deref()),
        (Some(3), Via::Browser, Some("k1"))
    );
    assert_eq!(sent.digest, Some(digest()));
    assert_eq!(sent.edits, Edits::None, "approve is as proposed, whatever is posted beside it");
}

#[tokio::test]
async fn an_edit_carries_the_texts_of_the_controls_whatever_the_fields_are_called() {
    let fake = waits();
    let form = "action=edit&fields%5Bkeep_ratio%5D=&fields%5Bx-2%5D=a%26b%3Dc&fields%5B.2nd%5D=%E2%82%AC\
                &fields%5B..dot%5D=%2B&reason=+why+";

    press(&fake, form).await;

    let sent = fake.decisions.lock().unwrap();
    let texts = [("keep_ratio", ""), ("x-2", "a&b=c"), ("2nd", "€"), (".dot", "+")];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    assert_eq!(sent[0].edits, Edits::Form(texts));
    assert_eq!(sent[0].reason.as_deref(), Some("why"));
}

#[tokio::test]
async fn the_raw_document_is_sent_as_it_was_typed() {
    let fake = waits();

    let answer = press(&fake, "action=edit&view=json&document=%7B%22a%22%3A1.10%7D").await;

    assert_eq!(fake.decisions.lock().unwrap()[0].edits, Edits::Document("{\"a\":1.10}".into()));
    assert_eq!(answer.header(header::LOCATION), page("?notice=saved&view=json#notice"));
}

#[tokio::test]
async fn each_refusal_is_a_fixed_code_and_no_text_of_an_error_is_in_the_address() {
    let record = Box::new(decision(Action::Reject, &plain));
    let changed = Box::new(ticket(CheckpointType::PayloadReview, &plain).ticket);
    for (refusal, code) in [
        (ApiError::AlreadyDecided(record), "decided"),
        (ApiError::Gone("secret".into()), "expired"),
        (ApiError::Changed(changed), "changed"),
        (ApiError::Invalid(vec![Issue::error("/width", "secret")]), "invalid"),
        (ApiError::Forbidden("secret".into()), "forbidden"),
        (ApiError::NotPossible("secret".into()), "not-possible"),
        (ApiError::Full, "full"),
        (ApiError::Internal, "failed"),
    ] {
        let fake = Fake { failure: Some(refusal), ..waits() };

        let answer = press(&fake, "action=approve").await;

        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{code}");
        let to = page(&format!("?notice={code}#notice"));
        assert_eq!(answer.header(header::LOCATION), to);
        answer.lacks("secret");
    }
}

#[tokio::test]
async fn the_live_page_gets_the_refusal_itself() {
    let refusal = ApiError::AlreadyDecided(Box::new(decision(Action::Reject, &plain)));
    let fake = Fake { failure: Some(refusal), ..waits() };

    let answer = call(&fake, Some(Role::Reviewer), "/ui/decide", &form("action=approve")).await;

    assert_eq!(answer.header(header::LOCATION), "");
    answer.has("Mara Keller").has("Wrong customer.");
}

#[tokio::test]
async fn a_signed_out_reader_is_led_to_the_sign_in_and_back() {
    let answer = send(&waits(), None, "/ui/decide", &form("action=approve")).await;

    let to = format!("/sign-in?next={}", page(""));
    assert_eq!(answer.header(header::LOCATION), to);
}

#[tokio::test]
async fn checking_keeps_a_draft_and_decides_nothing() {
    let fake = waits();

    let answer = press(&fake, "action=keep&fields%5Bwidth%5D=1600").await;

    assert_eq!(answer.header(header::LOCATION), page("?notice=kept#notice"));
    assert!(fake.decisions.lock().unwrap().is_empty());
    let draft = fake.drafts.lock().unwrap()[0].clone();
    assert_eq!(draft.edits, Edits::Form([("width".to_owned(), "1600".to_owned())].into()));
}

#[tokio::test]
async fn a_quick_fix_and_a_reset_change_one_field_of_the_draft() {
    let view = waiting(blocked(ticket(CheckpointType::PayloadReview, &plain)), &plain);
    let fake = Fake { view: Some(view), ..Fake::default() };

    press(&fake, "fix=width&fields%5Bwidth%5D=9000&fields%5Btext%5D=Hello").await;
    press(&fake, "reset=text&fields%5Bwidth%5D=1600&fields%5Btext%5D=Hello").await;

    let drafts = fake.drafts.lock().unwrap();
    let texts = |at: usize| match &drafts[at].edits {
        Edits::Form(texts) => texts.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((&texts(0)["width"][..], &texts(0)["text"][..]), ("8000", "Hello"));
    assert_eq!((&texts(1)["width"][..], &texts(1)["text"][..]), ("1600", "Spring sale"));
}

#[tokio::test]
async fn a_word_that_is_no_answer_decides_nothing() {
    let fake = waits();

    let answer = press(&fake, "action=yes").await;

    assert_eq!(answer.header(header::LOCATION), page("?notice=invalid#notice"));
    assert!(fake.decisions.lock().unwrap().is_empty());
}

#[tokio::test]
async fn pausing_cancelling_and_stopping_the_countdown_are_forms_too() {
    for (action, code) in
        [("pause_run", "pausing"), ("cancel_run", "cancelled"), ("hold_countdown", "held")]
    {
        let fake = waits();
        let form = format!("run={}&ticket={}", run_id(), ticket_id());
        let form = if action == "hold_countdown" { form } else { format!("run={}", run_id()) };

        let answer = send(&fake, Some(Role::Reviewer), &format!("/ui/{action}"), &form).await;

        assert_eq!(answer.header(header::LOCATION), page(&format!("?notice={code}#notice")));
        assert!(asked(&fake).iter().any(|asked| action.starts_with(asked.as_str())), "{action}");
    }
}

#[tokio::test]
async fn a_refused_reason_says_why_beside_its_field_which_takes_no_longer_one() {
    use CheckpointType as C;

    for (checkpoint, id) in
        [(C::PayloadReview, "reason"), (C::Action, "reason"), (C::Action, "words")]
    {
        let mut view = ticket(checkpoint, &plain);
        let issues = vec![Issue::error("/reason", "has more than 10000 characters")];
        view.draft = Some(Draft { reason: "Not this.".to_owned(), issues, ..Draft::default() });
        let fake = Fake { view: Some(waiting(view, &plain)), ..Fake::default() };

        let html = visit(&fake, Some(Role::Reviewer), &page(""), "").await.html;

        let field = html.split(&format!(" id=\"{id}\"")).nth(1).unwrap();
        let tag = field.split('>').next().unwrap();
        let about = format!("aria-describedby=\"{id}-error\"");
        for part in ["maxlength=\"10000\"", "aria-invalid=\"true\"", &about] {
            assert!(tag.contains(part), "{part} is missing in {tag}");
        }
        let error = field.split(&format!("id=\"{id}-error\"")).nth(1).unwrap();
        let error = error.split("</p>").next().unwrap();
        assert!(error.contains("reason: has more than 10000 characters."), "{error}");
    }
}

fn waits() -> Fake {
    let view = waiting(ticket(CheckpointType::PayloadReview, &plain), &plain);
    Fake { view: Some(view), ..Fake::default() }
}

async fn answer_of_opening() -> Fake {
    let fake = waits();
    visit(&fake, Some(Role::Reviewer), &page(""), "").await;
    fake
}

fn asked(fake: &Fake) -> Vec<String> {
    fake.asked.lock().expect("nobody panicked").clone()
}

fn page(query: &str) -> String {
    format!("/runs/{}{query}", run_id())
}

fn digest() -> domain::digest::Digest {
    ticket(CheckpointType::PayloadReview, &plain).ticket.proposal.digest
}

fn form(more: &str) -> String {
    let (run, ticket, digest) = (run_id(), ticket_id(), digest());
    format!("run={run}&ticket={ticket}&version=3&digest={digest}&key=k1&{more}")
}

async fn press(fake: &Fake, more: &str) -> Answer {
    send(fake, Some(Role::Reviewer), "/ui/decide", &form(more)).await
}
