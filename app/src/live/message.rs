//! What the server sends.
//!
//! A message with a `seq` stands for one entry of the feed, and no other message for the same entry: whoever has seen
//! number n and asks for what comes after n misses nothing and sees nothing twice. Within a subscription `seq` only
//! grows; numbers in between are of other people's business.

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::{Action, Actor, Via},
    digest::Digest,
    id::{RunId, TicketId},
    state::{Status, Step},
};
use serde::Deserialize;
#[cfg(feature = "ssr")]
use serde::Serialize;
use uuid::Uuid;

use super::Raw;

/// A message to the client.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ssr", derive(Serialize), serde(tag = "type"))]
pub enum Message {
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_WELCOME"))]
    Welcome(Welcome),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_SNAPSHOT"))]
    Snapshot(Snapshot),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_APPROVAL_REQUEST"))]
    ApprovalRequest(ApprovalRequest),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_APPROVAL_CLOSED"))]
    ApprovalClosed(ApprovalClosed),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_STATUS_UPDATE"))]
    StatusUpdate(StatusUpdate),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_STEP_COMPLETION"))]
    StepCompletion(StepCompletion),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_MESSAGE"))]
    ThreadMessage(ThreadMessage),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_THINKING"))]
    Thinking(Passing),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_DONE_THINKING"))]
    DoneThinking(Passing),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_OUTPUT_DELTA"))]
    OutputDelta(Passing),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_ERROR"))]
    Error(Refused),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_ACK"))]
    Ack(Ack),
    #[cfg_attr(feature = "ssr", serde(rename = "HITL_RESYNC"))]
    Resync(Resync),
}

/// The first message on a socket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Welcome {
    pub connection_id: Uuid,
    /// How far the feed goes.
    pub seq: i64,
    /// A client that hears nothing for more than twice this long is not connected any more.
    pub heartbeat_seconds: u32,
    pub protocol: u32,
    /// The server's time.
    pub now: DateTime<Utc>,
}

/// What there is at this moment, for a client that has seen nothing yet.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Snapshot {
    /// Whatever comes next is newer than this.
    pub seq: i64,
    /// The open tickets, the most urgent first, as in `GET /api/hitl/approvals/pending`; a hundred at most.
    pub approvals: Raw,
    pub total_approvals: u64,
    /// The runs that aren't over, the newest first, as in `GET /api/hitl/runs/active`; a hundred at most.
    pub runs: Raw,
    pub total_runs: u64,
}

/// A ticket was opened; or changed, and has another `version`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct ApprovalRequest {
    pub seq: i64,
    pub approval_id: TicketId,
    pub version: u32,
    pub proposal_digest: Digest,
    pub run_id: RunId,
    pub session_id: String,
    pub user_id: String,
    pub checkpoint_type: CheckpointType,
    /// As in `GET /api/hitl/approvals/{id}`; `null` where it is too large for the socket: fetch it.
    pub context: Raw,
    pub allowed_actions: Vec<Action>,
    pub attachments: Raw,
    pub auto_approve_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A ticket was closed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct ApprovalClosed {
    pub seq: i64,
    pub approval_id: TicketId,
    pub run_id: RunId,
    pub session_id: String,
    pub outcome: Outcome,
    /// The decision, if it was one.
    pub decision: Option<Decision>,
}

/// How a ticket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Decided,
    Expired,
    Cancelled,
}

/// The decision that closed a ticket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Decision {
    pub action: Action,
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub via: Via,
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct StatusUpdate {
    pub seq: i64,
    pub run_id: RunId,
    pub session_id: String,
    pub status: Status,
    pub current_step: Step,
    /// What happened, in one sentence.
    pub message: String,
    pub at: DateTime<Utc>,
}

/// A run has one step behind it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct StepCompletion {
    pub seq: i64,
    pub run_id: RunId,
    pub session_id: String,
    pub step: Step,
    pub summary: String,
    pub at: DateTime<Utc>,
}

/// Something was said in a session.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct ThreadMessage {
    pub seq: i64,
    pub session_id: String,
    /// As in `GET /api/hitl/sessions/{id}/messages`.
    pub message: Raw,
}

/// What a provider is at: not kept, may be lost, has no `seq`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Passing {
    pub run_id: RunId,
    pub step: Step,
    #[cfg_attr(feature = "ssr", serde(skip_serializing_if = "Option::is_none"))]
    pub text: Option<String>,
}

/// The server doesn't do what a message asks, or couldn't read it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Refused {
    /// The message that it is about, where that could be read.
    pub id: Option<String>,
    /// A problem document (RFC 9457); see [`Problem::read`].
    pub problem: Raw,
}

/// The answer to a message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Ack {
    pub id: String,
    pub ok: bool,
    #[cfg_attr(feature = "ssr", serde(skip_serializing_if = "Option::is_none"))]
    pub result: Option<Raw>,
    /// A problem document (RFC 9457), if `ok` is false; see [`Problem::read`].
    #[cfg_attr(feature = "ssr", serde(skip_serializing_if = "Option::is_none"))]
    pub problem: Option<Raw>,
}

/// The client is too far behind, or somewhere else: what it has is forgotten. On a subscription, an `HITL_SNAPSHOT`
/// follows; to a client that reads too slowly, the end of the connection with code 4008.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Resync {
    /// How far the feed goes.
    pub seq: i64,
    pub message: String,
}

/// The parts of a problem document that a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    pub status: u16,
    pub title: String,
    pub detail: String,
}

impl Problem {
    #[must_use]
    pub fn read(document: &Raw) -> Option<Self> {
        body(document.text())
    }
}

/// The `result` of the acknowledgements of `HITL_SUBSCRIBE` and `HITL_PING`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "ssr", derive(Serialize))]
pub struct Reached {
    pub seq: i64,
}

impl Ack {
    /// How far the subscription has come, if the answer says so.
    #[must_use]
    pub fn reached(&self) -> Option<i64> {
        let reached: Reached = body(self.result.as_ref()?.text())?;
        Some(reached.seq)
    }
}

impl Message {
    /// Reads a frame; `None` for one that this version doesn't know.
    ///
    /// By hand, because serde would copy the frame's parts first, change numbers on the way, and take more room in
    /// the browser.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let Tag { name } = body(text)?;
        match name.to_ascii_uppercase().as_str() {
            "HITL_WELCOME" => body(text).map(Self::Welcome),
            "HITL_SNAPSHOT" => body(text).map(Self::Snapshot),
            "HITL_APPROVAL_REQUEST" => body(text).map(Self::ApprovalRequest),
            "HITL_APPROVAL_CLOSED" => body(text).map(Self::ApprovalClosed),
            "HITL_STATUS_UPDATE" => body(text).map(Self::StatusUpdate),
            "HITL_STEP_COMPLETION" => body(text).map(Self::StepCompletion),
            "HITL_MESSAGE" => body(text).map(Self::ThreadMessage),
            "HITL_THINKING" => body(text).map(Self::Thinking),
            "HITL_DONE_THINKING" => body(text).map(Self::DoneThinking),
            "HITL_OUTPUT_DELTA" => body(text).map(Self::OutputDelta),
            "HITL_ERROR" => body(text).map(Self::Error),
            "HITL_ACK" => body(text).map(Self::Ack),
            "HITL_RESYNC" => body(text).map(Self::Resync),
            _ => None,
        }
    }

    /// The message's number in the feed; `None` for what isn't of the feed.
    #[must_use]
    pub const fn seq(&self) -> Option<i64> {
        match self {
            Self::ApprovalRequest(message) => Some(message.seq),
            Self::ApprovalClosed(message) => Some(message.seq),
            Self::StatusUpdate(message) => Some(message.seq),
            Self::StepCompletion(message) => Some(message.seq),
            Self::ThreadMessage(message) => Some(message.seq),
            Self::Welcome(_)
            | Self::Snapshot(_)
            | Self::Thinking(_)
            | Self::DoneThinking(_)
            | Self::OutputDelta(_)
            | Self::Error(_)
            | Self::Ack(_)
            | Self::Resync(_) => None,
        }
    }

    /// The frame's text.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and names are always JSON")
    }
}

#[derive(Deserialize)]
struct Tag {
    #[serde(rename = "type")]
    name: String,
}

fn body<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}
