//! A run to experiment with: fixed ids, fixed time, and one short name for each event.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::CallerKind,
    audit::EntryKind,
    checkpoint::{CheckpointType, Ticket},
    decision::{Actor, Answer, Decision, Edited, Via},
    event::{Event, Failure},
    id::{PersonId, RunId, TicketId},
    information::{Known, Source},
    issue::Issue,
    policy::{HitlConfig, OnTimeout, PolicyKind},
    run::{Draft, Response, Run, RunInput, Timing},
    state::{EndReason, Phase, RunState},
    step::{At, Outcome, Refusal, start, step},
};
use uuid::Uuid;

pub const PAYLOAD: &str = r#"{"operation":"crop","width":300}"#;
pub const ANSWER: &str = r#"{"image":"sha256:1"}"#;

pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_014_400, 0).unwrap()
}

pub fn ada() -> Actor {
    Actor::Person { id: PersonId::from_uuid(Uuid::from_u128(1)), name: "Ada".to_owned() }
}

pub fn ticket_id(number: u128) -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(number))
}

pub fn config(policy: PolicyKind) -> HitlConfig {
    HitlConfig { policy, ..HitlConfig::default() }
}

pub fn require_human() -> HitlConfig {
    config(PolicyKind::RequireHuman)
}

/// Thresholds with a countdown of ten seconds.
pub fn countdown() -> HitlConfig {
    HitlConfig { auto_approve_after_seconds: Some(10), ..config(PolicyKind::AutoWithThresholds) }
}

pub fn deadline(seconds: u32, on_timeout: OnTimeout) -> HitlConfig {
    HitlConfig { approval_timeout_seconds: Some(seconds), on_timeout, ..require_human() }
}

pub fn run(config: HitlConfig) -> Run {
    Run {
        id: RunId::from_uuid(Uuid::from_u128(100)),
        owner: PersonId::from_uuid(Uuid::from_u128(1)),
        owner_name: "Ada".to_owned(),
        owner_kind: CallerKind::Person,
        input: RunInput { prompt: "Crop it to a square".to_owned(), ..RunInput::default() },
        provider: "image".to_owned(),
        capabilities: None,
        action: None,
        config,
        created_at: noon(),
        updated_at: noon(),
        given: Vec::new(),
        draft: None,
        response: None,
        edits: Vec::new(),
        last_decision: None,
        pause_requested: None,
        rounds: 0,
        attempts: 0,
        timing: Timing::default(),
        state: RunState::Queued,
    }
}

pub fn known(field: &str, value: &str) -> Known {
    Known { field: field.to_owned(), value: value.to_owned(), source: Source::Request }
}

/// A draft with which nothing is wrong.
pub fn draft() -> Draft {
    Draft {
        information: vec![known("operation", r#""crop""#), known("width", "300")],
        payload: PAYLOAD.to_owned(),
        files: Vec::new(),
        issues: Vec::new(),
        confidence: 1.0,
        payload_changes: 0,
        cost: None,
        flags: Vec::new(),
    }
}

pub fn incomplete() -> Draft {
    Draft {
        information: vec![known("operation", r#""crop""#)],
        payload: r#"{"operation":"crop"}"#.to_owned(),
        issues: vec![Issue::error("/width", "is missing")],
        confidence: 0.0,
        ..draft()
    }
}

pub fn unsure() -> Draft {
    Draft { confidence: 0.5, ..draft() }
}

pub fn response() -> Response {
    Response {
        text: ANSWER.to_owned(),
        accepted: None,
        files: Vec::new(),
        summary: "A square picture".to_owned(),
        quality: None,
        flags: Vec::new(),
        took_ms: 40,
    }
}

pub fn edited(text: &str) -> Edited {
    Edited { text: text.to_owned(), ..Edited::default() }
}

pub fn reject() -> Answer {
    Answer::Reject { reason: "not this one".to_owned() }
}

pub fn busy() -> Failure {
    Failure::Busy { message: "Too many requests".to_owned(), retry_after_seconds: None }
}

pub fn unknown(repeat_safe: bool) -> Failure {
    Failure::Unknown { message: "The line broke".to_owned(), repeat_safe }
}

pub fn invalid() -> Failure {
    Failure::Invalid { issues: vec![Issue::error("/width", "must be at most 200")] }
}

pub fn auto() -> HitlConfig {
    config(PolicyKind::Auto)
}

pub fn timed(seconds: u32) -> HitlConfig {
    HitlConfig { timeout_seconds: seconds, ..auto() }
}

pub fn end(bench: &Bench) -> EndReason {
    let RunState::Ended(ending) = &bench.run.state else { panic!("{:?}", bench.run.state) };
    ending.reason
}

pub fn message(bench: &Bench) -> &str {
    let RunState::Ended(ending) = &bench.run.state else { panic!("{:?}", bench.run.state) };
    &ending.message
}

pub fn phase(bench: &Bench) -> Phase {
    let RunState::Calling(call) = &bench.run.state else { panic!("{:?}", bench.run.state) };
    call.phase
}

pub fn kinds(bench: &Bench) -> Vec<EntryKind> {
    bench.last.entries.iter().map(|entry| entry.kind).collect()
}

/// A run, its clock and everything that happened.
#[derive(Debug, Clone)]
pub struct Bench {
    pub run: Run,
    pub now: DateTime<Utc>,
    pub tickets: u128,
    pub last: Outcome,
}

impl Bench {
    pub fn new(config: HitlConfig) -> Self {
        Self::begin(config, false)
    }

    pub fn queued(config: HitlConfig) -> Self {
        Self::begin(config, true)
    }

    fn begin(config: HitlConfig, queued: bool) -> Self {
        let at = At { now: noon(), fresh: ticket_id(1) };
        let last = start(run(config), queued, at);
        Self { run: last.run.clone(), now: noon(), tickets: 1, last }
    }

    pub fn at(&self) -> At {
        At { now: self.now, fresh: ticket_id(self.tickets) }
    }

    /// Takes a step, a second later.
    pub fn try_do(&mut self, event: Event) -> Result<(), Refusal> {
        self.now += TimeDelta::seconds(1);
        self.try_now(event)
    }

    /// Takes a step at the same instant as the one before.
    pub fn try_now(&mut self, event: Event) -> Result<(), Refusal> {
        let outcome = step(&self.run, event, self.at())?;
        self.tickets += u128::from(outcome.opened.is_some());
        self.run = outcome.run.clone();
        self.last = outcome;
        Ok(())
    }

    pub fn then(mut self, event: Event) -> Self {
        self.try_do(event).unwrap();
        self
    }

    pub fn after(mut self, seconds: i64) -> Self {
        self.now += TimeDelta::seconds(seconds);
        self
    }

    pub fn tick_after(self, seconds: i64) -> Self {
        self.after(seconds - 1).then(Event::Tick)
    }

    pub fn prepared(self, draft: Draft) -> Self {
        let round = self.run.rounds;
        self.then(Event::Prepared { round, draft: Box::new(draft) })
    }

    pub fn started(self) -> Self {
        let attempt = self.run.attempts;
        self.then(Event::CallStarted { attempt })
    }

    pub fn answered(self) -> Self {
        let attempt = self.run.attempts;
        self.then(Event::Answered { attempt, response: Box::new(response()) })
    }

    pub fn failed(self, failure: Failure) -> Self {
        let attempt = self.run.attempts;
        self.then(Event::CallFailed { attempt, failure })
    }

    pub fn lost(self, repeat_safe: bool) -> Self {
        let attempt = self.run.attempts;
        self.then(Event::CallLost { attempt, repeat_safe })
    }

    pub fn pause(self) -> Self {
        self.then(Event::PauseRequested { by: ada() })
    }

    pub fn cancel(self) -> Self {
        self.then(Event::CancelRequested { by: ada() })
    }

    pub fn answer(self, answer: Answer) -> Self {
        let decision = self.decision(answer);
        self.then(Event::Decided(Box::new(decision)))
    }

    pub fn approve(self) -> Self {
        self.answer(Answer::Approve)
    }

    /// What Ada, who sees the open ticket as it is, decides.
    pub fn decision(&self, answer: Answer) -> Decision {
        let ticket = self.ticket();
        Decision {
            ticket: ticket.id,
            version: Some(ticket.version),
            digest: Some(ticket.proposal.digest),
            answer,
            note: None,
            by: ada(),
            via: Via::Browser,
        }
    }

    pub fn refusal(&mut self, answer: Answer) -> Refusal {
        let decision = self.decision(answer);
        self.try_do(Event::Decided(Box::new(decision))).unwrap_err()
    }

    pub fn ticket(&self) -> &Ticket {
        self.run.state.ticket().expect("a ticket is open")
    }

    pub fn checkpoint(&self) -> CheckpointType {
        self.ticket().checkpoint
    }

    /// Up to the moment at which the request leaves, with whatever a human has to approve before.
    pub fn calling(config: HitlConfig) -> Self {
        let mut bench = Self::new(config).prepared(draft());
        while bench.run.state.ticket().is_some() {
            bench = bench.approve();
        }
        bench.started()
    }
}
