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

/// When a day's allowance is used up: some of it may be free again by then.
const LATER: u32 = 3600;

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

/// How much may be uploaded for the moment.
#[derive(Clone, Copy)]
pub(super) struct Room {
    bytes: u64,
    /// A single file could be larger: the rest of the day's allowance is less.
    of_the_day: bool,
}

impl Orchestrator {
    /// Keeps a file's bytes, if they are what they claim to be.
    pub(super) async fn keep_file(
        &self,
        name: String,
        claimed_type: Option<String>,
        bytes: ByteStream,
        room: Room,
    ) -> Result<Kept, ApiError> {
        let name = safe_name(&name);
        let stored = self.files.put(bytes, room.bytes).await;
        let stored = stored.map_err(|error| upload_fault(error, room))?;
        if stored.size == 0 {
            return Err(ApiError::Invalid(vec![Issue::error("/file", "is empty")]));
        }
        let sniffed = sniff(&stored.head, &name, claimed_type.as_deref());
        let media_type = sniffed.map_err(|error| ApiError::WrongType(error.to_string()))?;
        let media_type = media_type.name.to_owned();
        Ok(Kept { digest: stored.sha256, name, media_type, size: stored.size })
    }

    /// How much somebody may still upload, at most the limit of one file.
    pub(super) async fn upload_room(&self, person: PersonId) -> Result<Room, ApiError> {
        let day_ago = self.clock.now() - TimeDelta::hours(24);
        let used = self.store.uploaded_since(person, day_ago).await.map_err(told)?;
        let one = self.limits.upload;
        match self.limits.uploads_per_day.saturating_sub(used) {
            0 => Err(ApiError::TooMany(LATER)),
            left => Ok(Room { bytes: left.min(one), of_the_day: left < one }),
        }
    }
}

fn upload_fault(error: FilesError, room: Room) -> ApiError {
    match error {
        FilesError::TooLarge { .. } if room.of_the_day => ApiError::TooMany(LATER),
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
