//! Keys: listing, making and revoking them.

use app::api::{
    keys::{KeyView, MadeKey, NewKey},
    port::Once,
};
use axum::{
    Json, Router,
    extract::State,
    response::Response,
    routing::{delete, get},
};
use domain::id::KeyId;
use http::{HeaderMap, HeaderValue, StatusCode, header::LOCATION};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Doors, JsonBody, PathId, Problem, Signed,
    api::{idempotency_key, once},
};

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
    /// Absent when the same request comes again under its idempotency key.
    secret: Option<String>,
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
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewKey>,
) -> Result<Response, Problem> {
    let Once { answer: MadeKey { key, secret }, replayed } =
        doors.accounts.make_key(&caller, new, idempotency_key(&headers)).await?;
    let location = format!("/api/auth/keys/{}", key.id);
    let location = HeaderValue::from_str(&location).expect("an id is plain ASCII");
    let secret = Some(secret).filter(|secret| !secret.is_empty());
    let answer = (StatusCode::CREATED, [(LOCATION, location)], Json(Made { key, secret }));
    Ok(once(replayed, answer))
}

/// Revoke a key, at once and for good
#[utoipa::path(delete, path = "/api/auth/keys/{key}", tag = "Accounts",
    params(("key" = KeyId, Path)), responses((status = 204)))]
pub(super) async fn revoke(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(key): PathId<KeyId>,
) -> Result<StatusCode, Problem> {
    doors.accounts.revoke_key(&caller, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
