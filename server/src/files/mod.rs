//! Attachments by content: bytes are stored under their SHA-256, whole or not at all.

mod error;
mod name;
mod object;
mod sniff;
#[cfg(test)]
mod tests;
mod unused;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use domain::digest::Digest;
pub use error::FilesError;
pub use name::{content_disposition, safe_name};
pub use object::ObjectFiles;
pub use sniff::{MediaType, SniffError, sniff};
pub use unused::Unused;

/// How much of a file's beginning is kept for [`sniff`].
pub const HEAD_BYTES: usize = 4096;

/// Where attachments live. An acknowledged upload survives a power cut.
#[async_trait]
pub trait Files: Unused {
    /// Takes a stream of at most `limit` bytes. If it fails, breaks off or is too long, nothing of it is kept;
    /// the same content twice is stored once.
    async fn put(
        &self,
        bytes: BoxStream<'static, Result<Bytes, std::io::Error>>,
        limit: u64,
    ) -> Result<StoredFile, FilesError>;

    /// The content, checked against its name.
    async fn get(&self, sha256: &Digest) -> Result<Option<Bytes>, FilesError>;

    /// The content in pieces. The last piece is held back until the whole agrees with its name: a damaged
    /// file ends with [`FilesError::Damaged`], never as if it were complete.
    async fn stream(
        &self,
        sha256: &Digest,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, FilesError>>>, FilesError>;
}

/// What is known of a file after its upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub sha256: Digest,
    pub size: u64,
    /// The first [`HEAD_BYTES`].
    pub head: Bytes,
}
