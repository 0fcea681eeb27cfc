//! Deciding a ticket.

use app::{
    api::{
        port::Once,
        tickets::{DecisionRequest, Edits},
    },
    error::ApiError,
};
use axum::{Json, extract::State, response::Response};
use domain::{
    access::Caller,
    checkpoint::Ticket,
    decision::{Action, DecisionRecord, Via},
    digest::Digest,
    id::{AttachmentId, RunId, TicketId},
};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::{
    approval::Approval,
    idempotency_key,
    wire::{invalid, once},
};
use crate::http::{Doors, JsonBody, PathId, Problem, Signed};

/// An answer to a ticket.
///
/// `approval_id` and `approval_token` are two names of one thing. Without it, the run's single open
/// ticket is meant; `runId` and `sessionId` have to agree with the run then.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decide {
    approval_id: Option<TicketId>,
    approval_token: Option<TicketId>,
    action: Option<Action>,
    approved: Option<bool>,
    version: Option<u32>,
    proposal_digest: Option<Digest>,
    /// A merge patch (RFC 7396) on the proposed document.
    #[schema(value_type = Option<Value>)]
    edits: Option<Box<RawValue>>,
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    reason: Option<String>,
    #[serde(rename = "runId")]
    run_id: Option<RunId>,
    #[serde(rename = "sessionId")]
    session_id: Option<String>,
}

/// A decision that was taken.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Decided {
    success: bool,
    message: String,
    run_id: RunId,
    approval_id: TicketId,
    decision: DecisionRecord,
}

impl Decided {
    pub fn answer(approval_id: TicketId, decided: Once<app::api::tickets::Decided>) -> Response {
        once(decided.replayed, Json(Self::of(approval_id, decided.answer)))
    }

    pub fn of(approval_id: TicketId, decided: app::api::tickets::Decided) -> Self {
        Self {
            success: true,
            message: decided.message,
            run_id: decided.run,
            approval_id,
            decision: decided.record,
        }
    }
}

/// What a ticket's `ETag` says: its version and the digest of what it proposes.
pub(in crate::http) fn entity_tag(ticket: &Ticket) -> String {
    format!("{}-{}", ticket.version, ticket.proposal.digest)
}

/// What a caller decides on: the ticket has to be it still.
pub(super) struct Seen {
    pub version: Option<u32>,
    pub digest: Option<Digest>,
}

impl Seen {
    /// What the body leaves out, `If-Match` may say.
    pub fn or_header(self, headers: &HeaderMap) -> Result<Self, Problem> {
        let (version, digest) = if_match(headers)?.unzip();
        Ok(Self { version: self.version.or(version), digest: self.digest.or(digest) })
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<(u32, Digest)>, Problem> {
    let Some(header) = headers.get(http::header::IF_MATCH) else { return Ok(None) };
    let read = || {
        let text = header.to_str().ok()?.trim();
        let (version, digest) = text.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
        Some((version.parse().ok()?, digest.parse().ok()?))
    };
    let message = "`If-Match` has to be the `ETag` of the ticket";
    read().map(Some).ok_or_else(|| ApiError::BadRequest(message.to_owned()).into())
}

/// Answer a ticket
///
/// Already decided: 409 with the decision that won. Expired: 410. Not what the caller saw: 412 with the ticket as it is.
#[utoipa::path(post, path = "/api/hitl/run/{run}/approve", tag = "Approvals",
    params(("run" = RunId, Path)), request_body = Decide,
    responses((status = 200, body = Decided)))]
pub(super) async fn approve(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(run): PathId<RunId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Decide>,
) -> Result<Response, Problem> {
    body.names_agree(run)?;
    let action = body.action()?;
    let ticket = match body.approval_id.or(body.approval_token) {
        Some(ticket) => ticket,
        None => doors.runs.open_ticket(&caller, run, idempotency_key(&headers)).await?,
    };
    if let Some(session) = &body.session_id
        && doors.runs.run(&caller, run).await?.summary.session != *session
    {
        return Err(invalid("/sessionId", "is not the run's session"));
    }
    let edits = merge_patch(action, body.edits.as_deref())?;
    let seen = Seen { version: body.version, digest: body.proposal_digest }.or_header(&headers)?;
    let request = DecisionRequest {
        run,
        ticket,
        action,
        version: seen.version,
        digest: seen.digest,
        edits,
        attachments: body.attachments,
        reason: body.reason,
        via: Via::Api,
        key: idempotency_key(&headers).map(str::to_owned),
    };
    decide(&doors, &caller, request).await
}

/// Decides, and tells who saw something else what there is now.
pub(super) async fn decide(
    doors: &Doors,
    caller: &Caller,
    request: DecisionRequest,
) -> Result<Response, Problem> {
    let (run, ticket) = (request.run, request.ticket);
    match doors.runs.decide(caller, request).await {
        Ok(decided) => Ok(Decided::answer(ticket, decided)),
        Err(error) => {
            let current = current(doors, caller, run, &error).await?;
            Ok(Problem(error).with_ticket(current.as_deref()))
        }
    }
}

/// The edits of a decision, a merge patch.
///
/// # Errors
///
/// `Invalid` where the action takes none.
pub(in crate::http) fn merge_patch(
    action: Action,
    edits: Option<&RawValue>,
) -> Result<Edits, ApiError> {
    let edits = edits.map(RawValue::get).filter(|text| *text != "null");
    let takes_some = matches!(action, Action::Edit | Action::Respond);
    if edits.is_some_and(|text| text != "{}") && !takes_some {
        let message = "goes with `edit` or `respond` only; nothing was decided";
        return Err(invalid("/edits", message).0);
    }
    Ok(edits.map_or(Edits::None, |text| Edits::Merge(text.to_owned())))
}

/// The ticket as it is, for a decision on what it was before.
pub(in crate::http) async fn current(
    doors: &Doors,
    caller: &Caller,
    run: RunId,
    refused: &ApiError,
) -> Result<Option<Box<RawValue>>, ApiError> {
    if !matches!(refused, ApiError::Changed(_)) {
        return Ok(None);
    }
    let current = doors.runs.run(caller, run).await?.ticket;
    let current = current.map(|view| to_raw_value(&Approval::of(run, view)));
    current.transpose().map_err(|_| ApiError::Internal)
}

impl Decide {
    fn names_agree(&self, run: RunId) -> Result<(), Problem> {
        if self.run_id.is_some_and(|other| other != run) {
            return Err(invalid("/runId", "is not the run in the address"));
        }
        let both = self.approval_id.is_some() && self.approval_token.is_some();
        if both && self.approval_id != self.approval_token {
            return Err(invalid("/approval_token", "is another ticket than `approval_id`"));
        }
        Ok(())
    }

    fn action(&self) -> Result<Action, Problem> {
        let said = match self.approved {
            Some(true) if self.edits.is_some() => Some(Action::Edit),
            Some(true) => Some(Action::Approve),
            Some(false) => Some(Action::Reject),
            None => None,
        };
        match (self.action, said) {
            (Some(action), None) => Ok(action),
            (None, Some(action)) => Ok(action),
            (Some(action), Some(said)) if action == said => Ok(action),
            (Some(_), Some(_)) => Err(invalid("/approved", "contradicts `action`")),
            (None, None) => {
                let words = Action::ALL.map(Action::name).join(", ");
                Err(invalid("/action", &format!("is missing; say one of {words}")))
            }
        }
    }
}
