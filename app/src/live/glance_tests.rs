//! What a page takes from the frames that the server really writes.

use chrono::{DateTime, Utc};
use domain::{
    decision::{Action, Actor, Via},
    id::{PersonId, RunId, TicketId},
    state::{Status, Step},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    Glance, Message, Raw,
    glance::{Kind, What},
    message::{
        Ack, ApprovalClosed, Decision, Outcome, Passing, Refused, Resync, Snapshot, StatusUpdate,
        ThreadMessage, Welcome,
    },
};

#[test]
fn a_welcome_tells_the_feed_and_the_time() {
    let glance = read(Message::Welcome(Welcome {
        connection_id: Uuid::nil(),
        seq: 41,
        heartbeat_seconds: 25,
        protocol: 1,
        now: noon(),
    }));

    assert_eq!((glance.kind, glance.seq), (Kind::Welcome, 41));
    assert_eq!(glance.now, Some(noon().timestamp_millis() as f64));
}

#[test]
fn an_answer_says_how_far_it_goes_and_a_refusal_why() {
    let reached =
        Ack { id: "1".into(), ok: true, result: Some(raw(r#"{"seq":44}"#)), problem: None };
    let glance = read(Message::Ack(reached));
    assert_eq!((glance.kind, glance.ok, glance.seq), (Kind::Ack, true, 44));

    let over = Refused { id: Some("1".into()), problem: raw(r#"{"status":401,"title":"x"}"#) };
    let glance = read(Message::Error(over));
    assert_eq!((glance.kind, glance.ok, glance.signed_out), (Kind::Refused, false, true));
}

#[test]
fn a_closed_ticket_says_who_closed_it_and_how() {
    let by = |by| Some(Decision { action: Action::Reject, by, at: noon(), via: Via::Browser });
    let mara = Actor::Person { id: PersonId::from_uuid(Uuid::nil()), name: "Mara".into() };
    for (outcome, decision, words) in [
        (Outcome::Decided, by(mara), "rejected by Mara"),
        (Outcome::Decided, by(Actor::Policy), "rejected by the policy"),
        (Outcome::Expired, None, "time ran out"),
        (Outcome::Cancelled, None, "withdrawn"),
    ] {
        let glance = read(Message::ApprovalClosed(ApprovalClosed {
            seq: 42,
            approval_id: ticket(),
            run_id: run(),
            session_id: "s1".into(),
            outcome,
            decision,
        }));

        assert_eq!((glance.kind, glance.seq), (Kind::Event, 42));
        assert_eq!(glance.change.what, What::Closed(ticket(), words.into()));
        assert!(glance.change.is_of_run(run()) && glance.change.is_of_inbox());
    }
}

#[test]
fn a_run_that_goes_on_is_of_no_interest_to_the_inbox() {
    let change = read(Message::StatusUpdate(StatusUpdate {
        seq: 43,
        run_id: run(),
        session_id: "s1".into(),
        status: Status::Running,
        current_step: Step::ApiCall,
        message: "Calling “image”.".into(),
        at: noon(),
    }))
    .change;

    assert!(change.is_of_run(run()) && change.is_of_session("s1") && !change.is_of_inbox());
    assert!(!change.is_of_session("s2"));
    assert!(!change.is_of_run(RunId::from_uuid(Uuid::from_u128(9))));
}

#[test]
fn a_message_of_a_thread_is_of_its_session() {
    let message = ThreadMessage { seq: 44, session_id: "s1".into(), message: raw("{}") };
    let change = read(Message::ThreadMessage(message)).change;

    assert_eq!(change.what, What::Message);
    assert!(change.is_of_session("s1"));
}

#[test]
fn what_is_not_of_the_feed_is_no_event() {
    let resync = Message::Resync(Resync { seq: 900, message: String::new() });
    assert_eq!((read(resync.clone()).kind, read(resync).seq), (Kind::Resync, 900));
    let snapshot = Snapshot {
        seq: 900,
        approvals: raw("[]"),
        total_approvals: 0,
        runs: raw("[]"),
        total_runs: 0,
    };
    assert_eq!(read(Message::Snapshot(snapshot)).kind, Kind::Other);
    let passing = Passing { run_id: run(), step: Step::ApiCall, text: None };
    assert_eq!(read(Message::Thinking(passing)).kind, Kind::Other);
    for other in ["", "[]", "{}", "nonsense", r#"{"type":7}"#] {
        assert_eq!(Glance::read(other), None, "{other}");
    }
}

fn read(message: Message) -> Glance {
    Glance::read(&message.to_text()).unwrap()
}

fn raw(json: &str) -> Raw {
    Raw(RawValue::from_string(json.to_owned()).unwrap())
}

fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn run() -> RunId {
    RunId::from_uuid(Uuid::from_u128(1))
}

fn ticket() -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(2))
}
