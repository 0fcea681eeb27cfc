//! One document, two views: nothing is lost between them, and nothing changes by accident.

use domain::{checkpoint::CheckpointType, issue::Issue};

use super::{
    Work,
    fixtures::{blocked, document, plain, ticket},
};
use crate::api::tickets::Edits;

fn work() -> Work {
    Work::new(&ticket(CheckpointType::PayloadReview, &plain))
}

#[test]
fn nothing_typed_is_nothing_changed() {
    let work = work();

    assert_eq!(work.edits(), Edits::None);
    assert!(work.outcome().changes.is_empty());
    assert_eq!(work.outcome().document, document(&plain));
}

#[test]
fn a_field_typed_and_typed_back_is_no_change() {
    let mut work = work();

    work.type_field("width", "1600".into());
    assert_eq!(work.outcome().changes.len(), 1);
    work.type_field("width", "2400".into());

    assert!(work.outcome().changes.is_empty());
}

#[test]
fn what_the_form_cannot_show_survives_both_views() {
    let mut work = work();

    work.type_field("width", "1600".into());
    let raw = work.raw().replace("Spring", "Summer");
    work.type_raw(raw);
    work.type_field("operation", "\"resize\"".into());

    assert_eq!((&work.text("width")[..], &work.text("text")[..]), ("1600", "Summer sale"));
    let text = work.outcome().document.to_text();
    assert!(text.contains("\"unknown\":1.10") && text.contains("\"resize\""), "{text}");
    assert_eq!(work.outcome().changes.len(), 3);
}

#[test]
fn a_text_that_is_no_value_is_an_issue_and_holds_up_nothing_else() {
    let mut work = work();

    work.type_field("width", "wide".into());
    work.type_field("text", "Hello".into());

    let outcome = work.outcome();
    assert!(outcome.faulty && outcome.misread && !outcome.unreadable);
    assert_eq!(outcome.issues[0].field, "/width");
    assert_eq!(outcome.changes.len(), 1, "the other field is changed all the same");
    assert_eq!(work.text("width"), "wide", "what was typed stays");
}

#[test]
fn broken_json_keeps_its_text_and_the_last_document() {
    let mut work = work();

    work.type_raw("{\"width\": 12".into());

    assert!(work.outcome().unreadable);
    assert_eq!(work.raw(), "{\"width\": 12");
    assert_eq!(work.outcome().document, document(&plain));
}

#[test]
fn absent_is_not_false() {
    let mut work = work();
    assert!(!work.outcome().document.to_text().contains("keep_ratio"));

    work.type_field("keep_ratio", "false".into());
    assert!(work.outcome().document.to_text().contains("\"keep_ratio\":false"));

    work.type_field("keep_ratio", String::new());
    assert!(!work.outcome().document.to_text().contains("keep_ratio"));
}

#[test]
fn a_quick_fix_takes_the_issue_away() {
    let mut work = Work::new(&blocked(ticket(CheckpointType::PayloadReview, &plain)));
    assert!(work.outcome().faulty);

    work.fix_field("width");

    assert!(!work.outcome().faulty, "{:?}", work.outcome().issues);
    assert_eq!(work.text("width"), "8000");
}

#[test]
fn a_reset_brings_one_field_back_in_either_view() {
    for raw in [false, true] {
        let mut work = work();
        work.type_field("width", "1".into());
        work.type_field("text", "x".into());
        if raw {
            work.type_raw(work.raw());
        }

        work.reset("width");

        assert_eq!((&work.text("width")[..], &work.text("text")[..]), ("2400", "x"), "{raw}");
        assert_eq!(work.outcome().changes.len(), 1, "{raw}");
    }
}

#[test]
fn what_the_server_found_stands_until_the_field_is_changed() {
    let mut work = work();
    work.type_field("text", "Hello".into());
    work.refused(vec![Issue::error("/text", "is no slogan")]);
    let about = |work: &Work| work.outcome().issues.iter().any(|i| i.issue == "is no slogan");
    assert!(about(&work));

    work.type_field("width", "1".into());
    assert!(about(&work), "another field mends nothing");
    work.type_field("text", "Buy now".into());
    assert!(!about(&work));
}
