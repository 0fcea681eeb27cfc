//! Starting, pausing, resuming and cancelling a run.

use app::{
    api::{
        port::Once,
        runs::{NewRun, Started},
        tickets::{DecisionRequest, Edits},
    },
    error::ApiError,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::Caller,
    checkpoint::CheckpointType,
    decision::{Action, Via},
    digest::Digest,
    id::{RunId, TicketId},
    policy::{HitlConfig, PolicyKind},
    run::RunInput,
    state::Status,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    approve::{Decided, Seen, decide},
    idempotency_key,
    wire::{Done, NoBody, once},
};
use crate::http::{Doors, JsonBody, PathId, Problem, Signed, body::object};

/// What a run is started with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartRun {
    #[serde(deserialize_with = "object")]
    run_input: RunInput,
    /// Needed where more than one provider could do it.
    provider: Option<String>,
    #[serde(default, deserialize_with = "object")]
    hitl_config: HitlConfig,
    /// Values of the provider's fields that the request names; they outrank what is found elsewhere.
    /// A name that no field has is refused (422), unless the provider takes more than its fields.
    #[schema(value_type = Option<Object>)]
    original_input: Option<Box<RawValue>>,
}

/// A run that was started, or queued behind the active one of its session.
#[derive(Serialize, ToSchema)]
pub(super) struct StartedRun {
    run_id: RunId,
    job_id: RunId,
    status: Status,
    message: String,
    websocket_url: String,
    /// Only in the answers of `/api/teams`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hitl_enabled: Option<bool>,
}

/// Start a run
#[utoipa::path(post, path = "/api/hitl/run", tag = "Runs", request_body = StartRun,
    responses((status = 202, body = StartedRun)))]
pub(super) async fn start(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<StartRun>,
) -> Result<Response, Problem> {
    let new = NewRun {
        run_input: body.run_input,
        provider: body.provider,
        hitl_config: body.hitl_config,
        original_input: body.original_input.map(|raw| raw.get().to_owned()),
    };
    let started = doors.runs.start(&caller, new, idempotency_key(&headers)).await?;
    Ok(accepted(&doors, started, None))
}

/// Starts a run of the older routes, which have their values under other names.
pub(super) async fn start_legacy(
    doors: &Doors,
    caller: &Caller,
    run_input: RunInput,
    hitl_config: HitlConfig,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let hitl_enabled = hitl_config.policy != PolicyKind::Auto;
    let new = NewRun { run_input, provider: None, hitl_config, original_input: None };
    let started = doors.runs.start(caller, new, idempotency_key(headers)).await?;
    Ok(accepted(doors, started, Some(hitl_enabled)))
}

fn accepted(doors: &Doors, started: Once<Started>, hitl_enabled: Option<bool>) -> Response {
    let Once { answer: Started { run, status, message }, replayed } = started;
    let websocket_url = socket_url(doors);
    let answer =
        StartedRun { run_id: run, job_id: run, status, message, websocket_url, hitl_enabled };
    once(replayed, (StatusCode::ACCEPTED, Json(answer)))
}

fn socket_url(doors: &Doors) -> String {
    let url = doors.public_url.as_str().trim_end_matches('/').replacen("http", "ws", 1);
    format!("{url}/api/hitl/ws")
}

/// Pause a run
///
/// It takes effect before the next side effect, and opens a ticket `manual_pause`.
#[utoipa::path(post, path = "/api/hitl/run/{run}/pause", tag = "Runs",
    params(("run" = RunId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn pause(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(run_id): PathId<RunId>,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Problem> {
    let done = doors.runs.pause(&caller, run_id, idempotency_key(&headers)).await?;
    let message = "The run pauses before its next side effect.";
    Ok(once(done.replayed, Json(Done { success: true, message, run_id })))
}

/// How a paused run goes on. Without `action` it just goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Resume {
    action: Option<Action>,
    /// A merge patch (RFC 7396) on what was proposed.
    #[schema(value_type = Option<Object>)]
    modifications: Option<Box<RawValue>>,
    /// The ticket; without it, the run's open one.
    approval_token: Option<TicketId>,
    version: Option<u32>,
    proposal_digest: Option<Digest>,
}

/// Resume a run that was paused by hand
///
/// Not what the caller saw: 412 with the ticket as it is.
#[utoipa::path(post, path = "/api/hitl/run/{run}/resume", tag = "Runs", request_body = Resume,
    params(("run" = RunId, Path)), responses((status = 200, body = Decided)))]
pub(super) async fn resume(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(run): PathId<RunId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Resume>,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers);
    let ticket = match body.approval_token {
        Some(ticket) => ticket,
        None => doors.runs.open_ticket(&caller, run, key).await?,
    };
    let of = doors.runs.ticket(&caller, ticket).await?;
    if of.run != run {
        return Err(ApiError::NotFound("ticket".to_owned()).into());
    }
    if of.view.ticket.checkpoint != CheckpointType::ManualPause {
        let why = "the run was not paused by hand: answer its ticket with `approve`";
        return Err(ApiError::NotPossible(why.to_owned()).into());
    }
    let edits = body.modifications.as_ref().filter(|raw| !matches!(raw.get(), "null" | "{}"));
    let usual = if edits.is_some() { Action::Edit } else { Action::Approve };
    let seen = Seen { version: body.version, digest: body.proposal_digest }.or_header(&headers)?;
    let request = DecisionRequest {
        run,
        ticket,
        action: body.action.unwrap_or(usual),
        version: seen.version,
        digest: seen.digest,
        edits: edits.map_or(Edits::None, |raw| Edits::Merge(raw.get().to_owned())),
        attachments: Vec::new(),
        reason: None,
        via: Via::Api,
        key: key.map(str::to_owned),
    };
    decide(&doors, &caller, request).await
}

/// Cancel a run
///
/// Closes the open ticket and tells the provider to stop where it can.
#[utoipa::path(delete, path = "/api/hitl/run/{run}", tag = "Runs",
    params(("run" = RunId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn cancel(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(run_id): PathId<RunId>,
) -> Result<Response, Problem> {
    doors.runs.cancel(&caller, run_id).await?;
    Ok(Json(Done { success: true, message: "The run is cancelled.", run_id }).into_response())
}
