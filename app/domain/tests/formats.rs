//! What is stored and sent is a format: each variant as it is written, and read back the same.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use domain::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Proposal, Subject, Ticket},
    decision::{Action, Actor, DecisionRecord, Via},
    digest::Digest,
    effect::Effect,
    id::{PersonId, TicketId},
    information::Source,
    issue::Issue,
    patch::{Change, Op},
    policy::{HitlConfig, PolicyKind},
    run::Response,
    state::{Call, EndReason, Ending, Next, Open, Phase, RunState, Status, Step, Warrant},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_014_400, 0).unwrap()
}

fn ticket_id() -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(7))
}

fn ada() -> Actor {
    Actor::Person { id: PersonId::from_uuid(Uuid::from_u128(1)), name: "Ada".to_owned() }
}

fn agent() -> Actor {
    Actor::Agent { id: PersonId::from_uuid(Uuid::from_u128(2)), name: "mailer".to_owned() }
}

fn policy() -> Warrant {
    Warrant::Policy { name: "auto".to_owned(), version: 1 }
}

/// One line of JSON for each, after reading it back.
fn lines<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    each: impl IntoIterator<Item = T>,
) -> String {
    let line = |one: T| {
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), one);
        text
    };
    each.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn effects() {
    let digest = Digest::of(b"payload");
    insta::assert_snapshot!(lines([
        Effect::Prepare { round: 2 },
        Effect::Call { attempt: 3, digest, not_before: None },
        Effect::Call { attempt: 3, digest, not_before: Some(noon()) },
        Effect::StopCall { attempt: 3 },
        Effect::TakeTurn,
        Effect::CallBack { ticket: ticket_id() },
    ]));
}

#[test]
fn run_states() {
    let call = |warrant, phase| {
        let digest = Digest::of(b"payload");
        RunState::Calling(Call { attempt: 3, automatic: 2, digest, warrant, phase, since: noon() })
    };
    let reasons = EndReason::ALL.iter().map(|reason| {
        let message = "That was it.".to_owned();
        RunState::Ended(Ending { reason: *reason, message, at: noon(), step: Step::ApiCall })
    });
    let states = [
        RunState::Queued,
        RunState::Preparing { round: 1, settled: false, since: noon() },
        RunState::AwaitingHuman(Box::new(Open {
            ticket: ticket(),
            then: Next::Call,
            since: noon(),
        })),
        call(policy(), Phase::Ready),
        call(Warrant::Decision(ticket_id()), Phase::Sending),
    ];
    insta::assert_snapshot!(lines(states.into_iter().chain(reasons)));
}

#[test]
fn actors_warrants_and_sources() {
    let actors = lines([ada(), agent(), Actor::Policy, Actor::System]);
    let warrants = lines([Warrant::Decision(ticket_id()), policy()]);
    let sources = lines([
        Source::Form,
        Source::Request,
        Source::Answer,
        Source::Attachment("the only picture".to_owned()),
        Source::Prompt,
        Source::Default,
    ]);
    insta::assert_snapshot!([actors, warrants, sources].join("\n\n"));
}

#[test]
fn decisions() {
    let changes = vec![
        Change {
            op: Op::Replace,
            path: "/width".to_owned(),
            before: Some("300".to_owned()),
            after: Some("200.0".to_owned()),
        },
        Change { op: Op::Add, path: "/a".to_owned(), before: None, after: Some("1".to_owned()) },
        Change { op: Op::Remove, path: "/b".to_owned(), before: Some("1".to_owned()), after: None },
    ];
    insta::assert_snapshot!(lines([DecisionRecord {
        ticket: ticket_id(),
        action: Action::Edit,
        by: ada(),
        via: Via::Browser,
        at: noon(),
        reason: None,
        proposed: Digest::of(b"before"),
        decided: Digest::of(b"after"),
        changes,
    }]));
}

#[test]
fn configurations() {
    insta::assert_snapshot!(lines([HitlConfig::default()]));
}

#[test]
fn names() {
    let next = [Next::InformationReview, Next::PayloadReview, Next::Call, Next::ResponseReview];
    let kinds = [
        EntryKind::Started,
        EntryKind::Prepared,
        EntryKind::PolicyPassed,
        EntryKind::TicketOpened,
        EntryKind::TicketDecided,
        EntryKind::TicketExpired,
        EntryKind::TicketChanged,
        EntryKind::TicketClosed,
        EntryKind::CallPrepared,
        EntryKind::CallStarted,
        EntryKind::CallAnswered,
        EntryKind::CallFailed,
        EntryKind::PauseRequested,
        EntryKind::Ended,
    ];
    insta::assert_snapshot!(
        [
            lines(next),
            lines(kinds),
            lines([Subject::Information, Subject::Payload, Subject::Response]),
            lines([Via::Browser, Via::Api, Via::Policy, Via::Key("relay: 1".to_owned())]),
        ]
        .join("\n\n")
    );
}

#[test]
fn a_name_in_code_is_the_name_on_the_wire() {
    fn same<T: Serialize + Copy>(all: &[T], name: fn(T) -> &'static str) {
        for one in all {
            assert_eq!(serde_json::to_value(one).unwrap(), name(*one));
        }
    }
    same(Status::ALL, Status::name);
    same(Step::ALL, Step::name);
    same(EndReason::ALL, EndReason::name);
    same(&CheckpointType::ALL, CheckpointType::name);
    same(&Action::ALL, Action::name);
    same(&PolicyKind::ALL, PolicyKind::name);
    for via in [Via::Browser, Via::Api, Via::Policy, Via::Key("relay".to_owned())] {
        assert_eq!(serde_json::to_value(&via).unwrap(), via.name().as_ref());
    }
    assert!(serde_json::from_str::<Via>("\"door\"").is_err());
    for word in ["", "Approve", "approved", "yes", "ok", "approve "] {
        assert_eq!(Action::from_name(word), None);
        assert!(serde_json::from_value::<Action>(word.into()).is_err());
    }
}

fn ticket() -> Ticket {
    Ticket {
        id: ticket_id(),
        version: 2,
        checkpoint: CheckpointType::PayloadReview,
        message: "Send this to “image”?".to_owned(),
        reasons: vec!["The policy requires a human at this checkpoint.".to_owned()],
        proposal: Proposal {
            subject: Subject::Payload,
            text: r#"{"width":1.10}"#.to_owned(),
            digest: Digest::of(b"payload"),
        },
        issues: vec![Issue::warning("/width", "is odd").suggesting("Use 1").fixed_by("1")],
        confidence: 0.95,
        allowed: CheckpointType::PayloadReview.allowed().to_vec(),
        policy: PolicyKind::AutoWithThresholds,
        policy_version: 1,
        created_at: noon(),
        expires_at: Some(noon()),
        auto_approve_at: None,
        overdue: false,
    }
}

#[test]
fn an_answer_that_was_stored_without_what_was_accepted_reads_back_the_same() {
    let stored =
        r#"{"text":"{}","files":[],"summary":"Done","quality":null,"flags":[],"took_ms":1}"#;

    let response: Response = serde_json::from_str(stored).unwrap();

    assert_eq!(response.result(), "{}");
    assert_eq!(serde_json::to_string(&response).unwrap(), stored);
}
