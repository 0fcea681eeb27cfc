//! The call itself: an attempt is prepared, started at most once, and answered, failed or unknown.

use chrono::TimeDelta;

use super::{
    Refusal, end, review,
    transition::{Ask, Transition},
};
use crate::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject},
    decision::Actor,
    effect::Effect,
    event::Failure,
    issue::Issue,
    policy::Review,
    run::Response,
    state::{Call, EndReason, Next, Phase, RunState, Warrant},
};

/// How often the server tries by itself before it asks a person.
const AUTOMATIC_TRIES: u32 = 3;
/// The longest pause before the server tries again by itself.
const LONGEST_PAUSE_SECONDS: u32 = 60;

/// Prepares the next attempt for the payload as it stands.
pub(super) fn prepare(
    t: &mut Transition,
    warrant: Warrant,
    automatic: u32,
    pause_seconds: Option<u32>,
) {
    let Some(digest) = t.run.payload_digest() else { return };
    t.run.attempts += 1;
    let attempt = t.run.attempts;
    let not_before = pause_seconds.map(|s| t.at.now + TimeDelta::seconds(s.into()));
    let warranted_by = match &warrant {
        Warrant::Decision(ticket) => format!("ticket {ticket}"),
        Warrant::Policy { name, version } => format!("policy {name} version {version}"),
    };
    let call = Call { attempt, automatic, digest, warrant, phase: Phase::Ready, since: t.at.now };
    t.effects.push(Effect::Call { attempt, digest, not_before });
    t.enter(RunState::Calling(call));
    let facts = [
        ("attempt", attempt.to_string()),
        ("digest", digest.to_string()),
        ("warrant", warranted_by),
    ];
    let message = format!("Call {attempt} of “{}” is ready", t.run.provider);
    t.log_with(EntryKind::CallPrepared, Actor::System, message, &facts);
}

pub(super) fn started(t: &mut Transition, call: &Call) -> Result<(), Refusal> {
    if call.phase == Phase::Sending {
        return Err(Refusal::AlreadySending);
    }
    if end::is_out_of_time(t) {
        end::out_of_time(t);
        return Ok(());
    }
    if let Some(by) = t.run.pause_requested.take() {
        // Nothing was sent: the attempt's number is spent, and another is made when the run goes on.
        review::pause(t, Next::Call, &by);
        return Ok(());
    }
    t.enter(RunState::Calling(Call { phase: Phase::Sending, since: t.at.now, ..call.clone() }));
    let facts = attempt_facts(call);
    let message = format!("Calling “{}”", t.run.provider);
    t.log_with(EntryKind::CallStarted, Actor::System, message, &facts);
    Ok(())
}

pub(super) fn answered(t: &mut Transition, attempt: u32, response: Response) {
    let facts = [("attempt", attempt.to_string()), ("took_ms", response.took_ms.to_string())];
    t.log_with(EntryKind::CallAnswered, Actor::System, response.summary.clone(), &facts);
    t.run.response = Some(response);
    review::go(t, Review::ResponseReview);
}

pub(super) fn failed(t: &mut Transition, call: &Call, failure: Failure) {
    match failure {
        Failure::Invalid { issues } => {
            let message = format!("“{}” refused the payload", t.run.provider);
            log_failure(t, call, &message);
            recover(t, message, issues);
        }
        Failure::Refused { message } => {
            log_failure(t, call, &message);
            end::end(t, EndReason::ProviderError, Actor::System, message);
        }
        Failure::Busy { message, retry_after_seconds } => {
            log_failure(t, call, &message);
            try_again(t, call, message, retry_after_seconds);
        }
        Failure::Unreachable { message } => {
            log_failure(t, call, &message);
            try_again(t, call, message, None);
        }
        Failure::Unknown { message, repeat_safe } => lost(t, call, message, repeat_safe),
    }
}

/// The outcome is unknown: repeat the call where that is declared safe, else ask a person.
pub(super) fn lost(t: &mut Transition, call: &Call, why: String, repeat_safe: bool) {
    log_failure(t, call, &why);
    // After a pause the call would be another one to the provider, with a key of its own.
    let pausing = t.run.pause_requested.is_some();
    if repeat_safe && !pausing && call.automatic < AUTOMATIC_TRIES {
        return prepare(t, call.warrant.clone(), call.automatic + 1, None);
    }
    t.ask(Ask {
        checkpoint: CheckpointType::UnknownOutcome,
        message: format!("We don't know if the call of “{}” happened.", t.run.provider),
        reasons: vec![why],
        subject: Subject::Payload,
        text: payload_text(t),
        issues: Vec::new(),
        flagged: false,
        then: Next::Call,
    });
}

fn try_again(t: &mut Transition, call: &Call, message: String, after: Option<u32>) {
    if call.automatic >= AUTOMATIC_TRIES {
        return recover(t, message, Vec::new());
    }
    let pause = after.unwrap_or(1 << call.automatic).clamp(1, LONGEST_PAUSE_SECONDS);
    prepare(t, call.warrant.clone(), call.automatic + 1, Some(pause));
}

fn recover(t: &mut Transition, why: String, issues: Vec<Issue>) {
    t.ask(Ask {
        checkpoint: CheckpointType::ErrorRecovery,
        message: format!("The call of “{}” failed; this attempt executed nothing.", t.run.provider),
        reasons: vec![why],
        subject: Subject::Payload,
        text: payload_text(t),
        issues,
        flagged: false,
        then: Next::Call,
    });
}

fn log_failure(t: &mut Transition, call: &Call, message: &str) {
    t.log_with(EntryKind::CallFailed, Actor::System, message, &attempt_facts(call));
}

fn attempt_facts(call: &Call) -> [(&'static str, String); 2] {
    [("attempt", call.attempt.to_string()), ("digest", call.digest.to_string())]
}

/// The payload as it stands; empty before there is one.
pub(super) fn payload_text(t: &Transition) -> String {
    t.run.draft.as_ref().map_or_else(String::new, |draft| draft.payload.clone())
}
