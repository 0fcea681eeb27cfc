//! The rules: what a run becomes when something happens, and the work that this calls for.
//!
//! Pure: the time and a fresh ticket id are arguments. What isn't allowed is a [`Refusal`], and the
//! run stays as it was. An event that comes twice, or too late to matter, changes nothing.

mod action;
mod call;
mod decide;
mod end;
mod restore;
mod review;
mod transition;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    audit::{Entry, EntryKind},
    checkpoint::{CheckpointType, Ticket},
    decision::{Action, Actor, DecisionRecord},
    effect::Effect,
    event::Event,
    id::TicketId,
    issue::Issue,
    run::Run,
    state::{EndReason, Phase, RunState, Status},
};
pub use action::ask;
use transition::Transition;

/// What a step needs from outside.
#[derive(Debug, Clone, Copy)]
pub struct At {
    pub now: DateTime<Utc>,
    /// The id for a ticket, should one be opened.
    pub fresh: TicketId,
}

/// What a step led to. All of it is committed in one transaction, or none of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub run: Run,
    pub closed: Option<Closed>,
    /// A ticket that stays open with another deadline or countdown.
    pub changed: Option<Ticket>,
    /// A new ticket. `closed` is the one before it, unless it has the same id: then it was decided at once.
    pub opened: Option<Ticket>,
    pub entries: Vec<Entry>,
    pub effects: Vec<Effect>,
}

impl Outcome {
    /// The ticket that was opened is closed again: the policy let it pass.
    #[must_use]
    pub fn passes_at_once(&self) -> bool {
        let opened = self.opened.as_ref().map(|ticket| ticket.id);
        opened.is_some() && opened == self.closed.as_ref().map(|closed| closed.ticket.id)
    }

    /// A call was made, or may have been, and a person has to say what became of it.
    #[must_use]
    pub fn leaves_call_unknown(&self) -> bool {
        let opened = self.opened.as_ref();
        opened.is_some_and(|ticket| ticket.checkpoint == CheckpointType::UnknownOutcome)
    }

    /// This step and the next one as one, for a step that follows by itself and closes nothing: nobody ever sees the
    /// run in between.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let mut entries = self.entries;
        entries.extend(next.entries);
        for entry in &mut entries {
            entry.status = next.run.state.status();
        }
        Self {
            run: next.run,
            closed: self.closed.or(next.closed),
            changed: self.changed.or(next.changed),
            opened: next.opened.or(self.opened),
            entries,
            effects: self.effects.into_iter().chain(next.effects).collect(),
        }
    }
}

/// A ticket that is open no longer.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    /// The ticket as it stood.
    pub ticket: Ticket,
    pub how: Closing,
}

/// How a ticket was closed.
#[derive(Debug, Clone, PartialEq)]
pub enum Closing {
    Decided {
        record: Box<DecisionRecord>,
        /// The document as it was decided; the proposal's own text unless it was edited.
        decided_text: String,
    },
    Expired,
    Cancelled {
        reason: String,
    },
}

/// Why a run stays as it is.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("the run has ended: {}", .0.name())]
    Ended(EndReason),
    #[error("this is not possible while the run is “{}”", .0.name())]
    WrongState(Status),
    /// The ticket isn't the open one: decided, expired, withdrawn, or never this run's.
    #[error("this ticket is not open")]
    NotOpen(TicketId),
    #[error("the deadline was {0}; it was not approved")]
    Expired(DateTime<Utc>),
    /// The caller saw another version or digest.
    #[error("the ticket changed in the meantime")]
    Stale,
    #[error("“{}” is not possible here; possible are: {}", action.name(), names(allowed))]
    NotAllowed { action: Action, allowed: Vec<Action> },
    #[error("this needs a reason, in words")]
    ReasonMissing,
    /// Something is missing or wrong; each issue says what and where.
    #[error("issues in the way: {}", .0.len())]
    Invalid(Vec<Issue>),
    /// The event speaks of an attempt or round that is over: nothing to do.
    #[error("this is about something that is over")]
    Outdated,
    /// The attempt's request may have left already.
    #[error("this attempt was started before")]
    AlreadySending,
}

fn names(actions: &[Action]) -> String {
    actions.iter().map(|action| action.name()).collect::<Vec<_>>().join(", ")
}

/// Starts a run: at once, or `queued` behind another one of its session.
#[must_use]
pub fn start(run: Run, queued: bool, at: At) -> Outcome {
    let by = run.started_by();
    let mut transition = Transition::new(&run, at);
    if queued {
        transition.effects.push(Effect::TakeTurn);
    } else {
        review::prepare(&mut transition, false);
    }
    transition.log(EntryKind::Started, by, format!("Asked for: {}", run.input.prompt));
    transition.finish()
}

/// Takes one step.
///
/// # Errors
///
/// A [`Refusal`] that says why the event isn't possible in this state.
pub fn step(run: &Run, event: Event, at: At) -> Result<Outcome, Refusal> {
    use Event as E;
    use RunState as S;

    let mut next = Transition::new(run, at);
    let t = &mut next;
    match (&run.state, event) {
        // A wake-up that came too early or too late changes nothing, in any state.
        (_, E::Tick) => end::tick(t),
        (_, E::Restored) => restore::restored(t),
        // Also after the end the answer is: this ticket isn't open. Who decided it, its record says.
        (S::Ended(_), E::Decided(decision)) => return Err(Refusal::NotOpen(decision.ticket)),
        (S::Ended(_), E::Held { ticket, .. }) => return Err(Refusal::NotOpen(ticket)),
        (S::Ended(ending), _) => return Err(Refusal::Ended(ending.reason)),

        (S::Queued, E::TurnCame) => {
            review::prepare(t, false);
            t.log(EntryKind::Started, Actor::System, "The run's turn came");
        }
        (S::Preparing { round, settled, .. }, E::Prepared { round: of, draft }) if *round == of => {
            review::prepared(t, *draft, *settled);
        }
        (S::Preparing { round, .. }, E::PrepareFailed { round: of, message }) if *round == of => {
            end::end(t, EndReason::ProviderError, Actor::System, message);
        }

        (S::AwaitingHuman(open), E::Decided(decision)) => decide::decided(t, open, *decision)?,
        (_, E::Decided(decision)) => return Err(Refusal::NotOpen(decision.ticket)),
        (S::AwaitingHuman(open), E::Held { ticket, by }) => decide::held(t, open, ticket, by)?,
        (_, E::Held { ticket, .. }) => return Err(Refusal::NotOpen(ticket)),

        // The server calls nothing for an agent's own action.
        (
            S::Calling(_),
            E::CallStarted { .. } | E::CallLost { .. } | E::Answered { .. } | E::CallFailed { .. },
        ) if run.action.is_some() => return Err(Refusal::Outdated),
        (S::Calling(call), E::CallStarted { attempt }) if call.attempt == attempt => {
            call::started(t, call)?;
        }
        (S::Calling(call), E::CallLost { attempt, repeat_safe })
            if call.attempt == attempt && call.phase == Phase::Sending =>
        {
            call::lost(t, call, "The server stopped during the call.".to_owned(), repeat_safe);
        }
        (S::Calling(call), E::Answered { attempt, response })
            if call.attempt == attempt && call.phase == Phase::Sending =>
        {
            call::answered(t, attempt, *response);
        }
        // An answer that comes after its call was given up settles what nobody knew.
        (S::AwaitingHuman(open), E::Answered { attempt, response })
            if open.ticket.checkpoint == CheckpointType::UnknownOutcome
                && attempt == run.attempts =>
        {
            t.withdraw(Actor::System, "superseded: the answer arrived");
            call::answered(t, attempt, *response);
        }
        (S::Calling(call), E::CallFailed { attempt, failure })
            if call.attempt == attempt && call.phase == Phase::Sending =>
        {
            call::failed(t, call, failure);
        }
        (S::Calling(call), E::Reported { by, succeeded, response }) if run.action.is_some() => {
            action::reported(t, call, by, succeeded, *response);
        }
        // No outcome without a decision.
        (state, E::Reported { .. }) => return Err(Refusal::WrongState(state.status())),
        (
            _,
            E::TurnCame
            | E::Prepared { .. }
            | E::PrepareFailed { .. }
            | E::CallStarted { .. }
            | E::CallLost { .. }
            | E::Answered { .. }
            | E::CallFailed { .. },
        ) => return Err(Refusal::Outdated),

        // What the agent was allowed to do, nobody can hold back.
        (S::Preparing { .. } | S::Calling(_), E::PauseRequested { by }) if run.action.is_none() => {
            decide::pause(t, by);
        }
        (state, E::PauseRequested { .. }) => return Err(Refusal::WrongState(state.status())),
        (_, E::CancelRequested { by }) => end::cancel(t, by),
    }
    Ok(next.finish())
}

/// When the run wants its next [`Event::Tick`]; `None` while nothing depends on time.
#[must_use]
pub fn wakes_at(run: &Run) -> Option<DateTime<Utc>> {
    match &run.state {
        RunState::AwaitingHuman(open) => {
            [open.ticket.expires_at, open.ticket.auto_approve_at].into_iter().flatten().min()
        }
        RunState::Preparing { .. } | RunState::Calling(_) => work_ends_at(run),
        RunState::Queued | RunState::Ended(_) => None,
    }
}

/// When the run's own working time is used up; `None` without a limit, or while it isn't working.
#[must_use]
pub fn work_ends_at(run: &Run) -> Option<DateTime<Utc>> {
    let limit = TimeDelta::seconds(run.config.timeout_seconds.into());
    let used = TimeDelta::milliseconds(run.timing.working_ms + run.timing.calling_ms);
    let working = !matches!(run.state, RunState::AwaitingHuman(_));
    let since = run.state.since().filter(|_| working && !limit.is_zero())?;
    Some(since + (limit - used).max(TimeDelta::zero()))
}
