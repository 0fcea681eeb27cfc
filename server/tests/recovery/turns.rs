//! Dead where a run takes a turn that nobody's approval leads to: its policy, its deadline, a pause, its cancellation.

use serde_json::{Value, json};

use crate::{
    boundaries::each,
    process::On,
    story::{Story, told},
    support::{asking, scripted_run},
};

const VALUES: &str = r#"{"message":"hello"}"#;

const PASSED: &[&str] = &["before_policy_passed", "after_policy_passed"];
const EXPIRED: &[&str] = &["before_ticket_expired", "after_ticket_expired"];
const CHANGED: &[&str] = &["before_ticket_changed", "after_ticket_changed"];
const PAUSED: &[&str] = &["before_pause_requested", "after_pause_requested"];
const CANCELLED: &[&str] = &["before_ticket_closed", "after_ticket_closed"];

/// The boundaries that are tried out here.
pub const VISITED: &[&[&str]] = &[PASSED, EXPIRED, CHANGED, PAUSED, CANCELLED];

pub fn what_the_policy_lets_pass_is_called_once_though_it_dies_before_or_after(on: On) {
    each(on, PASSED, |boundary| {
        let mut story = Story::begin(on, Some(boundary));
        let run = story.start_run("start", &scripted_run("s", &json!({}), VALUES));

        let rested = story.rest(&run);

        assert_eq!(story.deaths, 1, "{boundary}");
        assert_eq!(rested["end_reason"], "done", "{boundary}: {rested:#}");
        assert_eq!(story.folder.effects().len(), 1, "{boundary}");
    });
}

/// A run that waits a second for its payload's review.
fn waits_a_second(on: On, on_timeout: &str, boundary: &str) -> (Story, String) {
    let mut story = Story::begin(on, Some(boundary));
    let mut config = asking(&["payload_review"]);
    config["approval_timeout_seconds"] = json!(1);
    config["on_timeout"] = json!(on_timeout);
    let run = story.start_run("start", &scripted_run("s", &config, VALUES));
    (story, run)
}

pub fn a_deadline_passes_once_though_it_dies_before_or_after(on: On) {
    each(on, EXPIRED, |boundary| {
        let (mut story, run) = waits_a_second(on, "fail", boundary);

        story.dies();

        let ended = story.until(&run, |status| status["end_reason"] == "expired");
        assert_eq!(ended["approval"], Value::Null, "{boundary}");
        assert_eq!(told(&ended, "before the deadline"), 2, "{boundary}: of the ticket, the run");
        assert_eq!(story.folder.effects().len(), 0, "{boundary}");
    });
}

pub fn a_ticket_is_escalated_once_and_can_be_decided_though_it_dies_before_or_after(on: On) {
    each(on, CHANGED, |boundary| {
        let (mut story, run) = waits_a_second(on, "escalate", boundary);

        story.dies();

        let late = story.until(&run, |status| status["approval"]["version"] == 2);
        assert_eq!(told(&late, "escalated"), 1, "{boundary}");
        assert_eq!(story.decide(&run, &late["approval"], "approve").status, 200, "{boundary}");
        assert_eq!(story.rest(&run)["end_reason"], "done", "{boundary}");
        assert_eq!(story.folder.effects().len(), 1, "{boundary}");
    });
}

pub fn a_pause_that_was_asked_for_comes_though_it_dies_before_or_after(on: On) {
    each(on, PAUSED, |boundary| {
        let mut story = Story::begin(on, Some(boundary));
        let values = r#"{"message":"hello","behaviour":"busy","delay_ms":10000}"#;
        let run = story.start_run("start", &scripted_run("s", &json!({}), values));
        // From here on it waits before it tries again.
        story.until(&run, |status| told(status, "busy") == 1);

        let asked = story.ask("POST", &format!("/api/hitl/run/{run}/pause"), &[], b"");

        assert_eq!((story.deaths, asked.status), (1, 200), "{boundary}: {asked:?}");
        let rested = story.rest(&run);
        assert_eq!(rested["approval"]["checkpoint_type"], "manual_pause", "{boundary}");
        assert_eq!(told(&rested, "asked for a pause"), 1, "{boundary}");
    });
}

pub fn a_run_that_is_cancelled_is_over_once_though_it_dies_before_or_after(on: On) {
    each(on, CANCELLED, |boundary| {
        let mut story = Story::begin(on, Some(boundary));
        let body = scripted_run("s", &asking(&["payload_review"]), r#"{"message":"hello"}"#);
        let run = story.start_run("start", &body);
        assert_eq!(story.rest(&run)["status"], "awaiting_human", "{boundary}");

        let gone = story.ask("DELETE", &format!("/api/hitl/run/{run}"), &[], b"");
        // Asked again after the death that came behind it, there is nothing left to cancel.
        let expected = if *boundary == "after_ticket_closed" { 409 } else { 200 };
        assert_eq!(gone.status, expected, "{boundary}: {gone:?}");

        let rested = story.rest(&run);
        assert_eq!(story.deaths, 1, "{boundary}");
        assert_eq!(rested["end_reason"], "cancelled", "{boundary}: {rested:#}");
        assert_eq!(rested["approval"], Value::Null, "{boundary}");
        assert_eq!(story.folder.effects().len(), 0, "{boundary}");
    });
}
