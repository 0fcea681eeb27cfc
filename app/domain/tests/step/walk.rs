//! Random walks: whatever may reach a run, in any order, sensible or not, early, late and twice.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    decision::{Actor, Answer, Edited, Via},
    digest::Digest,
    event::{Event, Failure},
    id::TicketId,
    issue::Issue,
    policy::{HitlConfig, OnTimeout, PolicyKind, Review, Thresholds},
    run::{Draft, Response, Run},
    step::{Outcome, Refusal},
};
use proptest::{prelude::*, sample::select};

use crate::bench::*;

/// A run's whole life as it was tried: `events[0]` is the first after the start.
#[derive(Debug)]
pub struct Life {
    pub first: Outcome,
    pub taken: Vec<Taken>,
}

#[derive(Debug)]
pub struct Taken {
    pub before: Run,
    pub event: Event,
    pub now: DateTime<Utc>,
    pub result: Result<Outcome, Refusal>,
}

impl Life {
    /// What was committed, in order.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        std::iter::once(&self.first)
            .chain(self.taken.iter().filter_map(|taken| taken.result.as_ref().ok()))
    }

    pub fn last(&self) -> &Run {
        &self.outcomes().last().expect("there is a first").run
    }

    pub fn ended_at(&self) -> DateTime<Utc> {
        self.taken.last().map_or_else(noon, |taken| taken.now)
    }
}

/// One thing that is tried: `aim` tells how far it misses what it is about; 0 hits.
#[derive(Debug, Clone)]
pub enum Try {
    TurnCame,
    Prepared {
        aim: u32,
        draft: Draft,
    },
    PrepareFailed {
        aim: u32,
    },
    Decided {
        aim: u32,
        version: Quote,
        digest: Quote,
        answer: Answer,
        by: Actor,
    },
    CallStarted {
        aim: u32,
    },
    CallLost {
        aim: u32,
        repeat_safe: bool,
    },
    Answered {
        aim: u32,
        response: Response,
    },
    CallFailed {
        aim: u32,
        failure: Failure,
    },
    Tick,
    Pause,
    Cancel,
    Held {
        aim: u32,
    },
    /// The same as the last time, once more.
    Again,
    /// What suits the moment, so that walks get somewhere.
    Onward,
}

/// What a decision says of the ticket it saw.
#[derive(Debug, Clone, Copy)]
pub enum Quote {
    Right,
    Wrong,
    Nothing,
}

pub fn walks() -> impl Strategy<Value = Life> {
    let tries = prop::collection::vec((pauses(), tries()), 1..32);
    (configs(), any::<bool>(), tries)
        .prop_map(|(config, queued, tries)| walk(config, queued, tries))
}

fn walk(config: HitlConfig, queued: bool, tries: Vec<(i64, Try)>) -> Life {
    let mut bench = if queued { Bench::queued(config) } else { Bench::new(config) };
    let mut life = Life { first: bench.last.clone(), taken: Vec::new() };
    for (seconds, one) in tries {
        bench.now += TimeDelta::seconds(seconds);
        let again = life.taken.last().map_or(Event::Tick, |taken| taken.event.clone());
        let event = event(&bench, one, again);
        let before = bench.run.clone();
        let result = bench.try_now(event.clone()).map(|()| bench.last.clone());
        life.taken.push(Taken { before, event, now: bench.now, result });
    }
    life
}

fn event(bench: &Bench, one: Try, again: Event) -> Event {
    let attempt = |aim: u32| bench.run.attempts.saturating_sub(aim);
    let ticket = |aim: u32| match (bench.run.state.ticket(), aim) {
        (Some(ticket), 0) => ticket.id,
        (_, aim) => ticket_id(bench.tickets.saturating_sub(aim.into())),
    };
    match one {
        Try::TurnCame => Event::TurnCame,
        Try::Prepared { aim, draft } => {
            Event::Prepared { round: bench.run.rounds.saturating_sub(aim), draft: Box::new(draft) }
        }
        Try::PrepareFailed { aim } => Event::PrepareFailed {
            round: bench.run.rounds.saturating_sub(aim),
            message: "No such tool".to_owned(),
        },
        Try::Decided { aim, version, digest, answer, by } => {
            decided(bench, ticket(aim), (version, digest), answer, by)
        }
        Try::CallStarted { aim } => Event::CallStarted { attempt: attempt(aim) },
        Try::CallLost { aim, repeat_safe } => {
            Event::CallLost { attempt: attempt(aim), repeat_safe }
        }
        Try::Answered { aim, response } => {
            Event::Answered { attempt: attempt(aim), response: Box::new(response) }
        }
        Try::CallFailed { aim, failure } => Event::CallFailed { attempt: attempt(aim), failure },
        Try::Tick => Event::Tick,
        Try::Pause => Event::PauseRequested { by: ada() },
        Try::Cancel => Event::CancelRequested { by: ada() },
        Try::Held { aim } => Event::Held { ticket: ticket(aim), by: ada() },
        Try::Again => again,
        Try::Onward => onward(bench),
    }
}

fn onward(bench: &Bench) -> Event {
    use domain::{
        decision::Action,
        state::{Phase, RunState},
    };
    let (round, attempt) = (bench.run.rounds, bench.run.attempts);
    match &bench.run.state {
        RunState::Queued => Event::TurnCame,
        RunState::Preparing { .. } => Event::Prepared { round, draft: Box::new(draft()) },
        RunState::Calling(call) if call.phase == Phase::Ready => Event::CallStarted { attempt },
        RunState::Calling(_) => Event::Answered { attempt, response: Box::new(response()) },
        RunState::AwaitingHuman(open) => {
            let answer = match open.ticket.allowed[0] {
                Action::Edit => Answer::Edit(edited(PAYLOAD)),
                Action::Respond => Answer::Respond(edited(r#"{"operation":"crop","width":1.10}"#)),
                Action::Retry => Answer::Retry,
                _ => Answer::Approve,
            };
            Event::Decided(Box::new(bench.decision(answer)))
        }
        RunState::Ended(_) => Event::Tick,
    }
}

fn decided(
    bench: &Bench,
    ticket: TicketId,
    (version, digest): (Quote, Quote),
    answer: Answer,
    by: Actor,
) -> Event {
    let open = bench.run.state.ticket();
    let quoted = |quote, right: Option<u32>| match quote {
        Quote::Right => right,
        Quote::Wrong => Some(right.unwrap_or(0) + 1),
        Quote::Nothing => None,
    };
    let digest = match digest {
        Quote::Right => open.map(|ticket| ticket.proposal.digest),
        Quote::Wrong => Some(Digest::of(b"something else")),
        Quote::Nothing => None,
    };
    let version = quoted(version, open.map(|ticket| ticket.version));
    let note = None;
    let via = Via::Api;
    Event::Decided(Box::new(domain::decision::Decision {
        ticket,
        version,
        digest,
        answer,
        note,
        by,
        via,
    }))
}

fn pauses() -> impl Strategy<Value = i64> {
    prop_oneof![4 => Just(0), 6 => 1..4_i64, 2 => 5..40_i64, 1 => Just(100_000)]
}

fn aims() -> impl Strategy<Value = u32> {
    prop_oneof![8 => Just(0), 1 => Just(1), 1 => Just(2)]
}

fn quotes() -> impl Strategy<Value = Quote> {
    prop_oneof![8 => Just(Quote::Right), 1 => Just(Quote::Wrong), 2 => Just(Quote::Nothing)]
}

fn tries() -> impl Strategy<Value = Try> {
    let decided =
        (aims(), quotes(), quotes(), answers()).prop_map(|(aim, version, digest, answer)| {
            Try::Decided { aim, version, digest, answer, by: ada() }
        });
    prop_oneof![
        30 => Just(Try::Onward),
        1 => Just(Try::TurnCame),
        8 => (aims(), drafts()).prop_map(|(aim, draft)| Try::Prepared { aim, draft }),
        1 => aims().prop_map(|aim| Try::PrepareFailed { aim }),
        20 => decided,
        6 => aims().prop_map(|aim| Try::CallStarted { aim }),
        4 => (aims(), any::<bool>())
            .prop_map(|(aim, repeat_safe)| Try::CallLost { aim, repeat_safe }),
        4 => (aims(), responses()).prop_map(|(aim, response)| Try::Answered { aim, response }),
        8 => (aims(), failures()).prop_map(|(aim, failure)| Try::CallFailed { aim, failure }),
        8 => Just(Try::Tick),
        5 => Just(Try::Pause),
        1 => Just(Try::Cancel),
        3 => aims().prop_map(|aim| Try::Held { aim }),
        6 => Just(Try::Again),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    let texts = [
        PAYLOAD,
        r#"{"operation":"crop","width":200}"#,
        r#"{"operation":"crop","width":1.10,"id":12345678901234567890}"#,
        r#"{ "width" : 300, "operation" : "crop" }"#,
        r#"{"a":1,"a":2}"#,
        "[]",
        "{",
        "",
    ];
    select(texts.map(str::to_owned).to_vec())
}

fn answers() -> impl Strategy<Value = Answer> {
    let edits = || {
        (texts(), 0..4_u8).prop_map(|(text, roll)| {
            let issues =
                if roll == 0 { vec![Issue::error("/width", "is missing")] } else { vec![] };
            Edited { text, issues, ..Edited::default() }
        })
    };
    prop_oneof![
        6 => Just(Answer::Approve),
        4 => edits().prop_map(Answer::Edit),
        4 => edits().prop_map(Answer::Respond),
        3 => Just(Answer::Retry),
        1 => select(vec!["", " ", "no"]).prop_map(|why| Answer::Reject { reason: why.to_owned() }),
        1 => Just(Answer::Cancel),
    ]
}

fn drafts() -> impl Strategy<Value = Draft> {
    let flags = select(vec![vec![], vec!["pii".to_owned()], vec!["harmless".to_owned()]]);
    let cost = select(vec![None, Some(0.5), Some(5.0)]);
    let whole = (0..4_u8, select(vec![0.0, 0.5, 1.0]), 0..9_u32, cost, flags);
    whole.prop_map(|(roll, confidence, payload_changes, cost, flags)| {
        let base = if roll == 0 { incomplete() } else { draft() };
        Draft { confidence, payload_changes, cost, flags, ..base }
    })
}

fn responses() -> impl Strategy<Value = Response> {
    let text = select(vec![ANSWER, "not json", r#"{"a":1,"a":2}"#]);
    (text, select(vec![None, Some(0.1), Some(0.9)])).prop_map(|(text, quality)| Response {
        text: text.to_owned(),
        quality,
        ..response()
    })
}

fn failures() -> impl Strategy<Value = Failure> {
    let retry_after_seconds = select(vec![None, Some(0), Some(5), Some(u32::MAX)]);
    prop_oneof![
        2 => Just(invalid()),
        1 => Just(Failure::Refused { message: "No".to_owned() }),
        3 => retry_after_seconds.prop_map(|retry_after_seconds| Failure::Busy {
            message: "Too many requests".to_owned(), retry_after_seconds,
        }),
        2 => Just(Failure::Unreachable { message: "No such host".to_owned() }),
        2 => any::<bool>().prop_map(unknown),
    ]
}

fn configs() -> impl Strategy<Value = HitlConfig> {
    let policy = prop_oneof![
        1 => Just(PolicyKind::Auto),
        1 => Just(PolicyKind::RequireHuman),
        2 => Just(PolicyKind::AutoWithThresholds),
    ];
    let reviews = [Review::InformationReview, Review::PayloadReview, Review::ResponseReview];
    let steps = prop::sample::subsequence(reviews.to_vec(), 0..=3);
    let timeout = select(vec![0, 0, 3, 30]);
    let deadline = select(vec![None, Some(0), Some(1), Some(30)]);
    let countdown = select(vec![None, Some(1), Some(3)]);
    let on_timeout = select(vec![OnTimeout::Fail, OnTimeout::Escalate]);
    let cost_max = select(vec![None, Some(1.0)]);
    (policy, steps, timeout, deadline, countdown, on_timeout, cost_max).prop_map(
        |(policy, allowed_steps, timeout_seconds, deadline, countdown, on_timeout, cost_max)| {
            HitlConfig {
                policy,
                allowed_steps,
                timeout_seconds,
                approval_timeout_seconds: deadline,
                auto_approve_after_seconds: countdown,
                on_timeout,
                review_thresholds: Thresholds { cost_max, ..Thresholds::default() },
                ..HitlConfig::default()
            }
        },
    )
}
