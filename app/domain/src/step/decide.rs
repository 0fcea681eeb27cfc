//! What people say: decisions on tickets, stopping a countdown, asking for a pause.

mod check;
mod record;

use check::check;
use record::record;

use super::{Refusal, action, call, end, review, transition::Transition};
use crate::{
    audit::EntryKind,
    checkpoint::CheckpointType,
    decision::{Actor, Answer, Decision},
    id::TicketId,
    information::{Known, Source},
    json::{Json, top_key},
    patch::Change,
    policy::Review,
    run::Response,
    state::{EndReason, Open, RunState, Warrant},
};

pub(super) fn decided(t: &mut Transition, open: &Open, decision: Decision) -> Result<(), Refusal> {
    check(t, &open.ticket, &decision)?;
    let (text, changes) = record(t, &open.ticket, &decision);
    apply(t, open, decision, text, &changes);
    Ok(())
}

/// Goes where the answer leads. Everything was checked before.
fn apply(t: &mut Transition, open: &Open, decision: Decision, text: String, changes: &[Change]) {
    use CheckpointType as C;
    let warrant = Warrant::Decision(open.ticket.id);
    let checkpoint = open.ticket.checkpoint;
    match (decision.answer, checkpoint) {
        (Answer::Cancel, _) => {
            let message = format!("The run was cancelled.{}", end::stop_call(t));
            end::end(t, EndReason::Cancelled, decision.by, message);
        }
        // A person settles what nobody knew: the call failed.
        (Answer::Reject { reason }, C::UnknownOutcome) => {
            end::end(t, EndReason::ProviderError, decision.by, reason);
        }
        (Answer::Reject { reason }, _) => end::end(t, EndReason::Rejected, decision.by, reason),

        (Answer::Approve, C::ManualPause) => review::resume(t, open.then, warrant),
        (Answer::Approve, C::InformationReview) => review::go(t, Review::PayloadReview),
        (Answer::Edit(_), C::InformationReview) | (Answer::Respond(_), C::FormRequirements) => {
            give(t, changes, &text);
            review::prepare(t, true);
        }
        (Answer::Respond(_), C::UnknownOutcome) => {
            let by = decision.by;
            let summary = format!("Result entered by {}", by.name());
            t.run.response = Some(Response {
                text: String::new(),
                accepted: Some(text),
                files: Vec::new(),
                summary: summary.clone(),
                quality: None,
                flags: Vec::new(),
                took_ms: 0,
            });
            end::end(t, EndReason::Done, by, summary);
        }

        (Answer::Approve | Answer::Edit(_), C::ResponseReview) if changes.is_empty() => {
            let summary = t.run.response.as_ref().map_or_else(String::new, |r| r.summary.clone());
            end::end(t, EndReason::Done, decision.by, summary);
        }
        (Answer::Edit(_), C::ResponseReview) => {
            if let Some(response) = &mut t.run.response {
                response.accepted = Some(text);
            }
            end::end(t, EndReason::Done, decision.by, "Accepted with edits.".to_owned());
        }

        (Answer::Respond(_), C::Action) => action::answered(t, decision.by, text),
        (Answer::Edit(_) | Answer::Approve, C::Action) => action::allow(t, warrant, text),

        (Answer::Edit(edited), _) => {
            if let Some(draft) = &mut t.run.draft {
                draft.payload = text;
                draft.issues = edited.issues;
                draft.files = edited.files;
                draft.cost = edited.cost;
            }
            call::prepare(t, warrant, 1, None);
        }
        (Answer::Approve | Answer::Retry | Answer::Respond(_), _) => {
            call::prepare(t, warrant, 1, None);
        }
    }
}

/// Keeps the edited values: they outrank whatever is found. A value that was taken out stays out,
/// which is what `null` says here.
fn give(t: &mut Transition, changes: &[Change], edited: &str) {
    let edited = Json::parse(edited).unwrap_or_default();
    for change in changes {
        let field = top_key(&change.path);
        let value = edited.get(&field).unwrap_or(&Json::Null).to_text();
        t.run.given.retain(|known| known.field != field);
        t.run.given.push(Known { field, value, source: Source::Form });
    }
}

pub(super) fn held(
    t: &mut Transition,
    open: &Open,
    ticket: TicketId,
    by: Actor,
) -> Result<(), Refusal> {
    if open.ticket.id != ticket {
        return Err(Refusal::NotOpen(ticket));
    }
    if open.ticket.auto_approve_at.is_some() {
        t.change_ticket(|ticket| ticket.auto_approve_at = None);
        let message = format!("{} stopped the countdown", by.name());
        t.log_with(EntryKind::TicketChanged, by, message, &[("ticket", ticket.to_string())]);
    }
    Ok(())
}

pub(super) fn pause(t: &mut Transition, by: Actor) {
    debug_assert!(!matches!(t.run.state, RunState::AwaitingHuman(_)));
    if t.run.pause_requested.is_none() {
        let message = format!("{} asked for a pause", by.name());
        t.log(EntryKind::PauseRequested, by.clone(), message);
        t.run.pause_requested = Some(by);
    }
}
