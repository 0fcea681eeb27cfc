//! The figures for an operator's monitoring. Their own rule: whoever has the token of the settings reads them, nobody
//! else. An address would be no rule, because behind a proxy everybody comes from the same one.

use app::error::ApiError;
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
};

use super::{Doors, Problem};
use crate::observe::CONTENT_TYPE as OPEN_METRICS;

/// `GET /metrics`
pub async fn show(State(doors): State<Doors>, headers: HeaderMap) -> Response {
    let token = bearer(&headers);
    if !doors.metrics_token.as_ref().is_some_and(|wanted| token.is_some_and(|it| wanted.is(it))) {
        return refused();
    }
    match doors.metrics.look(doors.census.as_ref(), doors.clock.now()).await {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::warn!(%error, "the figures could not be read");
            Problem(ApiError::Unavailable).into_response()
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn refused() -> Response {
    let mut response = Problem(ApiError::NotSignedIn).into_response();
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// Counts each answer and how long it took to begin.
pub async fn layer(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let begun = std::time::Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    doors.metrics.answered(&method, route, response.status().as_u16(), begun.elapsed());
    response
}
