//! Uploads, downloads and previews.

use app::{
    api::{
        attachments::AttachmentView,
        port::{AttachTo, ByteStream, Once, Upload},
    },
    error::ApiError,
};
use bytes::Bytes;
use domain::{
    access::Caller,
    id::{AttachmentId, PersonId},
    issue::Issue,
};
use futures::StreamExt;

use super::{once, start::label_fault};
use crate::{
    idempotency,
    orchestrator::{Orchestrator, fault::told, view},
    ports::AttachmentRow,
    provider::image::{self, ImageFault},
};

/// The longer edge of a preview, in pixels.
const PREVIEW_EDGE: u32 = 1024;
const PREVIEW_LIMIT: std::time::Duration = std::time::Duration::from_secs(10);

impl Orchestrator {
    pub(super) async fn take_upload(
        &self,
        caller: &Caller,
        to: AttachTo,
        upload: Upload,
        key: Option<&str>,
    ) -> Result<Once<AttachmentView>, ApiError> {
        let key = key.map(idempotency::checked_key).transpose()?;
        let place = self.session_of(caller, to).await?;
        let room = self.upload_room(caller.person).await?;
        let Upload { name, claimed_type, bytes } = upload;
        let kept = self.keep_file(name, claimed_type, bytes, room).await?;
        let id = AttachmentId::from_uuid(self.ids.uuid());
        let row = kept.in_session(id, place, caller.person, self.clock.now());
        let view = view::attachment(&row);
        let what = (&row.session, row.digest, &row.name, &row.media_type);
        let key = idempotency::key(caller, "attach", key.as_deref(), &what, row.id.as_uuid())?;
        let key = key.map(|key| idempotency::with_reply(key, &view)).transpose()?;
        match self.store.add_attachment(&row, key.as_ref()).await {
            Ok(()) => Ok(Once::first(view)),
            Err(error) => once::replay_or_told(key.as_ref(), error),
        }
    }

    async fn session_of(
        &self,
        caller: &Caller,
        to: AttachTo,
    ) -> Result<(PersonId, String), ApiError> {
        match to {
            AttachTo::Session(session) => match label_fault(&session, true) {
                Some(fault) => Err(ApiError::Invalid(vec![Issue::error("/session_id", fault)])),
                None => Ok((caller.person, session)),
            },
            AttachTo::Run(run) => {
                let run = self.stored(caller, run).await?.run;
                Ok((run.owner, run.session().to_owned()))
            }
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
        // Before the bytes, which would fill the memory with requests that wait.
        let _place = self.previews.acquire().await.map_err(|_| ApiError::Internal)?;
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
