//! Keys: listing, making and revoking them.

use app::api::keys::{KeyView, NewKey};
use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::{delete, get},
};
use domain::id::KeyId;
use http::{HeaderValue, StatusCode, header::LOCATION};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Doors, JsonBody, Problem, Signed};

pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/auth/keys", get(list).post(make))
        .route("/api/auth/keys/{key}", delete(revoke))
}

#[derive(Serialize, ToSchema)]
pub(super) struct KeyList {
    keys: Vec<KeyView>,
    total: usize,
}

/// A key with its secret, which no other answer holds.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeKey)]
pub(super) struct Made {
    key: KeyView,
    secret: String,
}

/// List one's own keys; for an admin, everybody's
#[utoipa::path(get, path = "/api/auth/keys", tag = "Accounts",
    responses((status = 200, body = KeyList)))]
pub(super) async fn list(
    State(doors): State<Doors>,
    Signed(caller): Signed,
) -> Result<Json<KeyList>, Problem> {
    let keys = doors.accounts.keys(&caller).await?;
    Ok(Json(KeyList { total: keys.len(), keys }))
}

/// Make a key
///
/// The secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/auth/keys", tag = "Accounts", request_body = NewKey,
    responses((status = 201, body = Made)))]
pub(super) async fn make(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    JsonBody(new): JsonBody<NewKey>,
) -> Result<Response, Problem> {
    let made = doors.accounts.make_key(&caller, new).await?;
    let location = format!("/api/auth/keys/{}", made.key.id);
    let location = HeaderValue::from_str(&location).expect("an id is plain ASCII");
    let answer = Json(Made { key: made.key, secret: made.secret });
    Ok((StatusCode::CREATED, [(LOCATION, location)], answer).into_response())
}

/// Revoke a key, at once and for good
#[utoipa::path(delete, path = "/api/auth/keys/{key}", tag = "Accounts",
    params(("key" = KeyId, Path)), responses((status = 204)))]
pub(super) async fn revoke(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(key): Path<KeyId>,
) -> Result<StatusCode, Problem> {
    doors.accounts.revoke_key(&caller, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
