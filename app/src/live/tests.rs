use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::{Action, Actor, Via},
    digest::Digest,
    id::{AttachmentId, PersonId, RunId, TicketId},
    state::{Status, Step},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    ApprovalResponse, Ask, CancelApproval, ListPending, Message, Ping, Raw, Scope, Subscribe,
    message::{
        Ack, ApprovalClosed, ApprovalRequest, Decision, Outcome, Passing, Problem, Refused, Resync,
        Snapshot, StatusUpdate, StepCompletion, ThreadMessage, Welcome,
    },
};

const ONE: &str = "00000000-0000-0000-0000-000000000001";
const TWO: &str = "00000000-0000-0000-0000-000000000002";

#[test]
fn each_message_to_the_client_has_this_text() {
    let digest = Digest::of(b"{}");
    let passing = |text: Option<&str>| Passing {
        run_id: run(),
        step: Step::ApiCall,
        text: text.map(str::to_owned),
    };
    for (message, text) in [
        (
            Message::Welcome(Welcome {
                connection_id: Uuid::from_u128(1),
                seq: 41,
                heartbeat_seconds: 25,
                protocol: 1,
                now: noon(),
            }),
            format!(r#"{{"type":"HITL_WELCOME","connection_id":"{ONE}","seq":41,"heartbeat_seconds":25,"protocol":1,"now":"2026-03-01T12:00:00Z"}}"#),
        ),
        (
            Message::Snapshot(Snapshot {
                seq: 41,
                approvals: raw("[]"),
                total_approvals: 0,
                runs: raw("[{}]"),
                total_runs: 1,
            }),
            r#"{"type":"HITL_SNAPSHOT","seq":41,"approvals":[],"total_approvals":0,"runs":[{}],"total_runs":1}"#.to_owned(),
        ),
        (
            Message::ApprovalRequest(ApprovalRequest {
                seq: 42,
                approval_id: ticket(),
                version: 1,
                proposal_digest: digest,
                run_id: run(),
                session_id: "s".to_owned(),
                user_id: "u".to_owned(),
                checkpoint_type: CheckpointType::PayloadReview,
                context: raw(r#"{"payload":{"price":1.10}}"#),
                allowed_actions: vec![Action::Approve, Action::Reject],
                attachments: raw("[]"),
                auto_approve_at: None,
                expires_at: Some(noon()),
                created_at: noon(),
            }),
            format!(r#"{{"type":"HITL_APPROVAL_REQUEST","seq":42,"approval_id":"{TWO}","version":1,"proposal_digest":"{digest}","run_id":"{ONE}","session_id":"s","user_id":"u","checkpoint_type":"payload_review","context":{{"payload":{{"price":1.10}}}},"allowed_actions":["approve","reject"],"attachments":[],"auto_approve_at":null,"expires_at":"2026-03-01T12:00:00Z","created_at":"2026-03-01T12:00:00Z"}}"#),
        ),
        (
            Message::ApprovalClosed(ApprovalClosed {
                seq: 43,
                approval_id: ticket(),
                run_id: run(),
                session_id: "s".to_owned(),
                outcome: Outcome::Decided,
                decision: Some(Decision {
                    action: Action::Approve,
                    by: Actor::Person {
                        id: PersonId::from_uuid(Uuid::from_u128(1)),
                        name: "Ada".to_owned(),
                    },
                    at: noon(),
                    via: Via::Browser,
                }),
            }),
            format!(r#"{{"type":"HITL_APPROVAL_CLOSED","seq":43,"approval_id":"{TWO}","run_id":"{ONE}","session_id":"s","outcome":"decided","decision":{{"action":"approve","by":{{"kind":"person","who":{{"id":"{ONE}","name":"Ada"}}}},"at":"2026-03-01T12:00:00Z","via":"browser"}}}}"#),
        ),
        (
            Message::StatusUpdate(StatusUpdate {
                seq: 44,
                run_id: run(),
                session_id: "s".to_owned(),
                status: Status::Running,
                current_step: Step::ApiCall,
                message: "Calls “image”".to_owned(),
                at: noon(),
            }),
            format!(r#"{{"type":"HITL_STATUS_UPDATE","seq":44,"run_id":"{ONE}","session_id":"s","status":"running","current_step":"api_call","message":"Calls “image”","at":"2026-03-01T12:00:00Z"}}"#),
        ),
        (
            Message::StepCompletion(StepCompletion {
                seq: 45,
                run_id: run(),
                session_id: "s".to_owned(),
                step: Step::ApiCall,
                summary: "Made a picture".to_owned(),
                at: noon(),
            }),
            format!(r#"{{"type":"HITL_STEP_COMPLETION","seq":45,"run_id":"{ONE}","session_id":"s","step":"api_call","summary":"Made a picture","at":"2026-03-01T12:00:00Z"}}"#),
        ),
        (
            Message::ThreadMessage(ThreadMessage {
                seq: 46,
                session_id: "s".to_owned(),
                message: raw(r#"{"text":"Hello"}"#),
            }),
            r#"{"type":"HITL_MESSAGE","seq":46,"session_id":"s","message":{"text":"Hello"}}"#.to_owned(),
        ),
        (
            Message::Thinking(passing(None)),
            format!(r#"{{"type":"HITL_THINKING","run_id":"{ONE}","step":"api_call"}}"#),
        ),
        (
            Message::DoneThinking(passing(None)),
            format!(r#"{{"type":"HITL_DONE_THINKING","run_id":"{ONE}","step":"api_call"}}"#),
        ),
        (
            Message::OutputDelta(passing(Some("Hel"))),
            format!(r#"{{"type":"HITL_OUTPUT_DELTA","run_id":"{ONE}","step":"api_call","text":"Hel"}}"#),
        ),
        (
            Message::Error(Refused { id: None, problem: raw(PROBLEM) }),
            format!(r#"{{"type":"HITL_ERROR","id":null,"problem":{PROBLEM}}}"#),
        ),
        (
            Message::Ack(Ack { id: "7".to_owned(), ok: true, result: Some(raw("{}")), problem: None }),
            r#"{"type":"HITL_ACK","id":"7","ok":true,"result":{}}"#.to_owned(),
        ),
        (
            Message::Ack(Ack { id: "7".to_owned(), ok: false, result: None, problem: Some(raw(PROBLEM)) }),
            format!(r#"{{"type":"HITL_ACK","id":"7","ok":false,"problem":{PROBLEM}}}"#),
        ),
        (
            Message::Resync(Resync { seq: 46, message: "too far behind".to_owned() }),
            r#"{"type":"HITL_RESYNC","seq":46,"message":"too far behind"}"#.to_owned(),
        ),
    ] {
        assert_eq!(message.to_text(), text);
        assert_eq!(Message::read(&text), Some(message));
    }
}

#[test]
fn each_message_to_the_server_has_this_text() {
    let digest = Digest::of(b"{}");
    for (ask, text) in [
        (
            Ask::Subscribe(Subscribe {
                id: "1".to_owned(),
                scope: Scope::Inbox,
                session_id: None,
                run_id: None,
                after: None,
            }),
            r#"{"type":"HITL_SUBSCRIBE","id":"1","scope":"inbox"}"#.to_owned(),
        ),
        (
            Ask::Subscribe(Subscribe {
                id: "2".to_owned(),
                scope: Scope::Run,
                session_id: None,
                run_id: Some(run()),
                after: Some(41),
            }),
            format!(r#"{{"type":"HITL_SUBSCRIBE","id":"2","scope":"run","run_id":"{ONE}","after":41}}"#),
        ),
        (
            Ask::ApprovalResponse(ApprovalResponse {
                id: "3".to_owned(),
                approval_id: ticket(),
                action: Action::Edit,
                version: Some(1),
                proposal_digest: Some(digest),
                idempotency_key: Some("k".to_owned()),
                edits: Some(raw(r#"{"price":1.10}"#)),
                attachments: vec![AttachmentId::from_uuid(Uuid::from_u128(1))],
                reason: Some("cheaper".to_owned()),
            }),
            format!(r#"{{"type":"HITL_APPROVAL_RESPONSE","id":"3","approval_id":"{TWO}","action":"edit","version":1,"proposal_digest":"{digest}","idempotency_key":"k","edits":{{"price":1.10}},"attachments":["{ONE}"],"reason":"cheaper"}}"#),
        ),
        (
            Ask::ListPending(ListPending {
                id: "4".to_owned(),
                user_id: None,
                session_id: Some("s".to_owned()),
                agent: None,
                checkpoint_type: Some(CheckpointType::Action),
                cursor: None,
                limit: Some(10),
            }),
            r#"{"type":"HITL_LIST_PENDING","id":"4","session_id":"s","checkpoint_type":"action","limit":10}"#.to_owned(),
        ),
        (
            Ask::CancelApproval(CancelApproval {
                id: "5".to_owned(),
                approval_id: ticket(),
                version: None,
                proposal_digest: None,
                idempotency_key: None,
                reason: None,
            }),
            format!(r#"{{"type":"HITL_CANCEL_APPROVAL","id":"5","approval_id":"{TWO}"}}"#),
        ),
        (
            Ask::Ping(Ping { id: "6".to_owned() }),
            r#"{"type":"HITL_PING","id":"6"}"#.to_owned(),
        ),
    ] {
        assert_eq!(ask.to_text(), text);
    }
}

#[test]
fn what_this_version_does_not_know_is_passed_over() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"HITL_DANCE"}"#,
        r#"{"type":"HITL_RESYNC"}"#,
    ] {
        assert_eq!(Message::read(text), None, "{text}");
    }
    let more = r#"{"type":"hitl_resync","seq":1,"message":"","added_later":[]}"#;
    assert!(matches!(Message::read(more), Some(Message::Resync(_))));
}

#[test]
fn only_the_feed_s_messages_have_a_number() {
    let text = r#"{"type":"HITL_MESSAGE","seq":46,"session_id":"s","message":{}}"#;
    let snapshot = r#"{"type":"HITL_SNAPSHOT","seq":41,"approvals":[],"total_approvals":0,"runs":[],"total_runs":0}"#;

    assert_eq!(Message::read(text).and_then(|message| message.seq()), Some(46));
    assert_eq!(Message::read(snapshot).and_then(|message| message.seq()), None);
}

#[test]
fn an_answer_says_how_far_the_client_has_come_or_what_is_wrong() {
    let reached = Message::read(r#"{"type":"HITL_ACK","id":"1","ok":true,"result":{"seq":9}}"#);
    let Some(Message::Ack(ack)) = reached else { panic!("{reached:?}") };
    assert_eq!(ack.reached(), Some(9));

    let problem = Problem::read(&raw(PROBLEM));
    let expected = Problem { status: 410, title: "Over".to_owned(), detail: "too late".to_owned() };
    assert_eq!(problem, Some(expected));
}

const PROBLEM: &str =
    r#"{"type":"/problems/gone","title":"Over","status":410,"detail":"too late"}"#;

fn raw(text: &str) -> Raw {
    Raw(RawValue::from_string(text.to_owned()).unwrap())
}

fn run() -> RunId {
    RunId::from_uuid(Uuid::from_u128(1))
}

fn ticket() -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(2))
}

fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}
