//! What a client sends.

use domain::{
    checkpoint::CheckpointType,
    decision::Action,
    digest::Digest,
    id::{AttachmentId, RunId, TicketId},
};
#[cfg(feature = "ssr")]
use serde::Deserialize;
use serde::Serialize;

use super::Raw;

/// A message to the server. Each has an `id` of the client's own, which the answer (`HITL_ACK`, or `HITL_ERROR` if it
/// couldn't be read) repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum Ask {
    #[serde(rename = "HITL_SUBSCRIBE")]
    Subscribe(Subscribe),
    #[serde(rename = "HITL_APPROVAL_RESPONSE")]
    ApprovalResponse(ApprovalResponse),
    #[serde(rename = "HITL_LIST_PENDING")]
    ListPending(ListPending),
    #[serde(rename = "HITL_CANCEL_APPROVAL")]
    CancelApproval(CancelApproval),
    #[serde(rename = "HITL_PING")]
    Ping(Ping),
}

impl Ask {
    /// What the answer repeats.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Subscribe(ask) => &ask.id,
            Self::ApprovalResponse(ask) => &ask.id,
            Self::ListPending(ask) => &ask.id,
            Self::CancelApproval(ask) => &ask.id,
            Self::Ping(ask) => &ask.id,
        }
    }

    /// The frame's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and names are always JSON")
    }
}

/// What a subscription is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(Deserialize))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Tickets as they open, change and close, and where each run is. With a `session_id` or a `run_id` beside it,
    /// also everything of that session or run.
    Inbox,
    /// Everything of one session, its thread too.
    Session,
    /// Everything of one run.
    Run,
}

/// Says what to send from here on, in place of what was subscribed before: a socket follows one subscription.
///
/// Without `after`, an `HITL_SNAPSHOT` comes first. With it, what has happened since comes first, in order; if that
/// is too long ago, or was never, an `HITL_RESYNC` and then an `HITL_SNAPSHOT`. The acknowledgement comes when the
/// client has caught up; its `result` is `{"seq": n}`: everything up to there was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(Deserialize), serde(deny_unknown_fields))]
pub struct Subscribe {
    pub id: String,
    pub scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// The `seq` of the last message that the client has seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// Decides a ticket. Its frame has at most 48 KiB; larger ones go by POST, like everything that the browser decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ssr", derive(Deserialize), serde(deny_unknown_fields))]
pub struct ApprovalResponse {
    pub id: String,
    pub approval_id: TicketId,
    pub action: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal_digest: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// A merge patch (RFC 7396) on the proposed document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edits: Option<Raw>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Asks for the open tickets; the acknowledgement's `result` is that of `GET /api/hitl/approvals/pending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(Deserialize), serde(deny_unknown_fields))]
pub struct ListPending {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_type: Option<CheckpointType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Decides a ticket with `cancel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(Deserialize), serde(deny_unknown_fields))]
pub struct CancelApproval {
    pub id: String,
    pub approval_id: TicketId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal_digest: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Asks if the server is there. The acknowledgement's `result` is `{"seq": n}`: everything up to there that the
/// subscription is about was sent, so a quiet client moves its `after` on too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(Deserialize), serde(deny_unknown_fields))]
pub struct Ping {
    pub id: String,
}
