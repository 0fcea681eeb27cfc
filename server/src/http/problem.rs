//! Problem documents (RFC 9457): the one table from errors to statuses.

use app::{error::ApiError, live::Raw};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::{decision::DecisionRecord, issue::Issue};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::request_id;

/// An error as a program gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(pub ApiError);

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

/// What went wrong (RFC 9457); members that don't apply are left out.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Document<'a> {
    #[schema(value_type = String)]
    r#type: &'static str,
    #[schema(value_type = String)]
    title: &'static str,
    status: u16,
    detail: String,
    /// What to quote when asking about it: the log has the same id.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<Fault>>)]
    errors: Vec<Fault<'a>>,
    /// The decision that won.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DecisionRecord>)]
    decision: Option<&'a DecisionRecord>,
    /// The ticket as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    ticket: Option<&'a RawValue>,
}

/// What is wrong with one field.
#[derive(Serialize, ToSchema)]
struct Fault<'a> {
    /// JSON Pointer into the request's body, or its query as an object.
    #[schema(value_type = String)]
    path: &'a str,
    #[schema(value_type = String)]
    message: &'a str,
}

/// Which error is which status, type and title. No other place says so.
fn table(error: &ApiError) -> (StatusCode, &'static str, &'static str) {
    use StatusCode as S;
    match error {
        ApiError::NotSignedIn => (S::UNAUTHORIZED, "/problems/not-signed-in", "Not signed in"),
        ApiError::KeyRefused => (S::UNAUTHORIZED, "/problems/key-refused", "Key not accepted"),
        ApiError::Forbidden(_) => (S::FORBIDDEN, "/problems/forbidden", "Not allowed"),
        ApiError::NotFound(_) => (S::NOT_FOUND, "/problems/not-found", "Not found"),
        ApiError::AlreadyDecided(_) => {
            (S::CONFLICT, "/problems/already-decided", "Already decided")
        }
        ApiError::Gone(_) => (S::GONE, "/problems/gone", "Over"),
        ApiError::Changed(_) => {
            (S::PRECONDITION_FAILED, "/problems/changed", "Changed in the meantime")
        }
        ApiError::NotPossible(_) => (S::CONFLICT, "/problems/not-possible", "Not possible now"),
        ApiError::Invalid(_) => (S::UNPROCESSABLE_ENTITY, "/problems/invalid", "Not valid"),
        ApiError::BadRequest(_) => (S::BAD_REQUEST, "/problems/bad-request", "Not readable"),
        ApiError::TooLarge(_) => (S::PAYLOAD_TOO_LARGE, "/problems/too-large", "Too large"),
        ApiError::WrongType(_) => {
            (S::UNSUPPORTED_MEDIA_TYPE, "/problems/wrong-type", "Wrong kind of content")
        }
        ApiError::TooMany(_) => (S::TOO_MANY_REQUESTS, "/problems/too-many", "Too often"),
        ApiError::Capped { .. } => (S::TOO_MANY_REQUESTS, "/problems/capped", "Over the limit"),
        ApiError::Full => (S::INSUFFICIENT_STORAGE, "/problems/full", "Disk full"),
        ApiError::Unavailable | ApiError::Lost => {
            (S::SERVICE_UNAVAILABLE, "/problems/unavailable", "Not available for the moment")
        }
        ApiError::Internal => (S::INTERNAL_SERVER_ERROR, "about:blank", "Internal Server Error"),
    }
}

/// The status that goes with an error.
pub(super) fn status(error: &ApiError) -> StatusCode {
    table(error).0
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.with_ticket(None)
    }
}

impl Problem {
    /// The answer, with the ticket as it is on the wire: for [`ApiError::Changed`].
    pub(in crate::http) fn with_ticket(self, ticket: Option<&RawValue>) -> Response {
        let mut response = document(status(&self.0), &self.document(ticket));
        hints(&self.0, &mut response);
        response
    }

    /// The document alone, for answers that aren't HTTP's.
    pub(in crate::http) fn to_raw(&self, ticket: Option<&RawValue>) -> Raw {
        Raw::of(&self.document(ticket)).expect("texts and numbers are always JSON")
    }

    fn document<'a>(&'a self, ticket: Option<&'a RawValue>) -> Document<'a> {
        let Self(error) = self;
        let (status, r#type, title) = table(error);
        let (mut errors, mut decision) = (Vec::new(), None);
        match error {
            ApiError::Invalid(issues) => errors = issues.iter().map(Fault::from).collect(),
            ApiError::AlreadyDecided(winner) => decision = Some(&**winner),
            _ => {}
        }
        let instance = status.is_server_error().then(request_id::urn).flatten();
        let (status, detail) = (status.as_u16(), error.to_string());
        Document { r#type, title, status, detail, instance, errors, decision, ticket }
    }
}

impl<'a> From<&'a Issue> for Fault<'a> {
    fn from(issue: &'a Issue) -> Self {
        Self { path: &issue.field, message: &issue.issue }
    }
}

/// Headers that tell the client what to do.
fn hints(error: &ApiError, response: &mut Response) {
    const UNAVAILABLE_FOR: u32 = 5;
    let headers = response.headers_mut();
    match error {
        ApiError::TooMany(seconds) | ApiError::Capped { wait: seconds, .. } => {
            headers.insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        ApiError::Unavailable => {
            headers.insert(RETRY_AFTER, HeaderValue::from(UNAVAILABLE_FOR));
        }
        ApiError::NotSignedIn => {
            for scheme in ["Session realm=\"countersign\"", "Bearer realm=\"countersign\""] {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
            }
        }
        ApiError::KeyRefused => {
            const REFUSED: &str = "Bearer realm=\"countersign\", error=\"invalid_token\"";
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(REFUSED));
        }
        _ => {}
    }
}

/// The server can't do its work, and why: for those who run it.
pub(super) fn not_ready(detail: String) -> Response {
    let unavailable = Problem(ApiError::Unavailable);
    let said = Document { detail, ..unavailable.document(None) };
    let mut response = document(status(&unavailable.0), &said);
    hints(&unavailable.0, &mut response);
    response
}

/// A problem that only its status tells of: what the framework refuses before a handler runs.
pub(super) fn of_status(status: StatusCode) -> Response {
    let (r#type, detail) = match status {
        StatusCode::BAD_REQUEST => ("/problems/bad-request", "the request can't be read"),
        StatusCode::NOT_FOUND => ("/problems/not-found", "there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("about:blank", "this address doesn't take this method; see the header `Allow`")
        }
        StatusCode::REQUEST_TIMEOUT => ("about:blank", "the request took too long"),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("/problems/too-large", "the body is larger than this address takes")
        }
        StatusCode::URI_TOO_LONG => ("/problems/too-large", "the address is longer than 8 KiB"),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            ("/problems/too-large", "the headers are larger than 16 KiB, or the cookies than 4 KiB")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("/problems/wrong-type", "this address takes another kind of content")
        }
        StatusCode::UNPROCESSABLE_ENTITY => ("/problems/invalid", "the input is not valid"),
        _ if status.is_server_error() => ("about:blank", "something went wrong on the server"),
        _ => ("about:blank", "the request was refused"),
    };
    refusal(status, r#type, detail.to_owned())
}

/// A body that is longer than what the address takes, in bytes.
pub(super) fn too_long(largest: usize) -> Response {
    let detail = format!("the body is larger than this address takes: {}", in_words(largest));
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large", detail)
}

/// So many bytes, in the unit that the limits are set in.
pub(super) fn in_words(bytes: usize) -> String {
    match bytes / (1024 * 1024) {
        0 => format!("{bytes} bytes"),
        mib => format!("{mib} MiB"),
    }
}

fn refusal(status: StatusCode, r#type: &'static str, detail: String) -> Response {
    let document_ = Document {
        r#type,
        title: status.canonical_reason().unwrap_or("Refused"),
        status: status.as_u16(),
        detail,
        instance: status.is_server_error().then(request_id::urn).flatten(),
        errors: Vec::new(),
        decision: None,
        ticket: None,
    };
    document(status, &document_)
}

fn document(status: StatusCode, body: &Document<'_>) -> Response {
    let mut response = (status, Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
