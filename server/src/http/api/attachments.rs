//! Files in and out.

use app::api::{
    attachments::AttachmentView,
    port::{AttachTo, ByteStream, Once},
};
use axum::{
    Json,
    body::Body,
    extract::{Multipart, State},
    response::{IntoResponse, Response},
};
use domain::{
    id::{AttachmentId, RunId},
    json,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
        LOCATION,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    idempotency_key,
    wire::{invalid, once},
};

use crate::{
    files::content_disposition,
    http::{
        Doors, PathId, Problem, Signed,
        upload::{self, Incoming},
    },
};

/// An attachment on the wire.
#[derive(Serialize, ToSchema)]
pub(super) struct Attachment {
    #[serde(flatten)]
    attachment: AttachmentView,
    url: String,
}

impl Attachment {
    pub fn of(attachment: AttachmentView) -> Self {
        Self { url: attachment.url(), attachment }
    }
}

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; the form is read piece by piece")]
pub(super) struct UploadForm {
    /// One of your own sessions. Stands before `file`.
    #[schema(min_length = 1, max_length = 200)]
    session_id: Option<String>,
    /// In place of `session_id`: the session of this run, whoever started it.
    #[schema(value_type = Option<String>, format = Uuid)]
    run_id: Option<RunId>,
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Upload a file
///
/// `file` is the form's last field, and stands once.
#[utoipa::path(post, path = "/api/hitl/attachments", tag = "Files",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment)))]
pub(super) async fn upload(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Problem> {
    let mut form = form.map_err(|_| upload::not_a_form())?;
    let mut to = None;
    while let Some(field) = form.next_field().await.map_err(upload::broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "session_id" if to.is_none() => {
                to = Some(AttachTo::Session(upload::text(field).await?));
            }
            "run_id" if to.is_none() => {
                let run = upload::text(field).await?.parse();
                to = Some(AttachTo::Run(run.map_err(|_| invalid("/run_id", "is no id of a run"))?));
            }
            "file" => {
                let to = to.ok_or_else(|| {
                    invalid("/session_id", "must stand before `file` in the form")
                })?;
                let key = idempotency_key(&headers);
                let mut file = Incoming::of(doors.runs.as_ref(), &caller, to, &field, key);
                file.receive(field).await?;
                return Ok(created(kept(&mut form, file).await?));
            }
            name => return Err(misplaced(name)),
        }
    }
    Err(invalid("/file", "is missing"))
}

/// Keeps the file if nothing stands behind it: what was sent must not be dropped without a word.
async fn kept(form: &mut Multipart, file: Incoming<'_>) -> Result<Once<AttachmentView>, Problem> {
    let next = form.next_field().await;
    let next = next.map(|next| next.map(|field| field.name().unwrap_or_default().to_owned()));
    let refused = match next {
        Ok(None) => return file.keep().await.map_err(Problem),
        Ok(Some(name)) => misplaced(&name),
        Err(error) => upload::broken(error),
    };
    file.give_up().await;
    Err(refused)
}

/// Why a field can't stand where it does.
fn misplaced(name: &str) -> Problem {
    let why = match name {
        "file" => "stands twice; send each file in a form of its own",
        "session_id" | "run_id" => "say `session_id` or `run_id`, once and before `file`",
        _ => "is no field of this form: it takes `session_id` or `run_id`, and `file`",
    };
    invalid(&json::pointer("", name), why)
}

fn created(stored: Once<AttachmentView>) -> Response {
    let attachment = Attachment::of(stored.answer);
    let location = HeaderValue::from_str(&attachment.url);
    let location = [(LOCATION, location.expect("an id is plain ASCII"))];
    once(stored.replayed, (StatusCode::CREATED, location, Json(attachment)))
}

/// Download a file
#[utoipa::path(get, path = "/api/hitl/attachments/{attachment}", tag = "Files",
    params(("attachment" = AttachmentId, Path)),
    responses((status = 200, content_type = "*/*", description = "The bytes, always as a download")))]
pub(super) async fn download(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(attachment): PathId<AttachmentId>,
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

/// Look at a picture of a file, drawn again by the server
#[utoipa::path(get, path = "/api/hitl/attachments/{attachment}/preview", tag = "Files",
    params(("attachment" = AttachmentId, Path)),
    responses((status = 200, content_type = "image/*", description = "The picture")))]
pub(super) async fn preview(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(attachment): PathId<AttachmentId>,
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
