//! What Leptos makes of server functions, put right: statuses that say what happened, and no error and
//! no foreign page in an address.

use app::error::ApiError;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{LOCATION, REFERER},
};

use super::problem;

/// Set by `server_fn` on the answers that carry an error.
const ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// Errors are a few sentences, or a ticket with its proposal.
const LARGEST: usize = 4 * 1024 * 1024;

/// Goes around the server functions; Leptos puts them among the pages.
pub async fn layer(mut request: Request, next: Next) -> Response {
    // A plain form whose function failed would be sent back to wherever this header says.
    request.headers_mut().remove(REFERER);
    let mut response = next.run(request).await;
    if !response.headers().contains_key(&ERROR) {
        return response;
    }
    if response.status().is_redirection() {
        // The address would hold the error's text.
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
        return response;
    }
    with_status(response).await
}

async fn with_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST).await.unwrap_or_default();
    let error: Result<ApiError, _> = app::wire::read(&bytes);
    parts.status = error.map_or(StatusCode::INTERNAL_SERVER_ERROR, |e| problem::status(&e));
    Response::from_parts(parts, Body::from(bytes))
}
