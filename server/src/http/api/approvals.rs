//! Tickets by their own ids: the inbox, one ticket, its countdown, the caller's draft, and who looked.

use std::time::Duration;

use app::{
    api::{
        page::PageRequest,
        runs::{InboxFilter, InboxItem, RunView},
        tickets::{Draft, Edits},
    },
    error::ApiError,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Caller,
    checkpoint::CheckpointType,
    id::{RunId, TicketId},
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::{
    idempotency_key,
    wire::{Done, NoBody, invalid, once, parts},
};
use crate::http::{Doors, JsonBody, PathId, Problem, Signed, StrictQuery, query};

/// The longest look that is recorded at once.
const LONGEST_LOOK_MS: u64 = 24 * 60 * 60 * 1000;
const LONGEST_REASON: usize = 10_000;

/// Which open tickets, and which piece of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PendingQuery {
    /// The client's own label.
    user_id: Option<String>,
    session_id: Option<String>,
    agent: Option<String>,
    checkpoint_type: Option<CheckpointType>,
    /// `next_cursor` of the page before; leave it out for the first page.
    cursor: Option<String>,
    /// How many items: 1 to 100, 50 by default.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// An open ticket in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PendingApproval {
    approval_id: TicketId,
    run_id: RunId,
    checkpoint_type: CheckpointType,
    context: PendingContext,
    user_id: String,
    session_id: String,
    agent: String,
    provider: String,
    /// Who started the run.
    owner_name: String,
    /// Its deadline passed, and it was escalated.
    overdue: bool,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    auto_approve_at: Option<DateTime<Utc>>,
}

/// What an open ticket is about, in short; the ticket itself has all of it.
#[derive(Serialize, ToSchema)]
struct PendingContext {
    message: String,
    /// The beginning of the prompt.
    prompt: String,
    blocking_issues: u32,
}

/// A page of open tickets, the most urgent first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PendingList {
    pub approvals: Vec<PendingApproval>,
    /// In all pages.
    pub total: u64,
    next_cursor: Option<String>,
}

/// List the open tickets
///
/// An agent's key is shown those of its own runs.
#[utoipa::path(get, path = "/api/hitl/approvals/pending", tag = "Approvals",
    params(PendingQuery), responses((status = 200, body = PendingList)))]
pub(super) async fn pending(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    StrictQuery(query): StrictQuery<PendingQuery>,
) -> Result<Json<PendingList>, Problem> {
    let PendingQuery { user_id: user, session_id: session, agent, checkpoint_type, cursor, limit } =
        query;
    let filter = InboxFilter { session, user, agent, checkpoint: checkpoint_type };
    let page = query::page(cursor, limit)?;
    Ok(Json(PendingList::read(&doors, &caller, filter, page).await?))
}

impl PendingList {
    pub async fn read(
        doors: &Doors,
        caller: &Caller,
        filter: InboxFilter,
        page: PageRequest,
    ) -> Result<Self, ApiError> {
        let inbox = doors.runs.inbox(caller, filter, page).await?;
        let (approvals, total, next_cursor) = parts(inbox.page, PendingApproval::from);
        Ok(Self { approvals, total, next_cursor })
    }
}

impl PendingApproval {
    /// The open ticket of a run; `None` if it has none.
    pub fn of(run: RunView) -> Option<Self> {
        let (ticket, of) = (run.ticket?.ticket, run.summary);
        Some(Self {
            approval_id: ticket.id,
            run_id: of.id,
            checkpoint_type: ticket.checkpoint,
            context: PendingContext {
                blocking_issues: u32::try_from(ticket.blocking()).unwrap_or(u32::MAX),
                message: ticket.message,
                prompt: of.prompt,
            },
            user_id: of.user,
            session_id: of.session,
            agent: of.agent,
            provider: of.provider,
            owner_name: of.owner_name,
            overdue: ticket.overdue,
            created_at: ticket.created_at,
            expires_at: ticket.expires_at,
            auto_approve_at: ticket.auto_approve_at,
        })
    }
}

impl From<InboxItem> for PendingApproval {
    fn from(of: InboxItem) -> Self {
        Self {
            approval_id: of.ticket,
            run_id: of.run,
            checkpoint_type: of.checkpoint,
            context: PendingContext {
                message: of.message,
                prompt: of.prompt,
                blocking_issues: of.blocking,
            },
            user_id: of.user,
            session_id: of.session,
            agent: of.agent,
            provider: of.provider,
            owner_name: of.owner_name,
            overdue: of.overdue,
            created_at: of.created_at,
            expires_at: of.expires_at,
            auto_approve_at: of.auto_approve_at,
        }
    }
}

/// Stop the countdown to the automatic approval
#[utoipa::path(post, path = "/api/hitl/approvals/{approval}/hold", tag = "Approvals",
    params(("approval" = TicketId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn hold(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(approval): PathId<TicketId>,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Problem> {
    let run_id = doors.runs.ticket(&caller, approval).await?.run;
    let held = doors.runs.hold(&caller, run_id, approval, idempotency_key(&headers)).await?;
    let message = "The countdown is stopped.";
    Ok(once(held.replayed, Json(Done { success: true, message, run_id })))
}

/// What a person typed for a ticket and has not decided yet.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftDocument {
    /// A merge patch (RFC 7396) on the proposed document.
    #[schema(value_type = Option<Value>)]
    edits: Option<Box<RawValue>>,
    /// The whole document as text, where it is edited as text; it need not be JSON yet.
    document: Option<String>,
    /// The texts of the form's controls, by field name.
    form: Option<std::collections::BTreeMap<String, String>>,
    #[serde(default)]
    #[schema(max_length = 10000)]
    reason: String,
}

/// Read the caller's own draft of a decision
#[utoipa::path(get, path = "/api/hitl/approvals/{approval}/draft", tag = "Approvals",
    params(("approval" = TicketId, Path)), responses((status = 200, body = DraftDocument)))]
pub(super) async fn draft(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(approval): PathId<TicketId>,
) -> Result<Json<DraftDocument>, Problem> {
    let draft = doors.runs.ticket(&caller, approval).await?.view.draft;
    let draft = draft.ok_or_else(|| ApiError::NotFound("draft of this ticket".to_owned()))?;
    let mut answer =
        DraftDocument { edits: None, document: None, form: None, reason: draft.reason };
    match draft.edits {
        Edits::None => {}
        Edits::Merge(text) => answer.edits = RawValue::from_string(text).ok(),
        Edits::Document(text) => answer.document = Some(text),
        Edits::Form(fields) => answer.form = Some(fields),
    }
    Ok(Json(answer))
}

/// Keep the caller's own draft of a decision
#[utoipa::path(put, path = "/api/hitl/approvals/{approval}/draft", tag = "Approvals",
    params(("approval" = TicketId, Path)), request_body = DraftDocument,
    responses((status = 204)))]
pub(super) async fn save_draft(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(approval): PathId<TicketId>,
    JsonBody(body): JsonBody<DraftDocument>,
) -> Result<StatusCode, Problem> {
    if body.reason.chars().count() > LONGEST_REASON {
        return Err(invalid("/reason", &format!("has more than {LONGEST_REASON} characters")));
    }
    let edits = match (body.edits.filter(|raw| raw.get() != "null"), body.document, body.form) {
        (None, None, None) => Edits::None,
        (Some(raw), None, None) => Edits::Merge(raw.get().to_owned()),
        (None, Some(text), None) => Edits::Document(text),
        (None, None, Some(fields)) => Edits::Form(fields),
        _ => return Err(invalid("", "say one of `edits`, `document` and `form`")),
    };
    let draft = Draft { edits, reason: body.reason, issues: Vec::new() };
    doors.runs.save_draft(&caller, approval, draft).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Throw the caller's own draft of a decision away
#[utoipa::path(delete, path = "/api/hitl/approvals/{approval}/draft", tag = "Approvals",
    params(("approval" = TicketId, Path)), responses((status = 204)))]
pub(super) async fn drop_draft(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(approval): PathId<TicketId>,
) -> Result<StatusCode, Problem> {
    doors.runs.drop_draft(&caller, approval).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How long somebody looked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    /// In milliseconds, a day at most.
    #[schema(maximum = 86400000)]
    dwell_ms: u64,
}

/// Record that the caller looked at a ticket
#[utoipa::path(post, path = "/api/hitl/approvals/{approval}/seen", tag = "Approvals",
    params(("approval" = TicketId, Path)), request_body = Look, responses((status = 204)))]
pub(super) async fn seen(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(approval): PathId<TicketId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Look>,
) -> Result<Response, Problem> {
    if body.dwell_ms > LONGEST_LOOK_MS {
        return Err(invalid("/dwell_ms", &format!("must be at most {LONGEST_LOOK_MS}")));
    }
    let dwell = Duration::from_millis(body.dwell_ms);
    let seen = doors.runs.seen(&caller, approval, dwell, idempotency_key(&headers)).await?;
    Ok(once(seen.replayed, StatusCode::NO_CONTENT.into_response()))
}
