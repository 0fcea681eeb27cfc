//! The way to a call and back: prepare, information review, payload review, response review.

use super::{
    call, end,
    transition::{Ask, Transition},
};
use crate::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject},
    decision::Actor,
    effect::Effect,
    information::Known,
    issue::{Issue, Severity, blocking},
    json::Json,
    policy::{Facts, POLICY_VERSION, Review, forces_human, reasons_to_ask},
    run::{Draft, Run, proposal_digest},
    state::{EndReason, Next, RunState, Warrant},
};

/// How many warnings an entry of the record tells, and in how many characters.
const MAX_WARNINGS: usize = 3;
const MAX_WARNING_CHARS: usize = 300;

pub(super) fn prepare(t: &mut Transition, settled: bool) {
    t.run.rounds += 1;
    let round = t.run.rounds;
    t.effects.push(Effect::Prepare { round });
    t.enter(RunState::Preparing { round, settled, since: t.at.now });
}

pub(super) fn prepared(t: &mut Transition, draft: Draft, settled: bool) {
    let digest = proposal_digest(Subject::Payload, &t.run.provider, &draft.payload);
    let message = format!("Prepared the payload for “{}”", t.run.provider);
    t.run.draft = Some(draft);
    t.log_with(EntryKind::Prepared, Actor::System, message, &[("digest", digest.to_string())]);
    go(t, if settled { Review::PayloadReview } else { Review::InformationReview });
}

/// Goes on to a review, unless someone asked for a pause.
pub(super) fn go(t: &mut Transition, review: Review) {
    let then = match review {
        Review::InformationReview => Next::InformationReview,
        Review::PayloadReview => Next::PayloadReview,
        Review::ResponseReview => Next::ResponseReview,
    };
    match t.run.pause_requested.take() {
        Some(by) => pause(t, then, &by),
        None => proceed(t, review),
    }
}

fn proceed(t: &mut Transition, review: Review) {
    match review {
        Review::InformationReview => information_review(t),
        Review::PayloadReview => payload_review(t),
        Review::ResponseReview => response_review(t),
    }
}

/// Goes on after a pause. Where a call is next, the decision that ended the pause warrants it: it
/// was made on the payload itself.
pub(super) fn resume(t: &mut Transition, then: Next, warrant: Warrant) {
    match then {
        Next::InformationReview => information_review(t),
        Next::PayloadReview => payload_review(t),
        Next::Call => call::prepare(t, warrant, 1, None),
        Next::ResponseReview => response_review(t),
    }
}

pub(super) fn pause(t: &mut Transition, then: Next, by: &Actor) {
    let (subject, text) = match (then, &t.run.response) {
        (Next::ResponseReview, Some(response)) => (Subject::Response, response.text.clone()),
        _ => {
            (Subject::Payload, t.run.draft.as_ref().map_or_else(String::new, |d| d.payload.clone()))
        }
    };
    t.ask(Ask {
        checkpoint: CheckpointType::ManualPause,
        message: "The run is paused. Continue?".to_owned(),
        reasons: vec![format!("{} paused it.", by.name())],
        subject,
        text,
        issues: Vec::new(),
        flagged: false,
        then,
    });
}

fn information_review(t: &mut Transition) {
    let Some(draft) = t.run.draft.clone() else { return };
    if missing_asked(t, &draft) {
        return;
    }
    let reasons = ask_reasons(&t.run, Review::InformationReview, &draft);
    if reasons.is_empty() {
        passed(t, Review::InformationReview, Subject::Information, &information_text(&draft));
        return payload_review(t);
    }
    t.ask(Ask {
        checkpoint: CheckpointType::InformationReview,
        message: format!("Is this what “{}” should work from?", t.run.provider),
        reasons,
        subject: Subject::Information,
        text: information_text(&draft),
        flagged: forces_human(&t.run.config, &draft.flags),
        issues: draft.issues,
        then: Next::PayloadReview,
    });
}

/// Asks for what is missing or wrong, whatever the policy says.
fn missing_asked(t: &mut Transition, draft: &Draft) -> bool {
    let count = blocking(&draft.issues);
    if count == 0 {
        return false;
    }
    let things = if count == 1 { "one thing is".to_owned() } else { format!("{count} things are") };
    t.ask(Ask {
        checkpoint: CheckpointType::FormRequirements,
        message: format!("Before “{}” can be called, {things} missing or wrong.", t.run.provider),
        reasons: draft.issues.iter().filter(|i| i.blocks()).map(Issue::to_string).collect(),
        subject: Subject::Information,
        text: information_text(draft),
        issues: draft.issues.clone(),
        flagged: false,
        then: Next::PayloadReview,
    });
    true
}

fn payload_review(t: &mut Transition) {
    let Some(draft) = t.run.draft.clone() else { return };
    if missing_asked(t, &draft) {
        return;
    }
    let reasons = ask_reasons(&t.run, Review::PayloadReview, &draft);
    if reasons.is_empty() {
        passed(t, Review::PayloadReview, Subject::Payload, &draft.payload);
        let warrant = policy_warrant(&t.run);
        return call::prepare(t, warrant, 1, None);
    }
    t.ask(Ask {
        checkpoint: CheckpointType::PayloadReview,
        message: format!("Send this to “{}”?", t.run.provider),
        reasons,
        subject: Subject::Payload,
        text: draft.payload,
        flagged: forces_human(&t.run.config, &draft.flags),
        issues: draft.issues,
        then: Next::Call,
    });
}

fn response_review(t: &mut Transition) {
    let Some(response) = t.run.response.clone() else { return };
    let facts = Facts {
        confidence: 1.0,
        flags: &response.flags,
        quality: response.quality,
        ..Facts::default()
    };
    let reasons = reasons_to_ask(&t.run.config, Review::ResponseReview, &facts);
    if reasons.is_empty() {
        passed(t, Review::ResponseReview, Subject::Response, &response.text);
        return end::end(t, EndReason::Done, Actor::Policy, response.summary);
    }
    t.ask(Ask {
        checkpoint: CheckpointType::ResponseReview,
        message: format!("Accept what “{}” made?", t.run.provider),
        reasons,
        subject: Subject::Response,
        text: response.text,
        flagged: forces_human(&t.run.config, &response.flags),
        issues: Vec::new(),
        then: Next::ResponseReview,
    });
}

fn ask_reasons(run: &Run, review: Review, draft: &Draft) -> Vec<String> {
    let facts = Facts {
        issues: &draft.issues,
        confidence: draft.confidence,
        payload_changes: draft.payload_changes,
        cost: draft.cost,
        flags: &draft.flags,
        quality: None,
    };
    reasons_to_ask(&run.config, review, &facts)
}

fn passed(t: &mut Transition, review: Review, subject: Subject, text: &str) {
    let digest = proposal_digest(subject, &t.run.provider, text);
    let policy = t.run.config.policy.name();
    let title = review.checkpoint().title();
    let facts = [
        ("checkpoint", review.checkpoint().name().to_owned()),
        ("policy", policy.to_owned()),
        ("policy_version", POLICY_VERSION.to_string()),
        ("digest", digest.to_string()),
    ];
    let warnings = match (review, &t.run.draft) {
        (Review::PayloadReview, Some(draft)) => with_warnings(&draft.issues),
        _ => String::new(),
    };
    let message = format!("{title} passed by the policy “{policy}”{warnings}");
    t.log_with(EntryKind::PolicyPassed, Actor::Policy, message, &facts);
}

/// What the policy lets a call pass with, so that the record tells it where no ticket does.
fn with_warnings(issues: &[Issue]) -> String {
    let warnings = issues.iter().filter(|issue| issue.severity == Severity::Warning);
    let warnings: Vec<String> = warnings.map(without_stop).collect();
    if warnings.is_empty() {
        return String::new();
    }
    let told = warnings.iter().take(MAX_WARNINGS).map(String::as_str);
    let mut text = told.collect::<Vec<_>>().join("; ");
    if let Some((end, _)) = text.char_indices().nth(MAX_WARNING_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    match warnings.len().saturating_sub(MAX_WARNINGS) {
        0 => format!(" with warnings: {text}"),
        more => format!(" with warnings: {text}; and {more} more"),
    }
}

fn without_stop(issue: &Issue) -> String {
    issue.to_string().trim_end_matches('.').to_owned()
}

fn policy_warrant(run: &Run) -> Warrant {
    Warrant::Policy { name: run.config.policy.name().to_owned(), version: POLICY_VERSION }
}

/// The information as one JSON document, in the order in which it was gathered.
fn information_text(draft: &Draft) -> String {
    let value = |known: &Known| Json::parse(&known.value).unwrap_or(Json::Null);
    let mut all = Json::Object(Vec::new());
    for known in &draft.information {
        all.set(&known.field, value(known));
    }
    all.to_text()
}
