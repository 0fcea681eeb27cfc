//! Files in and out.

use app::{
    api::{
        attachments::AttachmentView,
        port::{AttachTo, ByteStream},
    },
    error::ApiError,
};
use axum::{
    Json,
    body::Body,
    extract::{Multipart, Path, State},
    response::{IntoResponse, Response},
};
use domain::{id::AttachmentId, issue::Issue};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
        LOCATION,
    },
};
use serde::Serialize;

use crate::{
    files::content_disposition,
    http::{Doors, Problem, Signed, upload},
};

/// An attachment on the wire.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    attachment: AttachmentView,
    url: String,
}

/// `POST /api/hitl/attachments`: a form with `session_id` first, then `file`.
pub(super) async fn upload(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Problem> {
    let mut form = form.map_err(|_| upload::not_a_form())?;
    let mut session = None;
    while let Some(field) = form.next_field().await.map_err(upload::broken)? {
        match field.name() {
            Some("session_id") => session = Some(upload::text(field).await?),
            Some("file") => {
                let session = session.ok_or_else(|| {
                    missing("/session_id", "must stand before `file` in the form")
                })?;
                let to = AttachTo::Session(session);
                let attachment = upload::attach(doors.runs.as_ref(), &caller, to, field).await?;
                let url = attachment.url();
                let location = HeaderValue::from_str(&url).expect("an id is plain ASCII");
                let answer = Json(Answer { attachment, url });
                return Ok((StatusCode::CREATED, [(LOCATION, location)], answer).into_response());
            }
            _ => return Err(missing("/", "the form takes `session_id` and `file`, nothing else")),
        }
    }
    Err(missing("/file", "is missing"))
}

fn missing(field: &str, message: &str) -> Problem {
    Problem(ApiError::Invalid(vec![Issue::error(field, message)]))
}

/// `GET /api/hitl/attachments/{attachment}`: always a download, never a page.
pub(super) async fn download(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(attachment): Path<AttachmentId>,
) -> Result<Response, Problem> {
    let (view, bytes): (AttachmentView, ByteStream) =
        doors.runs.download(&caller, attachment).await?;
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    let value = |text: String| {
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
    };
    headers.insert(CONTENT_TYPE, value(view.media_type.clone()));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(view.size));
    headers.insert(CONTENT_DISPOSITION, value(content_disposition(&view.name)));
    inert(&mut response);
    Ok(response)
}

/// `GET /api/hitl/attachments/{attachment}/preview`: a picture that the server drew itself.
pub(super) async fn preview(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    Path(attachment): Path<AttachmentId>,
) -> Result<Response, Problem> {
    let (media_type, bytes) = doors.runs.preview(&caller, attachment).await?;
    let mut response = ([(CONTENT_TYPE, media_type)], bytes).into_response();
    inert(&mut response);
    // What an id shows never changes; it is this caller's all the same.
    let keep = HeaderValue::from_static("private, max-age=3600");
    response.headers_mut().insert(CACHE_CONTROL, keep);
    Ok(response)
}

/// Whatever the bytes are, a browser runs nothing in them.
fn inert(response: &mut Response) {
    let headers = response.headers_mut();
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    headers.insert(CONTENT_SECURITY_POLICY, sandbox);
    let nosniff = HeaderName::from_static("x-content-type-options");
    headers.insert(nosniff, HeaderValue::from_static("nosniff"));
}
