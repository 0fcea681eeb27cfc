//! Sessions: their active runs, their threads, their histories.

use app::api::threads::{HistoryItem, MessageRole, MessageView, NewMessage, Reply};
use axum::{Json, extract::State, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::{Action, DecisionRecord, Via},
    digest::Digest,
    id::{AttachmentId, RunId, TicketId},
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    approval::Summary,
    idempotency_key,
    runs::not_over,
    state::{self, RunState},
    wire::{once, parts},
};
use crate::http::{Doors, JsonBody, PathText, Problem, Signed, StrictQuery, ThreadQuery};

/// The runs of a session that are not over.
#[derive(Serialize, ToSchema)]
pub(super) struct ActiveSession {
    session_id: String,
    /// The newest first, a hundred at most.
    runs: Vec<ActiveRun>,
    total: u64,
    has_pending_approvals: bool,
}

/// A run of a session that is not over.
#[derive(Serialize, ToSchema)]
struct ActiveRun {
    #[serde(flatten)]
    run: RunState,
    /// What the open ticket has in its way.
    validation_summary: Option<Summary>,
}

/// Read what goes on in a session
#[utoipa::path(get, path = "/api/hitl/sessions/{session}/active", tag = "Sessions",
    params(("session" = String, Path)), responses((status = 200, body = ActiveSession)))]
pub(super) async fn active(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathText(session_id): PathText,
) -> Result<Json<ActiveSession>, Problem> {
    let found = not_over(&doors, &caller, Some(session_id.clone())).await?;
    let mut runs = Vec::new();
    let mut has_pending_approvals = false;
    for summary in found.items {
        let document = doors.runs.document(&caller, summary.id).await?;
        let ticket = document.view.ticket.as_ref().map(|view| &view.ticket);
        has_pending_approvals |= ticket.is_some();
        let validation_summary = ticket.map(Summary::of);
        runs.push(ActiveRun { run: state::of(document)?, validation_summary });
    }
    Ok(Json(ActiveSession { session_id, runs, total: found.total, has_pending_approvals }))
}

/// A message of a thread.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Message {
    message_id: Uuid,
    session_id: String,
    run_id: Option<RunId>,
    /// The ticket that it asks about or answers.
    approval_id: Option<TicketId>,
    role: MessageRole,
    author: String,
    text: String,
    #[schema(value_type = Object)]
    props: Option<Box<RawValue>>,
    attachments: Vec<AttachmentId>,
    created_at: DateTime<Utc>,
}

/// A page of a thread, the oldest message first.
#[derive(Serialize, ToSchema)]
pub(super) struct Thread {
    messages: Vec<Message>,
    /// In all pages.
    total: u64,
    next_cursor: Option<String>,
}

/// Read the thread of a session
#[utoipa::path(get, path = "/api/hitl/sessions/{session}/messages", tag = "Sessions",
    params(("session" = String, Path), ThreadQuery), responses((status = 200, body = Thread)))]
pub(super) async fn messages(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathText(session): PathText,
    StrictQuery(query): StrictQuery<ThreadQuery>,
) -> Result<Json<Thread>, Problem> {
    let (owner, page) = query.read()?;
    let page = doors.threads.messages(&caller, &session, owner, page).await?;
    let (messages, total, next_cursor) = parts(page, Message::from);
    Ok(Json(Thread { messages, total, next_cursor }))
}

impl From<MessageView> for Message {
    fn from(of: MessageView) -> Self {
        Self {
            message_id: of.id,
            session_id: of.session,
            run_id: of.run,
            approval_id: of.ticket,
            role: of.role,
            author: of.author,
            text: of.text,
            props: RawValue::from_string(of.props).ok(),
            attachments: of.attachments,
            created_at: of.created_at,
        }
    }
}

/// A message on its way in. With `approval_id` it answers that ticket; the answer is the `action`, or the text where
/// it is an action's name and nothing else.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PostMessage {
    #[schema(max_length = 20000)]
    text: String,
    #[schema(value_type = Option<Object>)]
    props: Option<Box<RawValue>>,
    /// Uploads of the session.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    approval_id: Option<TicketId>,
    action: Option<Action>,
    version: Option<u32>,
    proposal_digest: Option<Digest>,
    /// A merge patch (RFC 7396) on the proposed document.
    #[schema(value_type = Option<Object>)]
    edits: Option<Box<RawValue>>,
}

/// A message that was taken in, and what it decided.
#[derive(Serialize, ToSchema)]
pub(super) struct PostedMessage {
    message: Message,
    decision: Option<DecisionRecord>,
}

/// Say something in a session, or answer its open ticket
#[utoipa::path(post, path = "/api/hitl/sessions/{session}/messages", tag = "Sessions",
    params(("session" = String, Path)), request_body = PostMessage,
    responses((status = 201, body = PostedMessage)))]
pub(super) async fn post(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathText(session): PathText,
    headers: HeaderMap,
    JsonBody(body): JsonBody<PostMessage>,
) -> Result<Response, Problem> {
    let message = body.message()?;
    let key = idempotency_key(&headers);
    let posted = doors.threads.post(&caller, &session, message, key).await?;
    let answer = PostedMessage {
        message: Message::from(posted.answer.message),
        decision: posted.answer.decided.map(|decided| decided.record),
    };
    Ok(once(posted.replayed, (StatusCode::CREATED, Json(answer))))
}

impl PostMessage {
    fn message(self) -> Result<NewMessage, Problem> {
        let text = |raw: Option<Box<RawValue>>| {
            raw.filter(|raw| raw.get() != "null").map(|raw| raw.get().to_owned())
        };
        let edits = text(self.edits);
        let answers = match self.approval_id {
            Some(ticket) => Some(Reply {
                ticket,
                action: self.action,
                version: self.version,
                digest: self.proposal_digest,
                edits,
                via: Via::Api,
            }),
            None if self.action.is_some() || edits.is_some() => {
                let message = "is missing: `action` and `edits` answer a ticket";
                return Err(super::wire::invalid("/approval_id", message));
            }
            None => None,
        };
        let props = text(self.props);
        Ok(NewMessage { text: self.text, props, attachments: self.attachments, answers })
    }
}

/// A decision of a session.
#[derive(Serialize, ToSchema)]
struct HistoryEntry {
    run_id: RunId,
    approval_id: TicketId,
    checkpoint_type: CheckpointType,
    /// Edits are in its `changes`.
    decision: DecisionRecord,
}

/// A page of a session's decisions and edits, the oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct History {
    history: Vec<HistoryEntry>,
    /// In all pages.
    total: u64,
    next_cursor: Option<String>,
}

/// Read every decision and edit of a session
#[utoipa::path(get, path = "/api/hitl/sessions/{session}/history", tag = "Sessions",
    params(("session" = String, Path), ThreadQuery), responses((status = 200, body = History)))]
pub(super) async fn history(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathText(session): PathText,
    StrictQuery(query): StrictQuery<ThreadQuery>,
) -> Result<Json<History>, Problem> {
    let (owner, page) = query.read()?;
    let page = doors.threads.history(&caller, &session, owner, page).await?;
    let (history, total, next_cursor) = parts(page, |of: HistoryItem| HistoryEntry {
        run_id: of.run,
        approval_id: of.record.ticket,
        checkpoint_type: of.checkpoint,
        decision: of.record,
    });
    Ok(Json(History { history, total, next_cursor }))
}
