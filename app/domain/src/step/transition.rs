//! One step in the making: the run as it becomes, and what is to be committed with it.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{At, Closed, Closing, Outcome};
use crate::{
    audit::{Entry, EntryKind},
    checkpoint::{CheckpointType, Proposal, Subject, Ticket},
    decision::Actor,
    effect::Effect,
    issue::Issue,
    policy::{POLICY_VERSION, PolicyKind},
    run::{Run, proposal_digest},
    state::{Next, Open, RunState},
};

pub(super) struct Transition {
    pub run: Run,
    pub at: At,
    pub effects: Vec<Effect>,
    closed: Option<Closed>,
    changed: Option<Ticket>,
    opened: Option<Ticket>,
    entries: Vec<Entry>,
}

/// What a new ticket says.
pub(super) struct Ask {
    pub checkpoint: CheckpointType,
    pub message: String,
    pub reasons: Vec<String>,
    pub subject: Subject,
    pub text: String,
    pub issues: Vec<Issue>,
    /// A safety flag demands a human: no countdown may stand in for one.
    pub flagged: bool,
    pub then: Next,
}

impl Transition {
    pub fn new(run: &Run, at: At) -> Self {
        let (run, effects, entries) = (run.clone(), Vec::new(), Vec::new());
        Self { run, at, effects, closed: None, changed: None, opened: None, entries }
    }

    /// Whatever happens leaves an entry; without one the run is as it was, to the last bit.
    pub fn finish(self) -> Outcome {
        let Self { mut run, at, effects, closed, changed, opened, mut entries } = self;
        if !entries.is_empty() {
            run.updated_at = at.now;
        }
        // All of it is committed at once: nobody ever sees a status in between.
        for entry in &mut entries {
            entry.status = run.state.status();
        }
        Outcome { run, closed, changed, opened, entries, effects }
    }

    /// Goes to another state; the time in the old one is added to where it belongs.
    pub fn enter(&mut self, state: RunState) {
        if let Some(since) = self.run.state.since() {
            let passed = (self.at.now - since).max(TimeDelta::zero()).num_milliseconds();
            let timing = &mut self.run.timing;
            match self.run.state {
                RunState::AwaitingHuman(_) => timing.waiting_ms += passed,
                RunState::Calling(_) => timing.calling_ms += passed,
                _ => timing.working_ms += passed,
            }
        }
        self.run.state = state;
    }

    pub fn log(&mut self, kind: EntryKind, actor: Actor, message: impl Into<String>) {
        self.log_with(kind, actor, message, &[]);
    }

    pub fn log_with(
        &mut self,
        kind: EntryKind,
        actor: Actor,
        message: impl Into<String>,
        facts: &[(&str, String)],
    ) {
        let facts: BTreeMap<_, _> =
            facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.entries.push(Entry {
            kind,
            step: self.run.state.step(),
            status: self.run.state.status(),
            at: self.at.now,
            actor,
            message: message.into(),
            facts,
        });
    }

    /// Opens a ticket and waits.
    pub fn ask(&mut self, ask: Ask) {
        let ticket = self.ticket(&ask);
        let open = Open { ticket: ticket.clone(), then: ask.then, since: self.at.now };
        self.enter(RunState::AwaitingHuman(Box::new(open)));
        // Whoever asked for a pause has one.
        self.run.pause_requested = None;
        let facts = [
            ("ticket", ticket.id.to_string()),
            ("checkpoint", ticket.checkpoint.name().to_owned()),
            ("digest", ticket.proposal.digest.to_string()),
        ];
        self.log_with(EntryKind::TicketOpened, Actor::System, ticket.message.clone(), &facts);
        self.opened = Some(ticket);
    }

    fn ticket(&self, ask: &Ask) -> Ticket {
        let Run { config, provider, draft, .. } = &self.run;
        let after = |seconds: u32| self.at.now + TimeDelta::seconds(seconds.into());
        let blocked = ask.issues.iter().any(Issue::blocks);
        let countdown = config.auto_approve_after_seconds.filter(|_| {
            config.policy == PolicyKind::AutoWithThresholds
                && ask.checkpoint.is_review()
                && !blocked
                && !ask.flagged
        });
        Ticket {
            id: self.at.fresh,
            version: 1,
            checkpoint: ask.checkpoint,
            message: ask.message.clone(),
            reasons: ask.reasons.clone(),
            proposal: Proposal {
                subject: ask.subject,
                text: ask.text.clone(),
                digest: proposal_digest(ask.subject, provider, &ask.text),
            },
            issues: ask.issues.clone(),
            confidence: draft.as_ref().map_or(0.0, |draft| draft.confidence),
            allowed: ask.checkpoint.allowed().to_vec(),
            policy: config.policy,
            policy_version: POLICY_VERSION,
            created_at: self.at.now,
            expires_at: config.ticket_seconds().map(after),
            auto_approve_at: countdown.map(after),
            overdue: false,
        }
    }

    /// Lets the policy approve the ticket that was just opened at the next look at the time.
    pub fn let_pass(&mut self) {
        let now = Some(self.at.now);
        if let (Some(opened), RunState::AwaitingHuman(open)) =
            (&mut self.opened, &mut self.run.state)
        {
            (opened.auto_approve_at, open.ticket.auto_approve_at) = (now, now);
        }
    }

    /// Closes the open ticket; without one it does nothing.
    pub fn close(&mut self, how: Closing) {
        let Some(ticket) = self.run.state.ticket().cloned() else { return };
        if self.run.action.as_ref().is_some_and(|action| action.callback.is_some()) {
            self.effects.push(Effect::CallBack { ticket: ticket.id });
        }
        self.closed = Some(Closed { ticket, how });
    }

    /// Closes the open ticket without an answer; without one it does nothing.
    pub fn withdraw(&mut self, by: Actor, reason: &str) {
        let Some(ticket) = self.run.state.ticket().map(|ticket| ticket.id.to_string()) else {
            return;
        };
        self.close(Closing::Cancelled { reason: reason.to_owned() });
        let message = format!("The ticket was withdrawn: {reason}");
        self.log_with(EntryKind::TicketClosed, by, message, &[("ticket", ticket)]);
    }

    /// Changes deadline or countdown of the open ticket.
    pub fn change_ticket(&mut self, change: impl FnOnce(&mut Ticket)) {
        let RunState::AwaitingHuman(open) = &mut self.run.state else { return };
        change(&mut open.ticket);
        open.ticket.version += 1;
        self.changed = Some(open.ticket.clone());
    }
}
