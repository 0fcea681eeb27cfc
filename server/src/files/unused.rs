//! Taking away what nobody refers to.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::digest::Digest;
use futures::stream::BoxStream;

use super::FilesError;

/// The second half of a file's life. Content is set aside, and removed some time after; until then reading it still
/// works, and puts it back.
#[async_trait]
pub trait Unused: Send + Sync {
    /// Content that was last stored before then, in no order.
    fn stored_before(&self, before: DateTime<Utc>) -> BoxStream<'_, Result<Digest, FilesError>>;

    /// Sets content aside; nothing happens where there is none.
    async fn set_aside(&self, content: &Digest, now: DateTime<Utc>) -> Result<(), FilesError>;

    /// What was set aside before then.
    async fn set_aside_before(&self, before: DateTime<Utc>) -> Result<Vec<Digest>, FilesError>;

    /// Puts content back that was set aside; `false` if it wasn't.
    async fn put_back(&self, content: &Digest) -> Result<bool, FilesError>;

    /// Removes content that was set aside, for good.
    async fn remove(&self, content: &Digest) -> Result<(), FilesError>;
}
