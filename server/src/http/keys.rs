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

use super::{Doors, JsonBody, Problem, Signed};

pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/auth/keys", get(list).post(make))
        .route("/api/auth/keys/{key}", delete(revoke))
}

#[derive(Serialize)]
struct List {
    keys: Vec<KeyView>,
    total: usize,
}

/// A key with its secret, which no other answer holds.
#[derive(Serialize)]
struct Made {
    key: KeyView,
    secret: String,
}

/// `GET /api/auth/keys`
async fn list(State(doors): State<Doors>, Signed(caller): Signed) -> Result<Json<List>, Problem> {
    let keys = doors.accounts.keys(&caller).await?;
    Ok(Json(List { total: keys.len(), keys }))
}

/// `POST /api/auth/keys`
async fn make(
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

/// `DELETE /api/auth/keys/{key}`
async fn revoke(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(key): Path<KeyId>,
) -> Result<StatusCode, Problem> {
    doors.accounts.revoke_key(&caller, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
