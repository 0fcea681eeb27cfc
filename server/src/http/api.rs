//! The API for programs. One resource a file.

mod accounts;
mod approval;
mod approvals;
mod approve;
mod attachments;
mod docs;
mod jobs;
mod openapi;
mod run;
mod runs;
mod sessions;
mod state;
mod status;
mod teams;
mod wire;

use axum::{
    Router,
    routing::{delete, get, post, put},
};
use http::HeaderMap;

pub(super) use {
    approval::{Approval, Context},
    approvals::{PendingApproval, PendingList},
    approve::{Decided, current, entity_tag, merge_patch},
    runs::{ACTIVE, RunItem, not_over},
    sessions::Message,
    wire::{once, tagged},
};

use super::{Doors, limits};

/// Every route but the uploads, which have limits of their own.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/hitl/run", post(run::start))
        .route("/api/hitl/run/{run}", delete(run::cancel))
        .route("/api/hitl/run/{run}/state", get(state::state))
        .route("/api/hitl/run/{run}/approve", post(approve::approve))
        .route("/api/hitl/run/{run}/pause", post(run::pause))
        .route("/api/hitl/run/{run}/resume", post(run::resume))
        .route("/api/hitl/runs", get(runs::all))
        .route("/api/hitl/runs/active", get(runs::active))
        .route("/api/hitl/runs/{run}/state", get(state::state_of))
        .route("/api/hitl/sessions/{session}/active", get(sessions::active))
        .route(
            "/api/hitl/sessions/{session}/messages",
            get(sessions::messages).post(sessions::post),
        )
        .route("/api/hitl/sessions/{session}/history", get(sessions::history))
        .route("/api/hitl/approvals/pending", get(approvals::pending))
        .route("/api/hitl/approvals/{approval}/hold", post(approvals::hold))
        .route(
            "/api/hitl/approvals/{approval}/draft",
            get(approvals::draft).put(approvals::save_draft).delete(approvals::drop_draft),
        )
        .route("/api/hitl/approvals/{approval}/seen", post(approvals::seen))
        .route("/api/hitl/jobs/{job}", get(jobs::job))
        .route("/api/hitl/providers", get(jobs::providers))
        .route("/api/hitl/attachments/{attachment}", get(attachments::download))
        .route("/api/hitl/attachments/{attachment}/preview", get(attachments::preview))
        .route("/api/teams/run", post(teams::run))
        .route("/api/teams/run-hitl", post(teams::run_hitl))
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/docs", get(docs::page))
        .merge(account_routes())
}

/// The routes whose answer may be held back.
pub fn waiting() -> Router<Doors> {
    limits::waiting(Router::new().route("/api/hitl/run/{run}/status", get(status::status)))
}

fn account_routes() -> Router<Doors> {
    Router::new()
        .route(
            "/api/auth/session",
            get(accounts::who).post(accounts::sign_in).delete(accounts::sign_out),
        )
        .route("/api/auth/people", get(accounts::people).post(accounts::invite))
        .route("/api/auth/people/{person}/role", put(accounts::set_role))
        .route("/api/auth/people/{person}/disabled", put(accounts::set_disabled))
        .route("/api/auth/people/{person}/reset", post(accounts::reset))
}

/// The routes that take a file.
pub fn uploads(mib: u64) -> Router<Doors> {
    let routes = Router::new().route("/api/hitl/attachments", post(attachments::upload));
    limits::uploads(routes, mib)
}

/// The request's `Idempotency-Key`.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let first = keys.next()?;
    // What isn't text, and one of several, is as good as a key that isn't allowed.
    let one = keys.next().is_none();
    Some(first.to_str().ok().filter(|_| one).unwrap_or(""))
}
