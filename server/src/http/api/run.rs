//! Starting, reading, pausing and cancelling a run.

use app::api::runs::NewRun;
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{id::RunId, policy::HitlConfig, run::RunInput, state::Status};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::idempotency_key;
use crate::http::{Doors, JsonBody, Problem, Signed, body::object};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    #[serde(deserialize_with = "object")]
    run_input: RunInput,
    provider: Option<String>,
    #[serde(default, deserialize_with = "object")]
    hitl_config: HitlConfig,
    original_input: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct Started {
    run_id: RunId,
    job_id: RunId,
    status: Status,
    message: String,
    websocket_url: String,
}

/// `POST /api/hitl/run`
pub(super) async fn start(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Start>,
) -> Result<Response, Problem> {
    let new = NewRun {
        run_input: body.run_input,
        provider: body.provider,
        hitl_config: body.hitl_config,
        original_input: body.original_input.map(|raw| raw.get().to_owned()),
    };
    let started = doors.runs.start(&caller, new, idempotency_key(&headers)).await?;
    let answer = Started {
        run_id: started.run,
        job_id: started.run,
        status: started.status,
        message: started.message,
        websocket_url: socket_url(&doors),
    };
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

fn socket_url(doors: &Doors) -> String {
    let url = doors.public_url.as_str().trim_end_matches('/').replacen("http", "ws", 1);
    format!("{url}/api/hitl/ws")
}

/// `GET /api/hitl/run/{run}/state`: the stored document, byte for byte.
pub(super) async fn state(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(run): Path<RunId>,
) -> Result<Response, Problem> {
    let text = doors.runs.state(&caller, run).await?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

#[derive(Serialize)]
struct Done {
    success: bool,
    message: &'static str,
    run_id: RunId,
}

/// `POST /api/hitl/run/{run}/pause`
pub(super) async fn pause(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(run_id): Path<RunId>,
) -> Result<Response, Problem> {
    doors.runs.pause(&caller, run_id).await?;
    let message = "The run pauses before its next side effect.";
    Ok(Json(Done { success: true, message, run_id }).into_response())
}

/// `DELETE /api/hitl/run/{run}`
pub(super) async fn cancel(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(run_id): Path<RunId>,
) -> Result<Response, Problem> {
    doors.runs.cancel(&caller, run_id).await?;
    Ok(Json(Done { success: true, message: "The run is cancelled.", run_id }).into_response())
}
