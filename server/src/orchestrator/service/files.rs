//! Uploads, downloads and previews.

use app::{
    api::{
        attachments::AttachmentView,
        port::{AttachTo, ByteStream, Once, Upload},
    },
    error::ApiError,
};
use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    access::Caller,
    digest::Digest,
    id::{AttachmentId, PersonId},
    issue::Issue,
};
use futures::StreamExt;

use super::once;
use crate::{
    files::{FilesError, safe_name, sniff},
    idempotency,
    orchestrator::{Orchestrator, fault::told, view},
    ports::AttachmentRow,
    provider::image::{self, ImageFault},
};

/// The longer edge of a preview, in pixels.
const PREVIEW_EDGE: u32 = 1024;
const PREVIEW_LIMIT: std::time::Duration = std::time::Duration::from_secs(10);

/// A file whose bytes are kept.
pub(in crate::orchestrator) struct Kept {
    pub digest: Digest,
    pub name: String,
    pub media_type: String,
    pub size: u64,
}

impl Orchestrator {
    pub(super) async fn take_upload(
        &self,
        caller: &Caller,
        to: AttachTo,
        upload: Upload,
        key: Option<&str>,
    ) -> Result<Once<AttachmentView>, ApiError> {
        let key = key.map(idempotency::checked_key).transpose()?;
        let (owner, session) = self.session_of(caller, to).await?;
        let limit = self.upload_limit(caller.person).await?;
        let Upload { name, claimed_type, bytes } = upload;
        let kept = self.keep_file(name, claimed_type, bytes, limit).await?;
        let row = AttachmentRow {
            id: AttachmentId::from_uuid(self.ids.uuid()),
            session,
            owner,
            uploaded_by: caller.person,
            digest: kept.digest,
            name: kept.name,
            media_type: kept.media_type,
            size: kept.size,
            made_by: None,
            created_at: self.clock.now(),
        };
        let view = view::attachment(&row);
        let what = (&row.session, row.digest, &row.name, &row.media_type);
        let key = idempotency::key(caller, "attach", key.as_deref(), &what, row.id.as_uuid())?;
        let key = key.map(|key| idempotency::with_reply(key, &view)).transpose()?;
        match self.store.add_attachment(&row, key.as_ref()).await {
            Ok(()) => Ok(Once::first(view)),
            Err(error) => once::replay_or_told(key.as_ref(), error),
        }
    }

    /// Keeps a file's bytes, if they are what they claim to be.
    pub(in crate::orchestrator) async fn keep_file(
        &self,
        name: String,
        claimed_type: Option<String>,
        bytes: ByteStream,
        limit: u64,
    ) -> Result<Kept, ApiError> {
        let name = safe_name(&name);
        let stored = self.files.put(bytes, limit).await.map_err(upload_fault)?;
        if stored.size == 0 {
            return Err(ApiError::Invalid(vec![Issue::error("/file", "is empty")]));
        }
        let sniffed = sniff(&stored.head, &name, claimed_type.as_deref());
        let media_type = sniffed.map_err(|error| ApiError::WrongType(error.to_string()))?;
        let media_type = media_type.name.to_owned();
        Ok(Kept { digest: stored.sha256, name, media_type, size: stored.size })
    }

    async fn session_of(
        &self,
        caller: &Caller,
        to: AttachTo,
    ) -> Result<(PersonId, String), ApiError> {
        match to {
            AttachTo::Session(session) if session.trim().is_empty() || session.len() > 800 => {
                let issue = Issue::error("/session_id", "must have 1 to 200 characters");
                Err(ApiError::Invalid(vec![issue]))
            }
            AttachTo::Session(session) => Ok((caller.person, session)),
            AttachTo::Run(run) => {
                let run = self.stored(caller, run).await?.run;
                Ok((run.owner, run.session().to_owned()))
            }
        }
    }

    /// How much somebody may still upload, at most the limit of one file.
    pub(in crate::orchestrator) async fn upload_limit(
        &self,
        person: PersonId,
    ) -> Result<u64, ApiError> {
        let day_ago = self.clock.now() - TimeDelta::hours(24);
        let used = self.store.uploaded_since(person, day_ago).await.map_err(told)?;
        match self.limits.uploads_per_day.saturating_sub(used) {
            0 => Err(ApiError::TooMany(3600)),
            left => Ok(left.min(self.limits.upload)),
        }
    }

    async fn attachment_row(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<AttachmentRow, ApiError> {
        let row = self.store.attachment(id).await.map_err(told)?;
        let row = row.filter(|row| caller.knows(row.owner));
        row.ok_or_else(|| ApiError::NotFound("file".to_owned()))
    }

    pub(super) async fn stream_attachment(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<(AttachmentView, ByteStream), ApiError> {
        let row = self.attachment_row(caller, id).await?;
        let stream = self.files.stream(&row.digest).await.map_err(told)?;
        let stream = stream.ok_or_else(|| ApiError::NotFound("file".to_owned()))?;
        let bytes = stream.map(|piece| piece.map_err(std::io::Error::other)).boxed();
        Ok((view::attachment(&row), bytes))
    }

    pub(super) async fn draw_preview(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<(String, Bytes), ApiError> {
        let row = self.attachment_row(caller, id).await?;
        if !view::has_preview(&row.media_type) {
            return Err(ApiError::NotFound("preview of this file".to_owned()));
        }
        let bytes = self.files.get(&row.digest).await.map_err(told)?;
        let bytes = bytes.ok_or_else(|| ApiError::NotFound("file".to_owned()))?;
        let drawn = image::preview_child(&self.program, bytes, PREVIEW_EDGE, PREVIEW_LIMIT).await;
        match drawn {
            Ok(picture) => Ok((picture.media_type.to_owned(), picture.bytes.into())),
            Err(ImageFault::Internal { message: error }) => {
                tracing::error!(%error, "a preview could not be drawn");
                Err(ApiError::Internal)
            }
            Err(fault) => Err(ApiError::NotPossible(format!("no preview: {fault}"))),
        }
    }
}

fn upload_fault(error: FilesError) -> ApiError {
    match error {
        FilesError::TooLarge { limit } => ApiError::TooLarge(format!(
            "the file is larger than {} MiB; choose a smaller one",
            limit / (1024 * 1024)
        )),
        FilesError::Upload(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            ApiError::TooLarge("the upload is too large; choose a smaller file".to_owned())
        }
        FilesError::Upload(error) => {
            ApiError::BadRequest(format!("the upload broke off: {error}; send it again"))
        }
        error => told(error),
    }
}
