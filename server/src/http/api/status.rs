//! How far a run is.

use std::collections::BTreeMap;

use app::api::runs::{self, StageState, TimelineEntry};
use axum::{Json, extract::State, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    audit::EntryKind,
    decision::Action,
    id::RunId,
    state::{EndReason, Status, Step},
};
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::approval::Approval;
use crate::http::{Doors, PathId, Problem, Signed, prefer::Wait};

/// How far a run is, with its open ticket.
#[derive(Serialize, ToSchema)]
pub(super) struct RunStatus {
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

#[derive(Serialize, ToSchema)]
struct Progress {
    total_steps: usize,
    completed_steps: usize,
    /// 0 to 100.
    percentage: usize,
    current_step: Step,
    step_history: Vec<StepEntry>,
}

/// One line of a run's history.
#[derive(Serialize, ToSchema)]
pub(super) struct StepEntry {
    /// Counts within the run, from 1.
    sequence: u32,
    kind: EntryKind,
    /// Where the run is after it.
    #[schema(value_type = Step)]
    step: Option<Step>,
    /// What the run is doing after it.
    #[schema(value_type = Status)]
    status: Option<Status>,
    at: DateTime<Utc>,
    actor: String,
    message: String,
    /// What proves it: digests, ids, attempt numbers, the policy.
    facts: BTreeMap<String, String>,
}

/// Read how far a run is
///
/// `Prefer: wait=N`, of at most 60 seconds, holds the answer until the run is no longer `queued` or `running`: until it
/// asks for a person or is over.
#[utoipa::path(get, path = "/api/hitl/run/{run}/status", tag = "Runs",
    params(
        ("run" = RunId, Path),
        ("Prefer" = Option<String>, Header, description = "`wait=60`"),
    ),
    responses((status = 200, body = RunStatus)))]
pub(super) async fn status(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(run): PathId<RunId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wait = Wait::of(&headers);
    let progress = doors.runs.progress(&caller, run, wait.time()).await?;
    Ok(wait.applied(Json(RunStatus::of(progress))))
}

/// A run's history, the oldest entry first.
pub(super) fn history(timeline: &[TimelineEntry]) -> Vec<StepEntry> {
    let entry = |(sequence, entry): (u32, &TimelineEntry)| StepEntry {
        sequence,
        kind: entry.kind,
        step: entry.place.map(|(step, _)| step),
        status: entry.place.map(|(_, status)| status),
        at: entry.at,
        actor: entry.actor.clone(),
        message: entry.message.clone(),
        facts: entry.facts.iter().cloned().collect(),
    };
    (1..).zip(timeline).map(entry).collect()
}

impl RunStatus {
    pub fn of(of: impl Into<runs::Progress>) -> Self {
        let view = of.into();
        let total_steps = view.stages.len();
        let done = view.stages.iter().filter(|stage| stage.state == StageState::Done);
        let completed_steps = done.count();
        let ticket = view.ticket.as_ref().map(|view| &view.ticket);
        let summary = &view.summary;
        Self {
            run_id: summary.id,
            status: summary.status,
            current_step: summary.step,
            end_reason: summary.end_reason,
            created_at: summary.created_at,
            updated_at: summary.updated_at,
            expires_at: ticket.and_then(|ticket| ticket.expires_at),
            progress: Progress {
                total_steps,
                completed_steps,
                percentage: completed_steps * 100 / total_steps.max(1),
                current_step: summary.step,
                step_history: history(&view.timeline),
            },
            pending_actions: ticket.map(|ticket| ticket.allowed.clone()).unwrap_or_default(),
            approval: view.ticket.map(|ticket| Approval::of(view.summary.id, ticket)),
        }
    }
}
