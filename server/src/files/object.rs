//! [`Files`] over an object store: a local folder, an S3-compatible bucket, or memory in tests.

mod open;
mod unused;
mod upload;
mod verify;

use domain::digest::Digest;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{GetResult, ObjectStore, ObjectStoreExt};

use super::{Files, FilesError, StoredFile, Unused};

const STAGING: &str = "staging";

/// Content lies at `sha256/ab/cdef…`; uploads grow under `staging/` and are renamed when they are complete. What nobody
/// refers to waits under `unused/` for its removal.
#[derive(Debug, Clone)]
pub struct ObjectFiles {
    store: Arc<dyn ObjectStore>,
    root: Path,
    /// The local folder, whose half-written files the object store does not list.
    folder: Option<PathBuf>,
}

impl ObjectFiles {
    pub fn new(store: Arc<dyn ObjectStore>, root: Path) -> Self {
        Self { store, root, folder: None }
    }

    /// Removes what broken uploads of an earlier process left behind. `before` must be older than the
    /// longest upload, because several instances may share one bucket. Says how many it removed.
    ///
    /// Unfinished multipart uploads inside S3 aren't visible here: give the bucket a lifecycle rule.
    pub async fn clean_staging(&self, before: DateTime<Utc>) -> Result<usize, FilesError> {
        let staging = self.root.clone().join(STAGING);
        let found: Vec<_> =
            self.store.list(Some(&staging)).try_collect().await.map_err(FilesError::store)?;
        let mut removed = 0;
        for object in found.into_iter().filter(|object| object.last_modified < before) {
            self.store.delete(&object.location).await.map_err(FilesError::store)?;
            removed += 1;
        }
        let half_written = match self.folder.clone() {
            Some(folder) => open::remove_older(folder.join(STAGING), before).await?,
            None => 0,
        };
        Ok(removed + half_written)
    }

    fn location(&self, sha256: &Digest) -> Path {
        let digits = sha256.to_string();
        let (first, rest) = digits.split_at(2);
        self.root.clone().join("sha256").join(first).join(rest)
    }

    async fn open_stored(&self, sha256: &Digest) -> Result<Option<GetResult>, FilesError> {
        match self.stored(sha256).await? {
            // Somebody refers to it after all.
            None if self.put_back(sha256).await? => self.stored(sha256).await,
            found => Ok(found),
        }
    }

    async fn stored(&self, sha256: &Digest) -> Result<Option<GetResult>, FilesError> {
        match self.store.get(&self.location(sha256)).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(FilesError::store(error)),
        }
    }
}

#[async_trait]
impl Files for ObjectFiles {
    async fn put(
        &self,
        bytes: BoxStream<'static, Result<Bytes, std::io::Error>>,
        limit: u64,
    ) -> Result<StoredFile, FilesError> {
        let staged = self.root.clone().join(STAGING).join(upload::unique_name()?);
        let stored = upload::stage(&*self.store, &staged, bytes, limit).await?;
        // Also where it exists already: that heals a damaged one, and one rename is no more than one look.
        let target = self.location(&stored.sha256);
        if let Err(error) = self.store.rename(&staged, &target).await {
            upload::forget(&*self.store, &staged).await;
            return Err(FilesError::store(error));
        }
        Ok(stored)
    }

    async fn get(&self, sha256: &Digest) -> Result<Option<Bytes>, FilesError> {
        let Some(found) = self.open_stored(sha256).await? else { return Ok(None) };
        let bytes = found.bytes().await.map_err(FilesError::store)?;
        verify::whole(bytes, *sha256).await.map(Some)
    }

    async fn stream(
        &self,
        sha256: &Digest,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, FilesError>>>, FilesError> {
        let Some(found) = self.open_stored(sha256).await? else { return Ok(None) };
        Ok(Some(verify::pieces(found.into_stream(), *sha256)))
    }
}
