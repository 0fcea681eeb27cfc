//! The API for programs, under `/api/hitl`. One endpoint a file.

mod approval;
mod approve;
mod attachments;
mod run;
mod status;

use axum::{
    Router,
    routing::{delete, get, post},
};
use http::HeaderMap;

pub(super) use approval::Approval;

use super::{Doors, limits};

/// Every route but the uploads, which have limits of their own.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/hitl/run", post(run::start))
        .route("/api/hitl/run/{run}", delete(run::cancel))
        .route("/api/hitl/run/{run}/status", get(status::status))
        .route("/api/hitl/run/{run}/state", get(run::state))
        .route("/api/hitl/runs/{run}/state", get(run::state))
        .route("/api/hitl/run/{run}/approve", post(approve::approve))
        .route("/api/hitl/run/{run}/pause", post(run::pause))
        .route("/api/hitl/attachments/{attachment}", get(attachments::download))
        .route("/api/hitl/attachments/{attachment}/preview", get(attachments::preview))
}

/// The routes that take a file.
pub fn uploads(mib: u64) -> Router<Doors> {
    let routes = Router::new().route("/api/hitl/attachments", post(attachments::upload));
    limits::uploads(routes, mib)
}

/// The request's `Idempotency-Key`.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    // A header that isn't text is as good as a key that isn't allowed.
    headers.get("idempotency-key").map(|value| value.to_str().unwrap_or(""))
}
