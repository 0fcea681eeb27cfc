//! How far a run is.

use app::api::runs::{RunView, StageState};
use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, Utc};
use domain::{
    decision::Action,
    id::RunId,
    state::{EndReason, Status, Step},
};
use serde::Serialize;

use super::approval::Approval;
use crate::http::{Doors, Problem, Signed};

#[derive(Serialize)]
pub(super) struct Answer {
    run_id: RunId,
    status: Status,
    current_step: Step,
    end_reason: Option<EndReason>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    progress: Progress,
    pending_actions: Vec<Action>,
    approval: Option<Approval>,
}

#[derive(Serialize)]
struct Progress {
    total_steps: usize,
    completed_steps: usize,
    /// 0 to 100.
    percentage: usize,
    current_step: Step,
    step_history: Vec<HistoryEntry>,
}

#[derive(Serialize)]
struct HistoryEntry {
    at: DateTime<Utc>,
    actor: String,
    message: String,
}

/// `GET /api/hitl/run/{run}/status`
pub(super) async fn status(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(run): Path<RunId>,
) -> Result<Json<Answer>, Problem> {
    Ok(Json(answer(doors.runs.run(&caller, run).await?)))
}

fn answer(view: RunView) -> Answer {
    let total_steps = view.stages.len();
    let done = view.stages.iter().filter(|stage| stage.state == StageState::Done);
    let completed_steps = done.count();
    let ticket = view.ticket.as_ref().map(|view| &view.ticket);
    let history = view.timeline.into_iter();
    Answer {
        run_id: view.summary.id,
        status: view.summary.status,
        current_step: view.summary.step,
        end_reason: view.summary.end_reason,
        created_at: view.summary.created_at,
        updated_at: view.summary.updated_at,
        expires_at: ticket.and_then(|ticket| ticket.expires_at),
        progress: Progress {
            total_steps,
            completed_steps,
            percentage: completed_steps * 100 / total_steps.max(1),
            current_step: view.summary.step,
            step_history: history
                .map(|entry| HistoryEntry {
                    at: entry.at,
                    actor: entry.actor,
                    message: entry.message,
                })
                .collect(),
        },
        pending_actions: ticket.map(|ticket| ticket.allowed.clone()).unwrap_or_default(),
        approval: view.ticket.map(|ticket| Approval::of(view.summary.id, ticket)),
    }
}
