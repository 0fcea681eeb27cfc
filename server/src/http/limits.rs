//! How large and how slow a request may be, and what happens when a handler breaks.

use std::{any::Any, time::Duration};

use app::error::ApiError;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, Method, StatusCode,
    header::{ACCEPT, ALLOW, CONTENT_TYPE, COOKIE, RETRY_AFTER},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use super::{Problem, prefer::LONGEST_WAIT, problem, turned_away};

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
        .layer(from_fn_with_state(Largest(body), named))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, time))
}

/// How many bytes a route takes: stands with the answer to a body that is longer.
#[derive(Debug, Clone, Copy)]
struct Largest(usize);

async fn named(State(largest): State<Largest>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        response.extensions_mut().insert(largest);
    }
    response
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

/// Puts refusals of the framework itself (no such route, a path that can't be read, a body that is too large) into a form
/// that their reader understands.
pub async fn refusals(request: Request, next: Next) -> Response {
    let reader = Reader::of(&request);
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if is_error && reader.lacks_words(&response) { reader.told(&response) } else { response }
}

/// Who reads a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Understands problem documents.
    Program,
    /// Somebody who sent a form without script.
    Sender,
    /// Somebody who opened an address.
    Visitor,
    /// A page that is alive has words of its own.
    Script,
}

impl Reader {
    fn of(request: &Request) -> Self {
        match *request.method() {
            _ if request.uri().path().starts_with("/api/") => Self::Program,
            _ if !wants_page(request.headers()) => Self::Script,
            Method::GET | Method::HEAD => Self::Visitor,
            _ => Self::Sender,
        }
    }

    fn lacks_words(self, response: &Response) -> bool {
        let (page, problem) = (is(response, "text/html"), is(response, "application/problem+json"));
        match self {
            Self::Program => !problem,
            Self::Sender => !page,
            // Whoever looks at a door for programs gets what they get.
            Self::Visitor => !page && !problem,
            Self::Script => false,
        }
    }

    fn told(self, refused: &Response) -> Response {
        let status = refused.status();
        let largest = refused.extensions().get::<Largest>().map(|largest| largest.0);
        let mut told = match (self, largest) {
            (Self::Program, Some(largest)) => problem::too_long(largest),
            (Self::Program, None) => problem::of_status(status),
            _ => turned_away::page(status, largest, self == Self::Sender),
        };
        for name in [ALLOW, RETRY_AFTER] {
            if let Some(value) = refused.headers().get(&name) {
                told.headers_mut().insert(name, value.clone());
            }
        }
        told
    }
}

/// Whether it comes from a browser that shows the answer as a page.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|kinds| kinds.to_str().ok());
    accepted.is_some_and(|kinds| kinds.contains("text/html"))
}

fn is(response: &Response, kind: &str) -> bool {
    let given = response.headers().get(CONTENT_TYPE);
    given.is_some_and(|given| given.as_bytes().starts_with(kind.as_bytes()))
}
