//! Lists of runs.

use std::cmp::Reverse;

use app::{
    api::{
        page::{MAX_LIMIT, Page, PageRequest},
        runs::{RunSummary, RunsFilter},
    },
    error::ApiError,
};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use domain::{
    access::Caller,
    id::RunId,
    state::{EndReason, Status, Step},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::wire::parts;
use crate::http::{Doors, Problem, Signed, StrictQuery, query};

/// The states of a run that isn't over.
pub(in crate::http) const ACTIVE: [Status; 3] =
    [Status::Queued, Status::Running, Status::AwaitingHuman];

/// Which runs, and which piece of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RunsQuery {
    /// The client's own label.
    user_id: Option<String>,
    session_id: Option<String>,
    agent: Option<String>,
    status: Option<Status>,
    /// `next_cursor` of the page before; leave it out for the first page.
    cursor: Option<String>,
    /// How many items: 1 to 100, 50 by default.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A run in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct RunItem {
    run_id: RunId,
    status: Status,
    current_step: Step,
    end_reason: Option<EndReason>,
    provider: String,
    /// The beginning of the prompt.
    prompt: String,
    session_id: String,
    user_id: String,
    agent: String,
    /// Who started it.
    owner_name: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A page of runs, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct RunList {
    runs: Vec<RunItem>,
    /// In all pages.
    total: u64,
    next_cursor: Option<String>,
}

/// List runs
#[utoipa::path(get, path = "/api/hitl/runs", tag = "Runs", params(RunsQuery),
    responses((status = 200, body = RunList)))]
pub(super) async fn all(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    StrictQuery(query): StrictQuery<RunsQuery>,
) -> Result<Json<RunList>, Problem> {
    let statuses = query.status.into_iter().collect();
    list(&doors, &caller, query, statuses).await
}

/// List the runs that are not over
#[utoipa::path(get, path = "/api/hitl/runs/active", tag = "Runs", params(RunsQuery),
    responses((status = 200, body = RunList)))]
pub(super) async fn active(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    StrictQuery(query): StrictQuery<RunsQuery>,
) -> Result<Json<RunList>, Problem> {
    let statuses = match query.status {
        None => ACTIVE.to_vec(),
        Some(status) if ACTIVE.contains(&status) => vec![status],
        Some(_) => {
            let message = "runs that are over are not active; leave `status` out";
            return Err(ApiError::BadRequest(message.to_owned()).into());
        }
    };
    list(&doors, &caller, query, statuses).await
}

/// The runs of a session, or of all, that are not over, the newest first. Where a page is too short for them, those that
/// wait for a person or are at work are on it before those that are queued.
pub(in crate::http) async fn not_over(
    doors: &Doors,
    caller: &Caller,
    session: Option<String>,
) -> Result<Page<RunSummary>, ApiError> {
    let queued = newest(doors, caller, session.clone(), vec![Status::Queued]).await?;
    let at_work = vec![Status::Running, Status::AwaitingHuman];
    let mut runs = newest(doors, caller, session, at_work).await?;
    runs.total += queued.total;
    runs.items.extend(queued.items);
    runs.items.truncate(usize::try_from(MAX_LIMIT).unwrap_or(usize::MAX));
    runs.items.sort_by_key(|run| Reverse((run.created_at, run.id)));
    Ok(Page { next: None, ..runs })
}

async fn newest(
    doors: &Doors,
    caller: &Caller,
    session: Option<String>,
    statuses: Vec<Status>,
) -> Result<Page<RunSummary>, ApiError> {
    let filter = RunsFilter { session, statuses, ..RunsFilter::default() };
    let page = PageRequest { cursor: None, limit: MAX_LIMIT };
    doors.runs.runs(caller, filter, page).await
}

async fn list(
    doors: &Doors,
    caller: &Caller,
    query: RunsQuery,
    statuses: Vec<Status>,
) -> Result<Json<RunList>, Problem> {
    let RunsQuery { user_id: user, session_id: session, agent, cursor, limit, .. } = query;
    let page = query::page(cursor, limit)?;
    let filter = RunsFilter { session, statuses, user, agent };
    let (runs, total, next_cursor) =
        parts(doors.runs.runs(caller, filter, page).await?, RunItem::from);
    Ok(Json(RunList { runs, total, next_cursor }))
}

impl From<RunSummary> for RunItem {
    fn from(of: RunSummary) -> Self {
        Self {
            run_id: of.id,
            status: of.status,
            current_step: of.step,
            end_reason: of.end_reason,
            provider: of.provider,
            prompt: of.prompt,
            session_id: of.session,
            user_id: of.user,
            agent: of.agent,
            owner_name: of.owner_name,
            created_at: of.created_at,
            updated_at: of.updated_at,
        }
    }
}
