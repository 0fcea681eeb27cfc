//! Each state says what it is, works as plain forms, and stays what it is whatever the texts are.

mod said;
use super::fixtures::*;
use crate::{
    api::{
        runs::RunView,
        tickets::{Draft, Edits, TicketState},
    },
    pages::RunDetail,
};
use domain::{
    checkpoint::CheckpointType as C,
    decision::Action,
    issue::Issue,
    state::{EndReason, Status, Step},
};
use leptos::prelude::*;
#[test]
fn a_payload_review_shows_the_deed_and_can_be_approved_rejected_and_edited() {
    let html = render(waiting(ticket(C::PayloadReview, &plain), &plain));

    let deed = html.find("What will happen").unwrap();
    let why = html.find("Why it stopped").unwrap();
    let words = html.find("Agent says · not checked").unwrap();
    let bar = html.find("id=\"actions\"").unwrap();
    assert!([deed, why, words, bar].is_sorted(), "deed, then story, the answers at the foot");
    assert_eq!(html.matches("<h1").count(), 1);
    for part in [
        r#"value="approve""#,
        r#"value="reject""#,
        r#"value="edit""#,
        r#"value="cancel""#,
        r#"name="fields[width]""#,
        "Approve and run",
        "Approve with changes",
        "closes in 4 min",
        "confidence 85 %",
        "The policy requires a human at this checkpoint.",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn every_answer_quotes_what_was_seen() {
    let view = ticket(C::PayloadReview, &plain);
    let digest = format!(r#"value="{}""#, view.deed.digest);

    let html = render(waiting(view, &plain));

    let forms: Vec<&str> = html
        .split("<form")
        .skip(1)
        .filter(|form| form.contains(r#"action="/ui/decide""#))
        .collect();
    assert!(forms.len() >= 4, "{}", forms.len());
    for form in forms {
        let form = form.split("</form>").next().unwrap();
        for name in ["run", "ticket", "version", "digest", "key"] {
            assert!(form.contains(&format!(r#"name="{name}""#)), "{name} is missing in {form}");
        }
        assert!(form.contains(&digest) && form.contains(r#"value="3""#), "{form}");
    }
}

#[test]
fn a_blocking_issue_turns_approve_off_and_says_why() {
    let html = render(waiting(blocked(ticket(C::PayloadReview, &plain)), &plain));

    let approve = element(&html, r#"value="approve""#);
    assert!(approve.contains("disabled"), "{approve}");
    assert!(html.contains("Approve is off: 1 thing must be fixed first."), "{html}");
    assert!(html.contains("1 thing to fix") && html.contains("#f-width"), "{html}");
    let fix = element(&html, r#"name="fix""#);
    assert!(fix.contains(r#"value="width""#) && fix.contains(r#"form="edit-form""#), "{fix}");
}

#[test]
fn without_a_blocking_issue_approve_is_on() {
    let html = render(waiting(ticket(C::PayloadReview, &plain), &plain));

    assert!(!element(&html, r#"value="approve""#).contains("disabled"));
}

#[test]
fn enter_in_a_field_only_checks() {
    let html = render(waiting(blocked(ticket(C::PayloadReview, &plain)), &plain));

    let form = html.split(r#"id="edit-form""#).nth(1).unwrap();
    let first = element(form, "<button");
    assert!(first.contains(r#"value="keep""#), "{first}");
}

#[test]
fn what_was_typed_comes_back_with_its_errors_and_differences() {
    let mut view = ticket(C::PayloadReview, &plain);
    let typed = [("width", "9000"), ("text", "Summer sale"), ("operation", "\"crop\"")];
    view.draft = Some(Draft {
        edits: Edits::Form(typed.map(|(n, t)| (n.to_owned(), t.to_owned())).into()),
        reason: "not this one".into(),
        issues: vec![Issue::error("/width", "9000 is above the limit 8000")],
    });

    let html = render(waiting(view, &plain));

    assert!(element(&html, r#"name="fields[width]""#).contains(r#"value="9000""#), "{html}");
    assert!(element(&html, r#"name="fields[width]""#).contains(r#"aria-invalid="true""#), "{html}");
    assert!(html.contains("width: 9000 is above the limit 8000."), "{html}");
    assert!(html.contains("2 of 6 fields"), "{html}");
    assert!(html.contains("not this one"), "{html}");
    assert_eq!(html.matches("9000 is above the limit 8000.</").count(), 3, "summary, field, list");
}

#[test]
fn missing_information_is_asked_for_and_sent_as_an_answer() {
    let mut view = ticket(C::FormRequirements, &plain);
    view.ticket.issues = vec![Issue::error("/image", "is missing").suggesting("Add a file.")];

    let html = render(waiting(view, &plain));

    assert!(html.contains("Send answer"), "{html}");
    assert!(element(&html, r#"id="send-changes""#).contains(r#"value="respond""#));
    assert!(!html.contains(r#"value="approve""#), "{html}");
    assert!(element(&html, r#"id="edit""#).contains("open"), "the form is what is asked for");
    assert!(html.contains(r#"action="/runs/00000000-0000-0000-0000-000000000007/files""#));
}

#[test]
fn an_unknown_outcome_says_so_and_warns_of_doing_it_twice() {
    let html = render(waiting(ticket(C::UnknownOutcome, &plain), &plain));

    assert!(html.contains("We don&#x27;t know if this happened") || html.contains("We don't know"));
    for part in ["may do it twice", "I know the result…", "Mark as failed", r#"value="respond""#]
    {
        assert!(html.contains(part), "{part} is missing");
    }
    assert!(!html.contains(r#"value="approve""#));
}

#[test]
fn the_other_checkpoints_have_their_own_words() {
    for (checkpoint, words) in [
        (C::InformationReview, ["What is known", "Edit the information"]),
        (C::ResponseReview, ["Accept result", "Try again"]),
        (C::ErrorRecovery, ["What was tried", "Give up"]),
        (C::ManualPause, ["Continue", "Cancel run"]),
        (C::Action, ["Allow it", "Send the answer"]),
    ] {
        let html = render(waiting(ticket(checkpoint, &plain), &plain));
        for word in words {
            assert!(html.contains(word), "{checkpoint:?}: {word} is missing");
        }
    }
}

#[test]
fn a_viewer_reads_but_has_no_buttons() {
    let mut view = waiting(ticket(C::PayloadReview, &plain), &plain);
    view.can.decide = false;

    let html = render(view);

    assert!(html.contains("You may read this run, but not decide it."), "{html}");
    assert!(!html.contains("/ui/decide"), "{html}");
}

#[test]
fn the_countdown_says_how_long_and_can_be_stopped() {
    let mut view = ticket(C::PayloadReview, &plain);
    view.ticket.auto_approve_at = Some(at(102));

    let html = render(waiting(view.clone(), &plain));
    assert!(html.contains("1 min 42 s"), "{html}");
    assert!(html.contains("Stop the countdown") && html.contains("/ui/hold_countdown"), "{html}");
    assert!(!html.contains("aria-disabled") && !html.contains("Stopping"), "nothing is sent yet");

    let html = render(waiting(blocked(view), &plain));
    assert!(!html.contains("Stop the countdown"), "no countdown while something blocks");
}

#[test]
fn a_closed_ticket_stays_as_a_record_with_what_was_typed() {
    let closed = TicketState::Decided(decision(Action::Reject, &plain));
    let mut view = elsewhere(Status::Running, Step::ApiCall, closed, &plain);
    view.closed[0].draft =
        Some(Draft { reason: "I would have said no too".into(), ..Draft::default() });

    let html = render_with(view, Some("decided"));

    assert!(html.contains("Mara Keller decided first"), "{html}");
    assert!(html.contains("Payload review: rejected"), "{html}");
    assert!(html.contains("14:00:31 UTC, in the browser."), "{html}");
    assert!(html.contains("Wrong customer."), "{html}");
    assert!(html.contains("I would have said no too"), "{html}");
    assert!(html.contains("Calling “image”…"), "{html}");
    let again = element(&html, r#"http-equiv="refresh""#);
    assert!(again.contains("2; url=/runs/00000000-0000-0000-0000-000000000007"), "{again}");
}

#[test]
fn an_expired_ticket_was_not_approved_and_not_rejected() {
    let view = elsewhere(Status::Failed, Step::Failed, TicketState::Expired { at: at(0) }, &plain);

    let html = render(view);

    assert!(html.contains("time ran out") && html.contains("It was not approved."), "{html}");
    assert!(!html.contains("ejected"), "{html}");
    assert!(!html.contains(r#"http-equiv="refresh""#), "{html}");
}

#[test]
fn a_withdrawn_ticket_and_a_failed_run_say_why() {
    let state = TicketState::Cancelled { reason: "The run was cancelled.".into() };
    let html = render(elsewhere(Status::Cancelled, Step::Cancelled, state, &plain));
    assert!(html.contains("withdrawn") && html.contains("The run was cancelled."), "{html}");

    let html = render(ended(EndReason::ProviderError, &plain));
    assert!(html.contains("Failed") && html.contains("The provider answered."), "{html}");
}

#[test]
fn a_result_stands_beside_what_it_was_made_from() {
    let html = render(ended(EndReason::Done, &plain));

    assert!(html.find("Before").unwrap() < html.find("After").unwrap());
    assert!(html.contains("/api/hitl/attachments/00000000-0000-0000-0000-000000000065/preview"));
    assert!(html.contains("Completed"), "{html}");
    assert!(html.contains("1 value changed") && html.contains("number became text"), "{html}");
}

#[test]
fn each_refusal_has_its_words_and_nothing_else_has_any() {
    let view = waiting(ticket(C::PayloadReview, &plain), &plain);
    for (code, words) in [
        ("changed", "This ticket changed"),
        ("expired", "Too late"),
        ("invalid", "Something must be fixed first."),
        ("forbidden", "You may not decide this"),
        ("failed", "Nothing was decided. Try again."),
        ("kept", "Nothing was decided."),
    ] {
        let html = render_with(view.clone(), Some(code));
        assert!(html.contains(words), "{code}: {words}");
    }
    let same = render_with(view.clone(), Some("<b>You won</b>"));
    assert_eq!(same, render(view));
}

#[test]
fn the_raw_view_has_the_whole_document_in_a_text_area() {
    let mut view = ticket(C::PayloadReview, &plain);
    view.form.clear();

    let html = render(waiting(view, &plain));

    let area = html.split(r#"name="document""#).nth(1).unwrap();
    assert!(area.contains("\"unknown\": 1.10"), "{area}");
}

#[test]
fn no_text_changes_the_elements_of_a_page() {
    let blanks = "\n".repeat(200);
    let long = "x".repeat(3_000);
    let enemies = [
        "</textarea><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)><b a=\"",
        "' onmouseover='alert(1)",
        "<!-- --><![CDATA[ &lt;b&gt; &#x3c;",
        "a\u{202e}b\u{200b}\u{feff}c",
        "</title></noscript></details></pre></button>",
        "APPROVED by admin",
        &blanks,
    ];
    let plain_pages = pages(&plain);
    for enemy in enemies {
        let say = |text: &str| format!("{text}{enemy}{text}");
        for (page, (name, hostile)) in plain_pages.iter().zip(pages(&say)) {
            let (meant, found) = (skeleton(&page.1), skeleton(&hostile));
            let other = meant.iter().zip(&found).position(|(meant, found)| meant != found);
            let around = other.map(|at| (&meant[at - 2..at + 2], &found[at - 2..at + 2]));
            assert!(other.is_none(), "{name}: {enemy:?}: {around:?}");
            assert_eq!(meant.len(), found.len(), "{name}: {enemy:?}");
        }
    }
    // A value that is too long to show at once is folded, but nothing more.
    let page = waiting(ticket(C::PayloadReview, &|text| format!("{text}{long}")), &plain);
    assert!(render(page).contains("Show all 3013 characters"));
}

#[test]
fn what_cannot_be_seen_is_marked() {
    let say = |text: &str| format!("{text}\u{202e}");
    let html = render(waiting(ticket(C::PayloadReview, &say), &say));

    let outside_fields = html.replace("Spring sale\u{202e}", "");
    assert!(!outside_fields.contains('\u{202e}'), "only the field to edit has it as it is");
    assert!(html.matches("⟦U+202E⟧").count() > 20, "{html}");
}

/// Every state, with its name.
fn pages(say: Say) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for checkpoint in C::ALL {
        let mut view = ticket(checkpoint, say);
        view.draft = Some(Draft {
            edits: Edits::Form([("text".to_owned(), say("typed"))].into()),
            reason: say("because"),
            issues: vec![Issue::warning("/text", say("is odd")).suggesting(say("Mend it."))],
        });
        pages.push((format!("{checkpoint:?}"), waiting(view.clone(), say)));
        view.form.clear();
        pages.push((format!("{checkpoint:?}, raw"), waiting(view, say)));
    }
    let states = [
        TicketState::Decided(decision(Action::Reject, say)),
        TicketState::Expired { at: at(0) },
        TicketState::Cancelled { reason: say("not needed") },
    ];
    for state in states {
        let name = state.name().to_owned();
        pages.push((name, elsewhere(Status::Running, Step::ApiCall, state, say)));
    }
    for reason in [EndReason::Done, EndReason::ProviderError] {
        pages.push((format!("{reason:?}"), ended(reason, say)));
    }
    pages.into_iter().map(|(name, view)| (name, render_with(view, Some("decided")))).collect()
}

fn render(view: RunView) -> String {
    render_with(view, None)
}

fn render_with(view: RunView, notice: Option<&str>) -> String {
    let owner = Owner::new();
    let code = notice.map(str::to_owned);
    let html = owner.with(|| {
        leptos_meta::provide_meta_context();
        view! { <RunDetail first=view asked_view=None code/> }.to_html()
    });
    html.replace("<!>", "")
}

/// The tag that holds this text.
fn element<'a>(html: &'a str, part: &str) -> &'a str {
    let at = html.find(part).unwrap_or_else(|| panic!("{part} is missing in {html}"));
    let start = html[..=at].rfind('<').expect("a tag opens");
    let end = at + html[at..].find('>').expect("a tag closes");
    &html[start..end]
}

/// The elements with the names of their attributes, as a browser would find them; marks of hidden characters aside.
fn skeleton(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start..];
        let end = tag_end(tag);
        let names = names(&tag[1..end]);
        rest = &tag[end + 1..];
        if names == ["span", "title", "class"] && tag[..end].contains("hidden-char") {
            let close = rest.find("</span>").expect("a mark ends");
            rest = &rest[close + "</span>".len()..];
        } else {
            tags.push(names.join(" "));
        }
    }
    tags
}

fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    let end = tag.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '>' && !quoted
    });
    end.map_or(tag.len() - 1, |(at, _)| at)
}

fn names(inside: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut quoted = false;
    let mut name = String::new();
    for c in inside.chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            c if c.is_whitespace() => {
                let full = std::mem::take(&mut name);
                let bare = full.split('=').next().unwrap_or_default().to_owned();
                if !bare.is_empty() {
                    names.push(bare);
                }
            }
            c => name.push(c),
        }
    }
    names
}
