//! What the endpoints have in common: small answers, and the marks that they carry.

use app::{api::page::Page, error::ApiError};
use axum::{
    Json,
    body::to_bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use domain::{id::RunId, issue::Issue};
use http::{HeaderName, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Problem;

/// The answer to a call that has nothing to tell but that it was done.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    pub success: bool,
    pub message: &'static str,
    pub run_id: RunId,
}

/// An answer, marked if it was given before under the same idempotency key.
pub(in crate::http) fn once(replayed: bool, answer: impl IntoResponse) -> Response {
    const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
    let mut response = answer.into_response();
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// A page's items as they are on the wire, how many there are in all, and the next page's cursor.
pub(super) fn parts<T, U>(
    page: Page<T>,
    each: impl FnMut(T) -> U,
) -> (Vec<U>, u64, Option<String>) {
    let Page { items, total, next } = page.map(each);
    (items, total, next)
}

/// What is wrong with one field of a request.
pub(super) fn invalid(field: &str, message: &str) -> Problem {
    Problem(ApiError::Invalid(vec![Issue::error(field, message)]))
}

/// A call that takes no body: nothing in it could be meant and be dropped.
pub(super) struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        const LONGEST: usize = 2;
        let body = to_bytes(request.into_body(), LONGEST).await;
        match body.as_deref() {
            Ok(b"" | b"{}") => Ok(Self),
            _ => Err(invalid("", "this call takes no body")),
        }
    }
}

/// A document as JSON, with an entity tag.
pub(in crate::http) fn tagged(tag: &str, answer: impl Serialize) -> Response {
    let mut response = Json(answer).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        response.headers_mut().insert(http::header::ETAG, tag);
    }
    response
}
