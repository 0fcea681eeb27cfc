//! The whole document of a run: what a client needs to rebuild what it showed.

use app::{api::runs::RunDocument, error::ApiError};
use axum::{Json, extract::State};
use domain::{
    decision::DecisionRecord,
    id::RunId,
    information::Known,
    issue::Issue,
    policy::HitlConfig,
    run::{Edit, RunInput, Timing},
    state::EndReason,
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::{
    approval::Context,
    status::{self, RunStatus},
};
use crate::http::{Doors, PathId, Problem, Signed};

/// Everything that is known of a run. Payloads and answers are exactly the stored text.
#[derive(Serialize, ToSchema)]
pub(super) struct RunState {
    #[serde(flatten)]
    status: RunStatus,
    provider: String,
    agent: String,
    user_id: String,
    session_id: String,
    owner_name: String,
    original_input: RunInput,
    hitl_config: HitlConfig,
    /// The open ticket's context.
    checkpoint_context: Option<Context>,
    /// Values that a person or the request gave.
    form_data: Vec<Known>,
    human_edits: Vec<Edit>,
    last_approval: Option<DecisionRecord>,
    #[schema(value_type = Value)]
    suggested_payload: Option<Box<RawValue>>,
    validation_issues: Vec<Issue>,
    /// What the provider answered last, whatever was made of it; nothing where no answer was received.
    #[schema(value_type = Value)]
    raw_response: Option<Box<RawValue>>,
    /// The accepted answer with what was edited in it, once the run is completed.
    #[schema(value_type = Value)]
    final_result: Option<Box<RawValue>>,
    timing: Timing,
    step_history: Vec<status::StepEntry>,
    /// The run as it is stored.
    #[schema(value_type = Object)]
    run: Box<RawValue>,
}

/// Read everything that is known of a run
#[utoipa::path(get, path = "/api/hitl/run/{run}/state", tag = "Runs",
    params(("run" = RunId, Path)), responses((status = 200, body = RunState)))]
pub(super) async fn state(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(run): PathId<RunId>,
) -> Result<Json<RunState>, Problem> {
    Ok(Json(of(doors.runs.document(&caller, run).await?)?))
}

/// Read everything that is known of a run
#[utoipa::path(get, path = "/api/hitl/runs/{run}/state", tag = "Runs",
    params(("run" = RunId, Path)), responses((status = 200, body = RunState)))]
pub(super) async fn state_of(
    state_: State<Doors>,
    signed: Signed,
    path: PathId<RunId>,
) -> Result<Json<RunState>, Problem> {
    state(state_, signed, path).await
}

pub(super) fn of(document: RunDocument) -> Result<RunState, ApiError> {
    let RunDocument { run, view } = document;
    let stored = to_raw_value(&run).map_err(|error| {
        tracing::error!(%error, "a run could not be written");
        ApiError::Internal
    })?;
    let raw = |text: &str| RawValue::from_string(text.to_owned()).ok();
    let done = view.summary.end_reason == Some(EndReason::Done);
    let result = run.response.as_ref().filter(|_| done);
    let result = result.and_then(|response| raw(response.result()));
    let history = status::history(&view.timeline);
    let ticket = view.ticket.clone();
    Ok(RunState {
        provider: run.provider,
        agent: run.input.agent_email.clone(),
        user_id: run.input.user_id.clone(),
        session_id: run.input.session_id.clone(),
        owner_name: run.owner_name,
        original_input: run.input,
        hitl_config: run.config,
        checkpoint_context: ticket.map(Context::of),
        form_data: run.given,
        human_edits: run.edits,
        last_approval: run.last_decision,
        suggested_payload: run.draft.as_ref().and_then(|draft| raw(&draft.payload)),
        validation_issues: run.draft.map(|draft| draft.issues).unwrap_or_default(),
        raw_response: run.response.as_ref().and_then(|response| raw(response.answered()?)),
        final_result: result,
        timing: run.timing,
        step_history: history,
        run: stored,
        status: RunStatus::of(view),
    })
}
