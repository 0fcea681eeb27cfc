//! Who makes a request.

use app::{
    api::port::{Credential, SessionToken},
    error::ApiError,
};
use axum::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::access::Caller;
use http::{Extensions, HeaderMap, header::AUTHORIZATION, request::Parts};

use super::{Doors, Problem, source};

/// The signed-in caller; without one the answer is 401.
#[derive(Debug, Clone)]
pub struct Signed(pub Caller);

/// Whom [`attach`] found: `None` for nobody.
#[derive(Debug, Clone)]
pub struct Visitor(pub Option<Caller>);

impl<S> FromRequestParts<S> for Signed
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = look_up(parts, &Doors::from_ref(state)).await?;
        caller.map(Self).ok_or(Problem(ApiError::NotSignedIn))
    }
}

impl<S> OptionalFromRequestParts<S> for Signed
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        Ok(look_up(parts, &Doors::from_ref(state)).await?.map(Self))
    }
}

/// Looks the caller up before the handlers run, for pages: rendering can't wait for it.
pub async fn attach(State(doors): State<Doors>, mut request: Request, next: Next) -> Response {
    match of(&doors, request.headers(), request.extensions()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Visitor(caller));
            next.run(request).await
        }
        Err(error) => Problem(error).into_response(),
    }
}

/// The session's token; a request with `Authorization` ignores cookies.
#[must_use]
pub fn token(doors: &Doors, headers: &HeaderMap) -> Option<SessionToken> {
    if headers.contains_key(AUTHORIZATION) { None } else { doors.cookies.read(headers) }
}

/// The key of a request: what stands after `Bearer`. Several of them are none that works.
fn key(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let first = all.next()?.to_str().ok()?;
    let (scheme, key) = first.split_once(' ')?;
    let one = all.next().is_none();
    scheme.eq_ignore_ascii_case("bearer").then(|| if one { key.trim() } else { "" })
}

/// What shows who makes a request, for a connection that outlives it.
#[must_use]
pub fn credential(doors: &Doors, headers: &HeaderMap) -> Option<Credential> {
    let key = key(headers).map(|key| Credential::Key(key.to_owned()));
    key.or_else(|| token(doors, headers).map(Credential::Session))
}

async fn of(
    doors: &Doors,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Option<Caller>, ApiError> {
    if let Some(key) = key(headers) {
        let source = source::of(headers, extensions, &doors.trusted_proxies);
        return doors.accounts.key_caller(key, &source).await.map(Some);
    }
    match token(doors, headers) {
        Some(token) => doors.accounts.caller(&token).await,
        None => Ok(None),
    }
}

async fn look_up(parts: &Parts, doors: &Doors) -> Result<Option<Caller>, ApiError> {
    match parts.extensions.get::<Visitor>() {
        Some(Visitor(caller)) => Ok(caller.clone()),
        None => of(doors, &parts.headers, &parts.extensions).await,
    }
}
