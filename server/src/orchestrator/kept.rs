//! Files whose bytes are kept, before they are anybody's.

use app::{api::port::ByteStream, error::ApiError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    digest::Digest,
    id::{AttachmentId, PersonId},
    issue::Issue,
    run::Run,
};

use super::{Orchestrator, fault::told};
use crate::{
    files::{FilesError, safe_name, sniff},
    ports::AttachmentRow,
};

/// A file whose bytes are kept.
pub(super) struct Kept {
    pub digest: Digest,
    pub name: String,
    pub media_type: String,
    pub size: u64,
}

impl Kept {
    /// As somebody's upload to a session.
    pub fn in_session(
        self,
        id: AttachmentId,
        (owner, session): (PersonId, String),
        uploaded_by: PersonId,
        now: DateTime<Utc>,
    ) -> AttachmentRow {
        let Self { digest, name, media_type, size } = self;
        let (made_by, created_at) = (None, now);
        AttachmentRow {
            id,
            session,
            owner,
            uploaded_by,
            digest,
            name,
            media_type,
            size,
            made_by,
            created_at,
        }
    }

    /// As if the run's owner had uploaded it.
    pub fn for_run(self, id: AttachmentId, run: &Run, now: DateTime<Utc>) -> AttachmentRow {
        self.in_session(id, (run.owner, run.session().to_owned()), run.owner, now)
    }
}

impl Orchestrator {
    /// Keeps a file's bytes, if they are what they claim to be.
    pub(super) async fn keep_file(
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

    /// How much somebody may still upload, at most the limit of one file.
    pub(super) async fn upload_limit(&self, person: PersonId) -> Result<u64, ApiError> {
        let day_ago = self.clock.now() - TimeDelta::hours(24);
        let used = self.store.uploaded_since(person, day_ago).await.map_err(told)?;
        match self.limits.uploads_per_day.saturating_sub(used) {
            0 => Err(ApiError::TooMany(3600)),
            left => Ok(left.min(self.limits.upload)),
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
