//! Accounts for programs: a session, and the people who have one.

use app::{
    api::{
        access::{OneTimeLink, PersonView},
        port::Once,
    },
    error::ApiError,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Caller, Role},
    id::PersonId,
};
use http::{HeaderMap, StatusCode, header::SET_COOKIE};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    idempotency_key,
    wire::{NoBody, once},
};
use crate::http::{ClientSource, Doors, JsonBody, PathId, Problem, Signed, caller, cookie};

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct WhoAmI {
    person_id: PersonId,
    name: String,
    email: String,
    role: Role,
}

impl From<Caller> for WhoAmI {
    fn from(of: Caller) -> Self {
        Self { person_id: of.person, name: of.name, email: of.email, role: of.role }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

/// Sign in
///
/// The session is in the cookie of the answer.
#[utoipa::path(post, path = "/api/auth/session", tag = "Accounts", security(()),
    request_body = Credentials, responses((status = 200, body = WhoAmI)))]
pub(super) async fn sign_in(
    State(doors): State<Doors>,
    ClientSource(source): ClientSource,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Credentials>,
) -> Result<Response, Problem> {
    let token = doors.accounts.sign_in(&body.email, &body.password, &source).await?;
    let caller = doors.accounts.caller(&token).await?.ok_or(ApiError::NotSignedIn)?;
    // One that somebody planted must not live on.
    if let Some(earlier) = caller::token(&doors, &headers) {
        doors.accounts.sign_out(&earlier).await?;
    }
    let cookie = [(SET_COOKIE, doors.cookies.set(&token))];
    Ok((cookie, Json(WhoAmI::from(caller))).into_response())
}

/// Read who is signed in
#[utoipa::path(get, path = "/api/auth/session", tag = "Accounts",
    responses((status = 200, body = WhoAmI)))]
pub(super) async fn who(Signed(caller): Signed) -> Json<WhoAmI> {
    Json(WhoAmI::from(caller))
}

/// Sign out
#[utoipa::path(delete, path = "/api/auth/session", tag = "Accounts", responses((status = 204)))]
pub(super) async fn sign_out(
    State(doors): State<Doors>,
    Signed(_): Signed,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(token) = caller::token(&doors, &headers) {
        doors.accounts.sign_out(&token).await?;
    }
    let headers = [(SET_COOKIE, doors.cookies.removal()), cookie::clear_site()];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// Everybody with an account.
#[derive(Serialize, ToSchema)]
pub(super) struct People {
    people: Vec<PersonView>,
    total: usize,
}

/// List everybody with an account
#[utoipa::path(get, path = "/api/auth/people", tag = "Accounts",
    responses((status = 200, body = People)))]
pub(super) async fn people(
    State(doors): State<Doors>,
    Signed(caller): Signed,
) -> Result<Json<People>, Problem> {
    let people = doors.accounts.people(&caller).await?;
    Ok(Json(People { total: people.len(), people }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Invitation {
    name: String,
    email: String,
    role: Role,
}

/// A one-time link with which somebody sets a password. It is shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct Link {
    person_id: PersonId,
    /// Absent when the same request comes again under its idempotency key.
    url: Option<String>,
    expires_at: DateTime<Utc>,
}

impl Link {
    fn answer(status: StatusCode, link: Once<OneTimeLink>) -> Response {
        let Once { answer: OneTimeLink { person, url, expires_at }, replayed } = link;
        let url = Some(url).filter(|url| !url.is_empty());
        once(replayed, (status, Json(Self { person_id: person, url, expires_at })))
    }
}

/// Invite somebody
#[utoipa::path(post, path = "/api/auth/people", tag = "Accounts", request_body = Invitation,
    responses((status = 201, body = Link)))]
pub(super) async fn invite(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Invitation>,
) -> Result<Response, Problem> {
    let Invitation { name, email, role } = body;
    let key = idempotency_key(&headers);
    let link = doors.accounts.invite(&caller, &name, &email, role, key).await?;
    Ok(Link::answer(StatusCode::CREATED, link))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    role: Role,
}

/// Change somebody's role
#[utoipa::path(put, path = "/api/auth/people/{person}/role", tag = "Accounts",
    params(("person" = PersonId, Path)), request_body = NewRole, responses((status = 204)))]
pub(super) async fn set_role(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(person): PathId<PersonId>,
    JsonBody(body): JsonBody<NewRole>,
) -> Result<StatusCode, Problem> {
    doors.accounts.set_role(&caller, person, body.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Disabling {
    disabled: bool,
}

/// Disable somebody, which ends their sessions, or enable them
#[utoipa::path(put, path = "/api/auth/people/{person}/disabled", tag = "Accounts",
    params(("person" = PersonId, Path)), request_body = Disabling, responses((status = 204)))]
pub(super) async fn set_disabled(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(person): PathId<PersonId>,
    JsonBody(body): JsonBody<Disabling>,
) -> Result<StatusCode, Problem> {
    doors.accounts.set_disabled(&caller, person, body.disabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End somebody's sessions and make a link for a new password
#[utoipa::path(post, path = "/api/auth/people/{person}/reset", tag = "Accounts",
    params(("person" = PersonId, Path)), responses((status = 200, body = Link)))]
pub(super) async fn reset(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(person): PathId<PersonId>,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Problem> {
    let link = doors.accounts.reset(&caller, person, idempotency_key(&headers)).await?;
    Ok(Link::answer(StatusCode::OK, link))
}
