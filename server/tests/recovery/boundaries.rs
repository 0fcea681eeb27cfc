//! Dead at a named boundary, once, for each of them on the way from the start to the answer.

use std::thread;

use domain::audit::EntryKind;
use serde_json::{Value, json};

use crate::{
    process::On,
    story::Story,
    support::{asking, picture, run_input, scripted_run},
    turns,
};

/// What a death at a boundary comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// The run goes on by itself, and the call happens once.
    Done,
    /// A person is asked, because the call had this many effects and nobody knows.
    Unknown(usize),
}
use End::{Done, Unknown};

/// As many at once as don't wait for each other all the time; on PostgreSQL they mostly wait for the
/// lease of the dead.
pub fn each<T: Sync>(on: On, cases: &[T], try_out: impl Fn(&T) + Sync) {
    let at_once = if on == On::Sqlite { 3 } else { 7 };
    for some in cases.chunks(at_once) {
        thread::scope(|scope| {
            for case in some {
                scope.spawn(|| try_out(case));
            }
        });
    }
}

/// Takes a run of the provider `scripted` past the boundary.
fn scripted(on: On, steps: &[&str], boundary: &str, end: End) {
    let mut story = Story::begin(on, Some(boundary));
    let body = scripted_run("s", &asking(steps), r#"{"message":"hello"}"#);
    let run = story.start_run("start", &body);

    let rested = story.through(&run);

    // Asked before the deaths are counted: the last answer may have come right before the end.
    assert_eq!(story.count(), 1, "{boundary}: one key, one run");
    assert_eq!(story.deaths, 1, "{boundary}: it died there, and nowhere else");
    let effects = story.folder.effects();
    match end {
        Done => {
            assert_eq!(rested["end_reason"], "done", "{boundary}: {rested:#}");
            assert_eq!(effects.len(), 1, "{boundary}: {effects:?}");
        }
        Unknown(had) => {
            assert_eq!(
                rested["approval"]["checkpoint_type"], "unknown_outcome",
                "{boundary}: {rested:#}"
            );
            assert_eq!(effects.len(), had, "{boundary}: {effects:?}");
            retried(&mut story, &run, &rested["approval"], had);
        }
    }
}

/// A person has it sent again: then, and only then, it happens again, under another key.
fn retried(story: &mut Story, run: &str, ticket: &Value, had: usize) {
    assert_eq!(story.decide(run, ticket, "approve").status, 422, "it can't just be approved");
    assert_eq!(story.decide(run, ticket, "retry").status, 200);
    let ended = story.through(run);
    assert_eq!(ended["end_reason"], "done", "{ended:#}");
    let mut effects = story.folder.effects();
    assert_eq!(effects.len(), had + 1);
    effects.dedup();
    assert_eq!(effects.len(), had + 1, "each attempt has a key of its own");
}

const APPROVED: &[(&str, End)] = &[
    ("before_started", Done),
    ("after_started", Done),
    ("before_ticket_opened", Done),
    ("after_ticket_opened", Done),
    ("before_ticket_decided", Done),
    ("after_ticket_decided", Done),
    ("before_call_prepared", Done),
    ("after_call_prepared", Done),
    ("before_call_started", Done),
    ("after_call_started", Unknown(0)),
    ("after_provider_answered", Unknown(1)),
    ("before_answer_stored", Unknown(1)),
    ("before_call_answered", Unknown(1)),
    ("after_call_answered", Done),
    ("before_ended", Unknown(1)),
    ("after_ended", Done),
    ("after_answer_stored", Done),
];

pub fn a_run_that_a_person_approves_survives_a_death_at_each_boundary(on: On) {
    each(on, APPROVED, |(boundary, end)| scripted(on, &["payload_review"], boundary, *end));
}

pub fn a_run_whose_answer_a_person_reviews_survives_too(on: On) {
    let cases = [
        ("before_ticket_opened", Unknown(1)),
        ("after_ticket_opened", Done),
        ("before_ended", Done),
        ("after_ended", Done),
    ];
    each(on, &cases, |(boundary, end)| scripted(on, &["response_review"], boundary, *end));
}

/// Starts a run that makes the session's picture 20 pixels wide.
fn smaller(story: &mut Story) -> String {
    let body = json!({
        "run_input": run_input("s", "make it smaller"),
        "provider": "image",
        "hitl_config": asking(&["payload_review"]),
        "original_input": {"width": 20},
    });
    story.start_run("start", &body.to_string())
}

pub fn a_call_that_may_be_repeated_is_repeated_and_makes_the_same_picture(on: On) {
    let cases =
        ["after_call_started", "after_provider_answered", "before_answer_stored", "before_ended"];
    each(on, &cases, |boundary| {
        let mut story = Story::begin(on, Some(boundary));
        let photo = story.upload("s", &picture(40, 30));
        let run = smaller(&mut story);

        let ended = story.through(&run);

        assert_eq!(
            (story.deaths, &ended["end_reason"]),
            (1, &json!("done")),
            "{boundary}: {ended:#}"
        );
        let state = story.state(&run);
        assert_eq!(state["run"]["attempts"], 2, "{boundary}");
        let sent = state["run"]["draft"]["payload"].as_str().unwrap();
        assert!(sent.contains(photo["sha256"].as_str().unwrap()), "the same file: {sent}");
        let made = state["run"]["response"]["files"][0]["id"].as_str().unwrap().to_owned();
        let bytes = story.get(&format!("/api/hitl/attachments/{made}")).body;
        let result = image::load_from_memory(&bytes).unwrap();
        assert_eq!((result.width(), result.height()), (20, 15), "{boundary}");
    });
}

const PREPARED: &[&str] = &["before_prepared", "after_prepared"];

pub fn a_payload_with_a_file_is_built_though_it_dies_before_or_after(on: On) {
    each(on, PREPARED, |boundary| {
        let mut story = Story::begin(on, Some(boundary));
        story.upload("s", &picture(40, 30));
        let run = smaller(&mut story);

        let ended = story.through(&run);

        assert_eq!((story.deaths, &ended["end_reason"]), (1, &json!("done")), "{boundary}");
        assert_eq!(story.state(&run)["run"]["attempts"], 1, "{boundary}");
    });
}

const PUT_OFF: &[(&str, End)] = &[("before_call_failed", Unknown(0)), ("after_call_failed", Done)];

pub fn a_call_that_was_put_off_is_made_once_though_it_dies_before_or_after(on: On) {
    each(on, PUT_OFF, |(boundary, end)| {
        let mut story = Story::begin(on, Some(boundary));
        let values = r#"{"message":"hello","behaviour":"busy_once"}"#;
        let body = scripted_run("s", &asking(&["payload_review"]), values);
        let run = story.start_run("start", &body);

        let rested = story.through(&run);

        assert_eq!(story.deaths, 1, "{boundary}");
        let asked = rested["approval"]["checkpoint_type"] == "unknown_outcome";
        assert_eq!(asked, *end != Done, "{boundary}: {rested:#}");
        let effects = story.folder.effects().len();
        assert_eq!(effects, usize::from(*end == Done), "{boundary}");
    });
}

/// Of the boundaries that have a name, the ones that are tried out here.
fn visited() -> impl Iterator<Item = &'static str> {
    let ends = APPROVED.iter().chain(PUT_OFF).map(|(boundary, _)| *boundary);
    ends.chain(PREPARED.iter().chain(turns::VISITED.iter().copied().flatten()).copied())
}

#[test]
fn no_boundary_is_left_out() {
    let visited: Vec<&str> = visited().collect();
    for kind in EntryKind::ALL {
        for side in ["before", "after"] {
            let boundary = format!("{side}_{}", kind.name());
            assert!(visited.contains(&boundary.as_str()), "nobody dies at {boundary}");
        }
    }
}
