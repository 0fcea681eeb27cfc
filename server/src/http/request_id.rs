//! An id for each request: in the log, in the answer's `x-request-id`, and in what went wrong.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::ports::Ids;

pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: Uuid;
}

/// The id of the request that is being answered, as a URN; `None` outside a request.
pub(super) fn urn() -> Option<String> {
    CURRENT.try_with(|id| id.urn().to_string()).ok()
}

/// Gives the request its id. The log gets the route's pattern, never the path: a path may hold a
/// one-time link's secret, and a query what a person typed.
pub async fn layer(State(ids): State<Arc<dyn Ids>>, request: Request, next: Next) -> Response {
    let id = ids.uuid();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!("request", %id, method = %request.method(), route);
    let answer = async move {
        let mut response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), "answered");
        let value = HeaderValue::from_str(&id.to_string()).expect("a UUID is plain ASCII");
        response.headers_mut().insert(HEADER, value);
        response
    };
    CURRENT.scope(id, answer.instrument(span)).await
}
