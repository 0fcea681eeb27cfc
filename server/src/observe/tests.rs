use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    action::ActionRequest,
    decision::{Actor, Answer, Decision, Via},
    digest::Digest,
    event::{Event, Failure},
    id::{PersonId, RunId, TicketId},
    policy::{HitlConfig, PolicyKind, Review},
    run::{Draft, Response, Run, RunInput, Timing},
    state::{RunState, Step},
    step::{At, ask, start, step},
};
use uuid::Uuid;

use super::*;

#[test]
fn a_run_with_one_review_leaves_a_pause_a_decision_a_resume_a_call_and_its_end() {
    let mut run = Told::start();
    run.after(5, prepared());
    run.after(60, approve(run.ticket()));
    run.after(1, Event::CallStarted { attempt: 1 });
    run.after(3, Event::Answered { attempt: 1, response: Box::new(response()) });

    let told: Vec<_> =
        run.told.iter().map(|one| (name(&one.what), one.took.num_seconds())).collect();
    assert_eq!(
        told,
        [("pause", 5), ("decision", 60), ("resume", 60), ("call answered", 3), ("end", 69)]
    );
    let steps: Vec<Step> = run.told.iter().map(|one| one.step).collect();
    assert_eq!(
        steps,
        [Step::PayloadReview, Step::PayloadReview, Step::ApiCall, Step::ApiCall, Step::ApiCall]
    );
    assert!(run.told[..4].iter().all(|one| one.ticket == run.told[0].ticket));
}

#[test]
fn whatever_becomes_of_a_call_that_was_begun_it_is_told_once() {
    let message = || "no".to_owned();
    let cases = [
        (failed(Failure::Refused { message: message() }), "call failed"),
        (failed(Failure::Busy { message: message(), retry_after_seconds: None }), "call failed"),
        (failed(Failure::Unknown { message: message(), repeat_safe: true }), "call failed"),
        (failed(Failure::Unknown { message: message(), repeat_safe: false }), "call unknown"),
        (Event::CallLost { attempt: 1, repeat_safe: false }, "call unknown"),
        (Event::CancelRequested { by: Actor::System }, "call abandoned"),
    ];
    for (event, expected) in cases {
        let mut run = Told::start();
        run.after(5, prepared());
        run.after(60, approve(run.ticket()));
        run.after(1, Event::CallStarted { attempt: 1 });
        run.after(2, event);

        let calls: Vec<_> = run
            .told
            .iter()
            .map(|one| name(&one.what))
            .filter(|name| name.starts_with("call"))
            .collect();
        assert_eq!(calls, [expected]);
    }
}

#[test]
fn what_the_policy_lets_pass_at_once_pauses_is_decided_and_goes_on() {
    let now = DateTime::UNIX_EPOCH;
    let action =
        ActionRequest { name: "pay".to_owned(), context: None, schema: None, callback: None };
    let Event::Prepared { draft, .. } = prepared() else { panic!("it is prepared") };
    let config = HitlConfig { policy: PolicyKind::Auto, ..HitlConfig::default() };
    let asking = Run { action: Some(action), draft: Some(*draft), config, ..run(now) };

    let told = happenings(None, &ask(asking, at(now)));

    let told: Vec<_> = told.iter().map(|one| (name(&one.what), one.step)).collect();
    let (review, call) = (Step::PayloadReview, Step::ApiCall);
    assert_eq!(told, [("pause", review), ("decision", review), ("resume", call)]);
}

#[test]
fn a_call_that_was_never_sent_is_not_told() {
    let mut run = Told::start();
    run.after(5, prepared());
    run.after(60, approve(run.ticket()));
    run.after(1, Event::CancelRequested { by: Actor::System });

    assert!(!run.told.iter().any(|one| matches!(one.what, What::Call { .. })), "{:?}", run.told);
}

#[test]
fn a_method_that_a_client_invents_makes_no_label() {
    let metrics = Metrics::default();

    let invented = http::Method::from_bytes(b"FOO7").unwrap();
    metrics.answered(&invented, "/runs/{id}", 405, std::time::Duration::from_millis(3));

    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &metrics.registry).unwrap();
    let line =
        r#"countersign_http_requests_total{route="/runs/{id}",method="other",status="405"} 1"#;
    assert!(text.contains(line), "{text}");
}

/// A run on its way, and all that was told of it.
struct Told {
    run: Run,
    now: DateTime<Utc>,
    told: Vec<Happening>,
}

impl Told {
    fn start() -> Self {
        let now = DateTime::from_timestamp(4_102_444_800, 0).unwrap();
        let outcome = start(run(now), false, at(now));
        let told = happenings(None, &outcome);
        Self { run: outcome.run, now, told }
    }

    fn after(&mut self, seconds: i64, event: Event) {
        self.now += TimeDelta::seconds(seconds);
        let outcome = step(&self.run, event, at(self.now)).unwrap();
        self.told.extend(happenings(Some(&self.run), &outcome));
        self.run = outcome.run;
    }

    fn ticket(&self) -> TicketId {
        self.run.state.ticket().unwrap().id
    }
}

fn name(what: &What) -> &'static str {
    match what {
        What::Pause { .. } => "pause",
        What::Resume => "resume",
        What::Decision { .. } => "decision",
        What::Call { outcome: CallOutcome::Answered, .. } => "call answered",
        What::Call { outcome: CallOutcome::Failed, .. } => "call failed",
        What::Call { outcome: CallOutcome::Unknown, .. } => "call unknown",
        What::Call { outcome: CallOutcome::Abandoned, .. } => "call abandoned",
        What::End { .. } => "end",
    }
}

fn at(now: DateTime<Utc>) -> At {
    At { now, fresh: TicketId::from_uuid(Uuid::from_u128(now.timestamp() as u128)) }
}

fn prepared() -> Event {
    let payload = r#"{"message":"hello"}"#.to_owned();
    let draft = Draft {
        information: Vec::new(),
        payload,
        files: Vec::new(),
        issues: Vec::new(),
        confidence: 1.0,
        payload_changes: 0,
        cost: None,
        flags: Vec::new(),
    };
    Event::Prepared { round: 1, draft: Box::new(draft) }
}

fn approve(ticket: TicketId) -> Event {
    Event::Decided(Box::new(Decision {
        ticket,
        version: None,
        digest: None::<Digest>,
        answer: Answer::Approve,
        note: None,
        by: Actor::Policy,
        via: Via::Browser,
    }))
}

fn failed(failure: Failure) -> Event {
    Event::CallFailed { attempt: 1, failure }
}

fn response() -> Response {
    Response {
        text: "{}".to_owned(),
        accepted: None,
        files: Vec::new(),
        summary: "Done".to_owned(),
        quality: None,
        flags: Vec::new(),
        took_ms: 1,
    }
}

fn run(now: DateTime<Utc>) -> Run {
    Run {
        id: RunId::from_uuid(Uuid::from_u128(1)),
        owner: PersonId::from_uuid(Uuid::from_u128(2)),
        owner_name: "Mara".to_owned(),
        owner_kind: domain::access::CallerKind::Person,
        action: None,
        input: RunInput::default(),
        provider: "image".to_owned(),
        capabilities: None,
        config: HitlConfig {
            policy: PolicyKind::RequireHuman,
            allowed_steps: vec![Review::PayloadReview],
            ..HitlConfig::default()
        },
        created_at: now,
        updated_at: now,
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
