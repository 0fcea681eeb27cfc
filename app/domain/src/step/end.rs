//! The ends: done, rejected, expired, cancelled, failed. Over is over.

use super::{Closing, transition::Transition, work_ends_at};
use crate::{
    audit::EntryKind,
    checkpoint::Ticket,
    decision::{Actor, Answer, Decision, Via},
    effect::Effect,
    policy::OnTimeout,
    state::{EndReason, Ending, Open, Phase, RunState},
};

/// Ends the run and gives the session's next one its turn.
pub(super) fn end(t: &mut Transition, reason: EndReason, by: Actor, message: String) {
    let step = t.run.state.step();
    t.enter(RunState::Ended(Ending { reason, message: message.clone(), at: t.at.now, step }));
    t.run.pause_requested = None;
    t.effects.push(Effect::TakeTurn);
    t.log_with(EntryKind::Ended, by, message, &[("end_reason", reason.name().to_owned())]);
}

pub(super) fn cancel(t: &mut Transition, state: &RunState, by: Actor) {
    let mut message = "The run was cancelled.".to_owned();
    if let RunState::Calling(call) = state
        && call.phase == Phase::Sending
    {
        t.effects.push(Effect::StopCall { attempt: call.attempt });
        message.push_str(" The call had already started; it may still have happened.");
    }
    t.close(Closing::Cancelled { reason: "the run was cancelled".to_owned() });
    end(t, EndReason::Cancelled, by, message);
}

/// Looks at the time: deadlines first, so that what is late is never approved.
pub(super) fn tick(t: &mut Transition) {
    let now = t.at.now;
    let due = |at: Option<chrono::DateTime<chrono::Utc>>| at.is_some_and(|at| at <= now);
    match t.run.state.clone() {
        RunState::AwaitingHuman(open) if due(open.ticket.expires_at) => expire(t, &open.ticket),
        RunState::AwaitingHuman(open) if due(open.ticket.auto_approve_at) => auto_approve(t, &open),
        RunState::Preparing { .. } if due(work_ends_at(&t.run)) => out_of_time(t),
        RunState::Calling(call) if call.phase == Phase::Ready && due(work_ends_at(&t.run)) => {
            out_of_time(t);
        }
        _ => {}
    }
}

fn expire(t: &mut Transition, ticket: &Ticket) {
    match t.run.config.on_timeout {
        OnTimeout::Fail => {
            let message = "Nobody decided before the deadline; it was not approved.".to_owned();
            t.close(Closing::Expired);
            t.log_with(
                EntryKind::TicketExpired,
                Actor::System,
                message.clone(),
                &[("ticket", ticket.id.to_string())],
            );
            end(t, EndReason::Expired, Actor::System, message);
        }
        OnTimeout::Escalate => {
            t.change_ticket(|ticket| {
                ticket.overdue = true;
                ticket.expires_at = None;
                ticket.auto_approve_at = None;
            });
            t.log(EntryKind::TicketChanged, Actor::System, "The deadline passed: escalated.");
        }
    }
}

fn auto_approve(t: &mut Transition, open: &Open) {
    let decision = Decision {
        ticket: open.ticket.id,
        version: Some(open.ticket.version),
        digest: Some(open.ticket.proposal.digest),
        answer: Answer::Approve,
        note: Some("The countdown ran out and nobody stopped it.".to_owned()),
        by: Actor::Policy,
        via: Via::Policy,
    };
    // A refusal leaves the ticket to people, which is where it belongs.
    let _refused = super::decide::decided(t, open, decision);
}

fn out_of_time(t: &mut Transition) {
    let limit = t.run.config.timeout_seconds;
    let message = format!("The run used up its working time of {limit} s.");
    end(t, EndReason::Expired, Actor::System, message);
}
