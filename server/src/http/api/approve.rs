//! Deciding a ticket.

use app::{
    api::tickets::{DecisionRequest, Edits},
    error::ApiError,
};
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use domain::{
    decision::{Action, DecisionRecord, Via},
    digest::Digest,
    id::{AttachmentId, RunId, TicketId},
    issue::Issue,
};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::{approval::Approval, idempotency_key};
use crate::http::{Doors, JsonBody, Problem, Signed};

/// `approval_id` and `approval_token` are two names of one thing. Without it, the run's single open
/// ticket is meant; `runId` and `sessionId` have to agree with the run then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    approval_id: Option<TicketId>,
    approval_token: Option<TicketId>,
    action: Option<Action>,
    approved: Option<bool>,
    version: Option<u32>,
    proposal_digest: Option<Digest>,
    /// A merge patch (RFC 7396) on the proposed document.
    edits: Option<Box<RawValue>>,
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    reason: Option<String>,
    #[serde(rename = "runId")]
    run_id: Option<RunId>,
    #[serde(rename = "sessionId")]
    session_id: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Answer {
    success: bool,
    message: String,
    run_id: RunId,
    approval_id: TicketId,
    decision: DecisionRecord,
}

/// `POST /api/hitl/run/{run}/approve`
pub(super) async fn approve(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(run): Path<RunId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Body>,
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
    let edits = body.edits.as_ref().filter(|raw| raw.get() != "null");
    if edits.is_some_and(|raw| raw.get() != "{}")
        && !matches!(action, Action::Edit | Action::Respond)
    {
        return Err(invalid("/edits", "goes with `edit` or `respond` only; nothing was decided"));
    }
    let request = DecisionRequest {
        run,
        ticket,
        action,
        version: body.version,
        digest: body.proposal_digest,
        edits: edits.map_or(Edits::None, |raw| Edits::Merge(raw.get().to_owned())),
        attachments: body.attachments,
        reason: body.reason,
        via: Via::Api,
        key: idempotency_key(&headers).map(str::to_owned),
    };
    match doors.runs.decide(&caller, request).await {
        Ok(decided) => Ok(Json(Answer {
            success: true,
            message: decided.message,
            run_id: decided.run,
            approval_id: ticket,
            decision: decided.record,
        })
        .into_response()),
        Err(error @ ApiError::Changed(_)) => {
            let current = doors.runs.run(&caller, run).await?.ticket;
            let current = current.map(|view| to_raw_value(&Approval::of(run, view)));
            let current = current.transpose().map_err(|_| ApiError::Internal)?;
            Ok(Problem(error).with_ticket(current.as_deref()))
        }
        Err(error) => Err(error.into()),
    }
}

impl Body {
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

fn invalid(field: &str, message: &str) -> Problem {
    Problem(ApiError::Invalid(vec![Issue::error(field, message)]))
}
