//! What Leptos makes of server functions, put right: statuses that say what happened, a page that says it to plain forms,
//! and no error and no foreign page in an address.

use app::{api::notice::UNREADABLE, error::ApiError};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::id::RunId;
use http::{
    HeaderName, HeaderValue, Method, StatusCode,
    header::{LOCATION, REFERER},
};
use leptos::server_fn::axum::get_server_fn_service;

use super::{body::is_too_long, limits::wants_page, problem};

/// Set by `server_fn` on the answers that carry an error.
const ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// Errors are a few sentences, or a ticket with its proposal.
const LARGEST: usize = 4 * 1024 * 1024;

/// Goes around the server functions; Leptos puts them among the pages.
pub async fn layer(request: Request, next: Next) -> Response {
    if leads_nowhere(&request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (mut request, page) = match with_its_page(request).await {
        Ok(read) => read,
        Err(status) => return status.into_response(),
    };
    // A plain form whose function failed would be sent back to wherever this header says.
    request.headers_mut().remove(REFERER);
    let mut response = next.run(request).await;
    if !response.headers().contains_key(&ERROR) {
        return response;
    }
    if response.status().is_redirection() {
        // The address would hold the error's text.
        let page = format!("{page}?notice={}", UNREADABLE.code);
        let page = HeaderValue::from_str(&page).unwrap_or(HeaderValue::from_static("/"));
        response.headers_mut().insert(LOCATION, page);
        return response;
    }
    with_status(response).await
}

/// Leptos would answer with advice for those who wrote the function.
fn leads_nowhere(request: &Request) -> bool {
    let (path, method) = (request.uri().path(), request.method());
    let calls = path.starts_with("/ui/") && matches!(*method, Method::GET | Method::POST);
    calls && get_server_fn_service(path, method.clone()).is_none()
}

/// The page that tells what became of the request's form: its run's, or else the inbox.
async fn with_its_page(request: Request) -> Result<(Request, String), StatusCode> {
    let inbox = || "/inbox".to_owned();
    let plain = request.method() == Method::POST && wants_page(request.headers());
    if !plain || !request.uri().path().starts_with("/ui/") {
        return Ok((request, inbox()));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|error| unread(&error))?;
    let mut fields = url::form_urlencoded::parse(&bytes);
    let run = fields.find(|(name, _)| name == "run");
    let run = run.and_then(|(_, run)| run.parse::<RunId>().ok());
    let page = run.map_or_else(inbox, |run| format!("/runs/{run}"));
    Ok((Request::from_parts(parts, Body::from(bytes)), page))
}

fn unread(error: &axum::Error) -> StatusCode {
    if is_too_long(error) { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
}

async fn with_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST).await.unwrap_or_default();
    let error: Result<ApiError, _> = app::wire::read(&bytes);
    parts.status = error.map_or(StatusCode::INTERNAL_SERVER_ERROR, |e| problem::status(&e));
    Response::from_parts(parts, Body::from(bytes))
}
