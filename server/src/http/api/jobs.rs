//! Runs as jobs, and what runs can call.

use app::{api::runs::RunDocument, error::ApiError};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use domain::{
    id::RunId,
    state::{EndReason, Status, Step},
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::attachments::Attachment;
use crate::http::{Doors, PathId, Problem, Signed};

/// A run as a job.
#[derive(Serialize, ToSchema)]
pub(super) struct Job {
    job_id: RunId,
    status: Status,
    /// The accepted answer, once the run is completed.
    #[schema(value_type = Value)]
    result: Option<Box<RawValue>>,
    /// The files of the result.
    files: Vec<Attachment>,
    /// Why it ended without a result, in one sentence.
    error: Option<String>,
    meta: Meta,
}

/// What else is known of a job.
#[derive(Serialize, ToSchema)]
struct Meta {
    run_id: RunId,
    session_id: String,
    provider: String,
    current_step: Step,
    end_reason: Option<EndReason>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Read a job
#[utoipa::path(get, path = "/api/hitl/jobs/{job}", tag = "Runs",
    params(("job" = RunId, Path)), responses((status = 200, body = Job)))]
pub(super) async fn job(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(job): PathId<RunId>,
) -> Result<Json<Job>, Problem> {
    let RunDocument { run, view } = doors.runs.document(&caller, job).await.map_err(not_found)?;
    let summary = view.summary;
    let done = summary.end_reason == Some(EndReason::Done);
    let answer = run.response.filter(|_| done);
    let files = view.result.filter(|_| done).map(|result| result.files).unwrap_or_default();
    Ok(Json(Job {
        job_id: job,
        status: summary.status,
        result: answer.and_then(|answer| RawValue::from_string(answer.result().to_owned()).ok()),
        files: files.into_iter().map(Attachment::of).collect(),
        error: view.end.filter(|_| !done).map(|end| end.message),
        meta: Meta {
            run_id: job,
            session_id: summary.session,
            provider: summary.provider,
            current_step: summary.step,
            end_reason: summary.end_reason,
            created_at: summary.created_at,
            updated_at: summary.updated_at,
        },
    }))
}

fn not_found(error: ApiError) -> ApiError {
    match error {
        ApiError::NotFound(_) => ApiError::NotFound("job".to_owned()),
        error => error,
    }
}

/// What runs can call.
#[derive(Serialize, ToSchema)]
pub(super) struct Providers {
    providers: Vec<Provider>,
    total: usize,
}

/// Something that a run can call.
#[derive(Serialize, ToSchema)]
struct Provider {
    name: String,
    /// The names of its operations.
    tools: Vec<String>,
    capabilities: Capabilities,
    /// JSON Schema of the payload.
    #[schema(value_type = Object)]
    input_schema: Option<Box<RawValue>>,
}

#[derive(Serialize, ToSchema)]
struct Capabilities {
    title: String,
    description: String,
    version: String,
    /// Prompts that show what it can do.
    examples: Vec<String>,
    /// A call whose outcome is unknown may be repeated.
    repeat_safe: bool,
}

/// List what runs can call
#[utoipa::path(get, path = "/api/hitl/providers", tag = "Providers",
    responses((status = 200, body = Providers)))]
pub(super) async fn providers(
    State(doors): State<Doors>,
    Signed(caller): Signed,
) -> Result<Json<Providers>, Problem> {
    let found = doors.runs.providers(&caller).await?;
    let providers: Vec<Provider> = found
        .into_iter()
        .map(|of| Provider {
            tools: vec![of.name.clone()],
            name: of.name,
            capabilities: Capabilities {
                title: of.title,
                description: of.description,
                version: of.version,
                examples: of.examples,
                repeat_safe: of.repeat_safe,
            },
            input_schema: RawValue::from_string(of.json_schema).ok(),
        })
        .collect();
    Ok(Json(Providers { total: providers.len(), providers }))
}
