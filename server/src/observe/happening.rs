//! What a step means to an operator, read off what was committed.

use chrono::TimeDelta;
use domain::{
    audit::EntryKind,
    checkpoint::CheckpointType,
    decision::{Action, Actor, Via},
    id::{RunId, TicketId},
    run::Run,
    state::{Call, EndReason, Phase, RunState, Step, Warrant},
    step::{Closing, Outcome},
};

/// One thing worth a line: where, about which ticket, by whom, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub what: What,
    pub run: RunId,
    pub ticket: Option<TicketId>,
    pub step: Step,
    pub actor: Actor,
    /// How long the run was in what this ended: at work before a pause, waiting before a decision, in the call.
    pub took: TimeDelta,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The run waits for a person.
    Pause {
        checkpoint: CheckpointType,
    },
    /// The run goes on after a ticket.
    Resume,
    Decision {
        checkpoint: CheckpointType,
        action: Action,
        via: Via,
    },
    /// A call that was begun is over.
    Call {
        provider: String,
        attempt: u32,
        outcome: CallOutcome,
    },
    End {
        reason: EndReason,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    Answered,
    /// It brought no answer; the server knows what to make of that.
    Failed,
    /// Nobody knows if it happened.
    Unknown,
    /// The run ended while the call was under way.
    Abandoned,
}

impl CallOutcome {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Abandoned => "abandoned",
        }
    }
}

/// Where a run is while a ticket is open that the policy lets pass at once: only actions have those.
const PASSED: Step = Step::PayloadReview;

/// Everything worth telling of a step, in the order in which it happened. `before` is the run as it was, `None` for one
/// that begins.
#[must_use]
pub fn happenings(before: Option<&Run>, outcome: &Outcome) -> Vec<Happening> {
    let told = Told { before, outcome };
    let [decision, resume, pause] = [told.decision(), told.resume(), told.pause()];
    let tickets = if outcome.passes_at_once() {
        [pause, decision, resume]
    } else {
        [decision, resume, pause]
    };
    told.call().into_iter().chain(tickets.into_iter().flatten()).chain(told.end()).collect()
}

struct Told<'a> {
    before: Option<&'a Run>,
    outcome: &'a Outcome,
}

impl Told<'_> {
    fn call(&self) -> Option<Happening> {
        let call = sending(self.before)?;
        if sending(Some(&self.outcome.run)).is_some_and(|still| still.attempt == call.attempt) {
            return None;
        }
        let entries = &self.outcome.entries;
        let is = |kind: EntryKind| entries.iter().any(|entry| entry.kind == kind);
        let outcome = if is(EntryKind::CallAnswered) {
            CallOutcome::Answered
        } else if self.outcome.leaves_call_unknown() {
            CallOutcome::Unknown
        } else if is(EntryKind::CallFailed) {
            CallOutcome::Failed
        } else {
            CallOutcome::Abandoned
        };
        let (provider, attempt) = (self.outcome.run.provider.clone(), call.attempt);
        let ticket = match call.warrant {
            Warrant::Decision(ticket) => Some(ticket),
            Warrant::Policy { .. } => None,
        };
        let what = What::Call { provider, attempt, outcome };
        Some(self.happening(what, ticket, Step::ApiCall, Actor::System))
    }

    fn decision(&self) -> Option<Happening> {
        let closed = self.outcome.closed.as_ref()?;
        let Closing::Decided { record, .. } = &closed.how else { return None };
        let checkpoint = closed.ticket.checkpoint;
        let what = What::Decision { checkpoint, action: record.action, via: record.via.clone() };
        Some(self.happening(what, Some(record.ticket), self.left()?, record.by.clone()))
    }

    fn resume(&self) -> Option<Happening> {
        let closed = self.outcome.closed.as_ref()?;
        if self.outcome.run.state.is_over() {
            return None;
        }
        let by = match &closed.how {
            Closing::Decided { record, .. } => record.by.clone(),
            Closing::Expired | Closing::Cancelled { .. } => Actor::System,
        };
        // Where the next ticket was opened at once, the run went on from the step that it left.
        let step = match self.outcome.opened {
            Some(_) if !self.outcome.passes_at_once() => self.left()?,
            _ => self.outcome.run.state.step(),
        };
        Some(self.happening(What::Resume, Some(closed.ticket.id), step, by))
    }

    fn pause(&self) -> Option<Happening> {
        let ticket = self.outcome.opened.as_ref()?;
        let what = What::Pause { checkpoint: ticket.checkpoint };
        let step =
            if self.outcome.passes_at_once() { PASSED } else { self.outcome.run.state.step() };
        let mut pause = self.happening(what, Some(ticket.id), step, Actor::System);
        if self.outcome.closed.is_some() {
            pause.took = TimeDelta::zero();
        }
        Some(pause)
    }

    fn end(&self) -> Option<Happening> {
        let RunState::Ended(ending) = &self.outcome.run.state else { return None };
        if self.before.is_some_and(|before| before.state.is_over()) {
            return None;
        }
        let entry = self.outcome.entries.iter().find(|entry| entry.kind == EntryKind::Ended);
        let actor = entry.map_or(Actor::System, |entry| entry.actor.clone());
        let what = What::End { reason: ending.reason };
        let mut end = self.happening(what, None, ending.step, actor);
        end.took = ending.at - self.outcome.run.created_at;
        Some(end)
    }

    /// The step that the run was at before.
    fn left(&self) -> Option<Step> {
        let at_once = self.outcome.passes_at_once().then_some(PASSED);
        at_once.or_else(|| self.before.map(|before| before.state.step()))
    }

    fn happening(
        &self,
        what: What,
        ticket: Option<TicketId>,
        step: Step,
        actor: Actor,
    ) -> Happening {
        let run = &self.outcome.run;
        let since = self.before.and_then(|before| before.state.since());
        let took = run.updated_at - since.unwrap_or(run.created_at);
        Happening { what, run: run.id, ticket, step, actor, took: took.max(TimeDelta::zero()) }
    }
}

fn sending(run: Option<&Run>) -> Option<&Call> {
    match &run?.state {
        RunState::Calling(call) if call.phase == Phase::Sending => Some(call),
        _ => None,
    }
}
