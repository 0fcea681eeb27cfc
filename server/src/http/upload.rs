//! Files on their way in, from a form: streamed, never held whole.

use std::io::ErrorKind;

use app::{
    api::{
        attachments::AttachmentView,
        port::{AttachTo, Once, RunService, Upload},
    },
    error::ApiError,
};
use axum::extract::multipart::{Field, MultipartError};
use domain::{access::Caller, issue::Issue};
use futures::StreamExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{Problem, body::is_too_long};

/// The longest text field of a form, in bytes.
const LONGEST_TEXT: usize = 100_000;
/// Pieces that wait between the connection and the disk.
const PIECES: usize = 4;

/// Stores one file of a form.
///
/// # Errors
///
/// What [`RunService::attach`] says.
pub(super) async fn attach(
    runs: &dyn RunService,
    caller: &Caller,
    to: AttachTo,
    mut field: Field<'_>,
    key: Option<&str>,
) -> Result<Once<AttachmentView>, ApiError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let claimed_type = field.content_type().map(str::to_owned);
    let (pieces, bytes) = mpsc::channel(PIECES);
    let bytes = ReceiverStream::new(bytes).boxed();
    let store = runs.attach(caller, to, Upload { name, claimed_type, bytes }, key);
    let receive = async move {
        // Ends when the file does, or when nobody wants it any more.
        loop {
            let piece = match field.chunk().await {
                Ok(Some(piece)) => Ok(piece),
                Ok(None) => break,
                Err(error) if is_too_long(&error) => Err(ErrorKind::FileTooLarge.into()),
                Err(error) => Err(std::io::Error::other(error)),
            };
            let broken = piece.is_err();
            if pieces.send(piece).await.is_err() || broken {
                break;
            }
        }
    };
    let (stored, ()) = tokio::join!(store, receive);
    stored
}

/// A text field of a form.
pub(super) async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let at = format!("/{}", field.name().unwrap_or_default());
    let invalid = |message: &str| Problem(ApiError::Invalid(vec![Issue::error(&at, message)]));
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > LONGEST_TEXT {
            return Err(invalid("is too long"));
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| invalid("is not UTF-8"))?;
    if text.contains(|c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r')) {
        return Err(invalid("has control characters; take them out"));
    }
    Ok(text)
}

/// What a broken form is answered with.
pub(super) fn broken(error: MultipartError) -> Problem {
    if is_too_long(&error) {
        return Problem(ApiError::TooLarge("the upload is too large".to_owned()));
    }
    Problem(ApiError::BadRequest("the form broke off or can't be read; send it again".to_owned()))
}

/// What anything but a form is answered with.
pub(super) fn not_a_form() -> Problem {
    let message = "send a form: `content-type: multipart/form-data` with its boundary";
    Problem(ApiError::WrongType(message.to_owned()))
}
