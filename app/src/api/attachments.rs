//! Uploads and results as pages and programs see them.

use chrono::{DateTime, Utc};
use domain::{digest::Digest, id::AttachmentId};
use serde::{Deserialize, Serialize};

/// An upload, or a file that a provider made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AttachmentView {
    pub id: AttachmentId,
    #[serde(rename = "sha256")]
    pub digest: Digest,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub created_at: DateTime<Utc>,
    /// The server can show a picture of it.
    pub has_preview: bool,
    /// A provider made it.
    pub made: bool,
}

impl AttachmentView {
    /// Where the bytes are, as a download.
    #[must_use]
    pub fn url(&self) -> String {
        format!("/api/hitl/attachments/{}", self.id)
    }

    /// Where the picture is, drawn again by the server.
    #[must_use]
    pub fn preview_url(&self) -> String {
        format!("/api/hitl/attachments/{}/preview", self.id)
    }

    /// As [`size_text`].
    #[must_use]
    pub fn size_text(&self) -> String {
        size_text(self.size)
    }
}

/// A size in bytes for people: "1.2 MB".
#[must_use]
pub fn size_text(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} kB", size / 1_000),
        _ => format!("{}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
    }
}
