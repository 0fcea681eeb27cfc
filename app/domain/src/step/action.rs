//! An agent's own action: it asks, a person decides on the exact arguments, the agent acts and reports.
//!
//! The server calls nothing: while the agent acts the run is in its call, and only the agent's report,
//! a person's cancelling or the run's own time limit ends it.

use super::{
    At, Outcome, end,
    transition::{Ask, Transition},
};
use crate::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject},
    decision::Actor,
    policy::{Facts, Review, reasons_to_ask},
    run::{Draft, Response, Run},
    state::{Call, EndReason, Next, Phase, RunState, Warrant},
};

/// Starts the run of an action: its ticket is open at once, and decided as well where the policy lets it pass. The
/// arguments are in the run's draft.
#[must_use]
pub fn ask(run: Run, at: At) -> Outcome {
    let mut t = Transition::new(&run, at);
    let name = name(&t);
    t.log(EntryKind::Started, run.started_by(), format!("Asks to run “{name}”"));
    if let Some(draft) = run.draft {
        open(&mut t, &name, draft);
        end::tick(&mut t);
    }
    t.finish()
}

fn open(t: &mut Transition, name: &str, draft: Draft) {
    let facts = Facts { issues: &draft.issues, confidence: draft.confidence, ..Facts::default() };
    let reasons = reasons_to_ask(&t.run.config, Review::PayloadReview, &facts);
    let passes = reasons.is_empty();
    let policy = t.run.config.policy.name();
    let reasons =
        if passes { vec![format!("The policy “{policy}” lets this pass.")] } else { reasons };
    t.ask(Ask {
        checkpoint: CheckpointType::Action,
        message: format!("{} wants to run “{name}” with these arguments.", t.run.owner_name),
        reasons,
        subject: Subject::Payload,
        text: draft.payload,
        issues: draft.issues,
        flagged: false,
        then: Next::Call,
    });
    if passes {
        t.let_pass();
    }
}

/// The agent may act, once, with exactly these arguments.
pub(super) fn allow(t: &mut Transition, warrant: Warrant, arguments: String) {
    decided(t, arguments);
    let Some(digest) = t.run.payload_digest() else { return };
    t.run.attempts += 1;
    let attempt = t.run.attempts;
    let warranted_by = match &warrant {
        Warrant::Decision(ticket) => format!("ticket {ticket}"),
        Warrant::Policy { name, version } => format!("policy {name} version {version}"),
    };
    // From here on nobody knows how far the agent is until it says so.
    let (phase, since) = (Phase::Sending, t.at.now);
    t.enter(RunState::Calling(Call { attempt, automatic: 1, digest, warrant, phase, since }));
    let facts = [
        ("attempt", attempt.to_string()),
        ("digest", digest.to_string()),
        ("warrant", warranted_by),
    ];
    let (agent, name) = (t.run.owner_name.clone(), name(t));
    let message = format!("{agent} may run “{name}” now");
    t.log_with(EntryKind::CallPrepared, Actor::System, message, &facts);
    let message = format!("Waiting for {agent} to say what became of it");
    t.log_with(EntryKind::CallStarted, Actor::System, message, &facts[..2]);
}

/// A person answered in words instead: the agent doesn't act.
pub(super) fn answered(t: &mut Transition, by: Actor, arguments: String) {
    decided(t, arguments);
    let message = "Answered; the agent doesn't run it.".to_owned();
    end::end(t, EndReason::Done, by, message);
}

/// The agent says what became of it.
pub(super) fn reported(
    t: &mut Transition,
    call: &Call,
    by: Actor,
    succeeded: bool,
    response: Response,
) {
    let (kind, reason) = if succeeded {
        (EntryKind::CallAnswered, EndReason::Done)
    } else {
        (EntryKind::CallFailed, EndReason::ProviderError)
    };
    let facts = [
        ("attempt", call.attempt.to_string()),
        ("digest", call.digest.to_string()),
        ("took_ms", response.took_ms.to_string()),
    ];
    let summary = response.summary.clone();
    t.log_with(kind, by.clone(), summary.clone(), &facts);
    t.run.response = Some(response);
    end::end(t, reason, by, summary);
}

fn decided(t: &mut Transition, arguments: String) {
    if let Some(draft) = &mut t.run.draft {
        draft.payload = arguments;
        draft.issues.clear();
    }
}

fn name(t: &Transition) -> String {
    t.run.action.as_ref().map_or_else(String::new, |action| action.name.clone())
}
