//! Content that nobody refers to any more. It is set aside first and removed later: whoever adds a reference in the
//! moment between the look and the deed still finds it, because reading puts it back.

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};

use super::ObjectFiles;
use crate::files::{FilesError, Unused};

const UNUSED: &str = "unused";

#[async_trait::async_trait]
impl Unused for ObjectFiles {
    fn stored_before(&self, before: DateTime<Utc>) -> BoxStream<'_, Result<Digest, FilesError>> {
        let stored = self.store.list(Some(&self.root.clone().join("sha256")));
        let old = stored.try_filter_map(move |object| async move {
            let digest = (object.last_modified < before).then(|| digest_of(&object.location));
            Ok(digest.flatten())
        });
        old.map_err(FilesError::store).boxed()
    }

    async fn set_aside(&self, content: &Digest, now: DateTime<Utc>) -> Result<(), FilesError> {
        // The name says since when: a file that is moved keeps its own time.
        let name = format!("{}-{content}", now.timestamp());
        self.moved(&self.location(content), &self.aside().join(name)).await
    }

    async fn set_aside_before(&self, before: DateTime<Utc>) -> Result<Vec<Digest>, FilesError> {
        let aside = self.listed_aside().await?;
        let old = aside.into_iter().filter(|(_, since, _)| *since < before.timestamp());
        Ok(old.map(|(_, _, content)| content).collect())
    }

    async fn put_back(&self, content: &Digest) -> Result<bool, FilesError> {
        let aside = self.listed_aside().await?;
        let Some((path, ..)) = aside.into_iter().find(|(_, _, found)| found == content) else {
            return Ok(false);
        };
        self.moved(&path, &self.location(content)).await?;
        Ok(true)
    }

    async fn remove(&self, content: &Digest) -> Result<(), FilesError> {
        for (path, _, found) in self.listed_aside().await? {
            if found == *content {
                gone(self.store.delete(&path).await)?;
            }
        }
        Ok(())
    }
}

impl ObjectFiles {
    fn aside(&self) -> Path {
        self.root.clone().join(UNUSED)
    }

    /// Path, time in seconds, and content of all that was set aside.
    async fn listed_aside(&self) -> Result<Vec<(Path, i64, Digest)>, FilesError> {
        let aside = self.aside();
        let found: Vec<_> =
            self.store.list(Some(&aside)).try_collect().await.map_err(FilesError::store)?;
        let read = |path: Path| {
            let name = path.filename()?.to_owned();
            let (since, content) = name.split_once('-')?;
            Some((path, since.parse().ok()?, content.parse().ok()?))
        };
        Ok(found.into_iter().filter_map(|object| read(object.location)).collect())
    }

    /// Nothing happens if another process was quicker.
    async fn moved(&self, from: &Path, to: &Path) -> Result<(), FilesError> {
        gone(self.store.rename(from, to).await)
    }
}

fn gone(result: object_store::Result<()>) -> Result<(), FilesError> {
    match result {
        Err(object_store::Error::NotFound { .. }) => Ok(()),
        result => result.map_err(FilesError::store),
    }
}

/// `…/ab/cdef…`: the digits of a digest in two parts.
fn digest_of(location: &Path) -> Option<Digest> {
    let parts: Vec<String> = location.parts().map(|part| part.as_ref().to_owned()).collect();
    let [.., first, rest] = parts.as_slice() else { return None };
    format!("{first}{rest}").parse().ok()
}
