//! What an agent needs to trust that a callback is this server's.

use axum::{Json, Router, extract::State, routing::get};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Doors, Problem, Signed};

pub fn routes() -> Router<Doors> {
    Router::new().route("/api/hitl/callbacks/secret", get(secret))
}

/// What callbacks to the caller are signed with.
#[derive(Serialize, ToSchema)]
pub(super) struct CallbackSecret {
    /// `whsec_`, and the key in base64.
    secret: String,
}

/// Read what callbacks to the caller are signed with
///
/// When a ticket with a `callback_url` is closed, the server posts `{type: "approval.closed", timestamp, data}` there, signed
/// as Standard Webhooks are: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `webhook-id`, a dot,
/// `webhook-timestamp`, a dot, and the body. `data` has `approval_id`, `run_id`, `action`, `status`, `decision`,
/// `final_arguments`, `answer`, `patch` and `reason` as `GET /api/hitl/approvals/{approval}` has them. It is sent until a
/// status of 2xx comes back, with growing pauses for a day, so it may come more than once: under the same `webhook-id`.
#[utoipa::path(get, path = "/api/hitl/callbacks/secret", tag = "Approvals",
    responses((status = 200, body = CallbackSecret)))]
pub(super) async fn secret(
    State(doors): State<Doors>,
    Signed(caller): Signed,
) -> Result<Json<CallbackSecret>, Problem> {
    Ok(Json(CallbackSecret { secret: doors.runs.callback_secret(&caller).await? }))
}
