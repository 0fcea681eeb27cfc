//! How large and how slow a request may be, and what happens when a handler breaks.

use std::{any::Any, time::Duration};

use app::error::ApiError;
use axum::{
    Router,
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{ALLOW, CONTENT_TYPE, COOKIE},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use super::{Problem, prefer::LONGEST_WAIT, problem};

const BODY: usize = 1024 * 1024;
const URL: usize = 8 * 1024;
const HEADERS: usize = 16 * 1024;
const COOKIES: usize = 4 * 1024;
const REQUEST: Duration = Duration::from_secs(30);
const UPLOAD: Duration = Duration::from_secs(10 * 60);
/// How long a body may send nothing.
const SILENCE: Duration = Duration::from_secs(15);
/// Form fields and boundaries around an upload's bytes.
const ENVELOPE: usize = 64 * 1024;

/// For all routes but uploads: a body of 1 MiB, an answer within 30 s.
pub fn ordinary<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    limited(routes, BODY, REQUEST, SILENCE)
}

/// As [`ordinary`], for an answer that may be held back as `Prefer: wait` says.
pub fn waiting<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    limited(routes, BODY, REQUEST + Duration::from_secs(LONGEST_WAIT), SILENCE)
}

/// For routes that take one file of at most `mib` MiB, within ten minutes.
pub fn uploads<S: Clone + Send + Sync + 'static>(routes: Router<S>, mib: u64) -> Router<S> {
    let bytes = usize::try_from(mib.saturating_mul(1024 * 1024)).unwrap_or(usize::MAX);
    limited(routes, bytes.saturating_add(ENVELOPE), UPLOAD, SILENCE)
}

/// With a body of at most so many bytes, an answer within `time`, and no longer silence in a body.
pub(super) fn limited<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    body: usize,
    time: Duration,
    silence: Duration,
) -> Router<S> {
    routes
        // The extractors' own limit of 2 MiB would stand in the way of uploads.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(RequestBodyTimeoutLayer::new(silence))
        .layer(RequestBodyLimitLayer::new(body))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, time))
}

/// Refuses what is too long before anything looks into it.
pub async fn heads(request: Request, next: Next) -> Response {
    let url = request.uri().to_string().len();
    let headers = request.headers();
    if url > URL {
        problem::of_status(StatusCode::URI_TOO_LONG)
    } else if size(headers) > HEADERS || cookies(headers) > COOKIES {
        problem::of_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    } else {
        next.run(request).await
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn cookies(headers: &HeaderMap) -> usize {
    headers.get_all(COOKIE).iter().map(|value| value.len()).sum()
}

/// What a broken handler answers; the panic itself is in the log.
pub fn panics() -> CatchPanicLayer<fn(Box<dyn Any + Send + 'static>) -> Response> {
    CatchPanicLayer::custom(|_| {
        tracing::error!("a handler broke off");
        Problem(ApiError::Internal).into_response()
    })
}

/// Gives refusals of the framework itself (no such route, a path that can't be read, a body that is
/// too large) the form of a problem document, under `/api`.
pub async fn refusals(request: Request, next: Next) -> Response {
    let for_programs = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !for_programs || !is_error || is_problem(&response) {
        return response;
    }
    let mut problem = problem::of_status(status);
    if let Some(allow) = response.headers().get(ALLOW) {
        problem.headers_mut().insert(ALLOW, allow.clone());
    }
    problem
}

fn is_problem(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
}
