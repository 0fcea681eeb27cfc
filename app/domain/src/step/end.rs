//! The ends: done, rejected, expired, cancelled, failed. Over is over.

use super::{Closing, transition::Transition, work_ends_at};
use crate::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Ticket},
    decision::{Actor, Answer, Decision, Via},
    effect::Effect,
    policy::{HitlConfig, OnTimeout},
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

pub(super) fn cancel(t: &mut Transition, by: Actor) {
    let message = format!("The run was cancelled.{}", stop_call(t));
    t.withdraw(by.clone(), "the run was cancelled");
    end(t, EndReason::Cancelled, by, message);
}

/// Tells the provider to stop, if its call is under way; says so to people, too.
pub(super) fn stop_call(t: &mut Transition) -> &'static str {
    match &t.run.state {
        RunState::Calling(_) if t.run.action.is_some() => {
            " The agent had been allowed to act; it may still have happened."
        }
        RunState::Calling(call) if call.phase == Phase::Sending => {
            t.effects.push(Effect::StopCall { attempt: call.attempt });
            " The call had already started; it may still have happened."
        }
        RunState::AwaitingHuman(open)
            if open.ticket.checkpoint == CheckpointType::UnknownOutcome =>
        {
            " Nobody knows if the call happened; it may still have happened."
        }
        _ => "",
    }
}

/// Looks at the time: deadlines first, so that what is late is never approved.
pub(super) fn tick(t: &mut Transition) {
    let now = t.at.now;
    let due = |at: Option<chrono::DateTime<chrono::Utc>>| at.is_some_and(|at| at <= now);
    match t.run.state.clone() {
        RunState::AwaitingHuman(open) if due(open.ticket.expires_at) => expire(t, &open.ticket),
        RunState::AwaitingHuman(open) if due(open.ticket.auto_approve_at) => auto_approve(t, &open),
        RunState::Preparing { .. } | RunState::Calling(_) if is_out_of_time(t) => out_of_time(t),
        _ => {}
    }
}

pub(super) fn is_out_of_time(t: &Transition) -> bool {
    work_ends_at(&t.run).is_some_and(|end| end <= t.at.now)
}

/// After its deadline the ticket stays open: that was asked for, or a call may have happened that
/// only a person can account for.
pub(super) fn escalates(config: &HitlConfig, ticket: &Ticket) -> bool {
    config.on_timeout == OnTimeout::Escalate || ticket.checkpoint == CheckpointType::UnknownOutcome
}

fn expire(t: &mut Transition, ticket: &Ticket) {
    let id = ticket.id.to_string();
    if escalates(&t.run.config, ticket) {
        t.change_ticket(|ticket| {
            ticket.overdue = true;
            ticket.expires_at = None;
            ticket.auto_approve_at = None;
        });
        let message = "The deadline passed: escalated.";
        t.log_with(EntryKind::TicketChanged, Actor::System, message, &[("ticket", id)]);
    } else {
        let message = "Nobody decided before the deadline; it was not approved.";
        t.close(Closing::Expired);
        t.log_with(EntryKind::TicketExpired, Actor::System, message, &[("ticket", id)]);
        end(t, EndReason::Expired, Actor::System, message.to_owned());
    }
}

fn auto_approve(t: &mut Transition, open: &Open) {
    let note = match open.ticket.checkpoint {
        CheckpointType::Action => "The policy lets this pass.",
        _ => "The countdown ran out and nobody stopped it.",
    };
    let decision = Decision {
        ticket: open.ticket.id,
        version: Some(open.ticket.version),
        digest: Some(open.ticket.proposal.digest),
        answer: Answer::Approve,
        note: Some(note.to_owned()),
        by: Actor::Policy,
        via: Via::Policy,
    };
    if super::decide::decided(t, open, decision).is_err() {
        // Left to people, which is where it belongs; a countdown that stays would never end.
        t.change_ticket(|ticket| ticket.auto_approve_at = None);
        let message = "This can't be approved by the policy.";
        let ticket = [("ticket", open.ticket.id.to_string())];
        t.log_with(EntryKind::TicketChanged, Actor::System, message, &ticket);
    }
}

pub(super) fn out_of_time(t: &mut Transition) {
    let limit = t.run.config.timeout_seconds;
    let message = format!("The run used up its working time of {limit} s.{}", stop_call(t));
    end(t, EndReason::Expired, Actor::System, message);
}
