//! Files on their way in, from a form: streamed, never held whole.

use std::io::{self, ErrorKind};

use app::{
    api::{
        attachments::AttachmentView,
        port::{AttachTo, Once, RunService, Upload},
    },
    error::ApiError,
};
use axum::extract::multipart::{Field, MultipartError};
use bytes::Bytes;
use domain::{access::Caller, issue::Issue};
use futures::{StreamExt, future::BoxFuture};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{Problem, body::is_too_long};

/// The longest text field of a form, in bytes.
const LONGEST_TEXT: usize = 100_000;
/// Pieces that wait between the connection and the disk.
const PIECES: usize = 4;

/// The most files that one request may bring.
pub(super) const MOST_FILES: usize = 10;

/// What a request is answered with that brings more.
pub(super) fn too_many_files() -> ApiError {
    ApiError::TooLarge(format!("no more than {MOST_FILES} files go with one form"))
}

/// Stores one file of a form.
///
/// # Errors
///
/// What [`RunService::attach`] says.
pub(super) async fn attach(
    runs: &dyn RunService,
    caller: &Caller,
    to: AttachTo,
    field: Field<'_>,
    key: Option<&str>,
) -> Result<Once<AttachmentView>, ApiError> {
    let mut incoming = Incoming::of(runs, caller, to, &field, key);
    incoming.receive(field).await?;
    incoming.keep().await
}

/// A file on its way to the disk. There is no record of it before it is said to be kept.
pub(super) struct Incoming<'a> {
    store: BoxFuture<'a, Result<Once<AttachmentView>, ApiError>>,
    pieces: mpsc::Sender<io::Result<Bytes>>,
}

impl<'a> Incoming<'a> {
    pub(super) fn of(
        runs: &'a dyn RunService,
        caller: &'a Caller,
        to: AttachTo,
        field: &Field<'_>,
        key: Option<&'a str>,
    ) -> Self {
        let name = field.file_name().unwrap_or_default().to_owned();
        let claimed_type = field.content_type().map(str::to_owned);
        let (pieces, bytes) = mpsc::channel(PIECES);
        let bytes = ReceiverStream::new(bytes).boxed();
        let store = runs.attach(caller, to, Upload { name, claimed_type, bytes }, key);
        Self { store, pieces }
    }

    /// Takes the bytes in.
    ///
    /// # Errors
    ///
    /// Why the file can't be stored.
    pub(super) async fn receive(&mut self, field: Field<'_>) -> Result<(), ApiError> {
        let whole = tokio::select! {
            stored = &mut self.store => return stored.and(Err(ApiError::Internal)),
            whole = forward(field, &self.pieces) => whole,
        };
        if whole {
            return Ok(());
        }
        self.store.as_mut().await.and(Err(ApiError::Internal))
    }

    /// The form is at its end.
    ///
    /// # Errors
    ///
    /// What [`RunService::attach`] says.
    pub(super) async fn keep(self) -> Result<Once<AttachmentView>, ApiError> {
        drop(self.pieces);
        self.store.await
    }

    /// The form can't be taken: the bytes are thrown away.
    pub(super) async fn give_up(self) {
        let Self { store, pieces } = self;
        let tell = async move { drop(pieces.send(Err(ErrorKind::InvalidData.into())).await) };
        let (_, ()) = tokio::join!(store, tell);
    }
}

/// Whether the file came to its end, and somebody still wanted it.
async fn forward(mut field: Field<'_>, pieces: &mpsc::Sender<io::Result<Bytes>>) -> bool {
    loop {
        let piece = match field.chunk().await {
            Ok(Some(piece)) => Ok(piece),
            Ok(None) => return true,
            Err(error) if is_too_long(&error) => Err(ErrorKind::FileTooLarge.into()),
            Err(error) => Err(io::Error::other(error)),
        };
        let broken = piece.is_err();
        if pieces.send(piece).await.is_err() || broken {
            return false;
        }
    }
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
