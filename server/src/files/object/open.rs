//! Opens the configured place for files.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use url::Url;

use super::{ObjectFiles, STAGING};
use crate::files::FilesError;

impl ObjectFiles {
    /// `file:///folder` or `s3://bucket/prefix`; `options` are the keys of the object store, such as
    /// `aws_endpoint`, `aws_region`, `aws_access_key_id`, `aws_secret_access_key`, `aws_allow_http`.
    pub fn open(url: &Url, options: &BTreeMap<String, String>) -> Result<Self, FilesError> {
        match url.scheme() {
            "file" => match url.to_file_path() {
                Ok(folder) => Self::folder(&folder),
                Err(()) => {
                    Err(FilesError::Configuration(format!("{url} names no folder on this machine")))
                }
            },
            "s3" | "s3a" => {
                let pairs = options.iter().map(|(key, value)| (key.as_str(), value.as_str()));
                let (store, root) = object_store::parse_url_opts(url, pairs)
                    .map_err(|e| FilesError::Configuration(format!("files at {url}: {e}")))?;
                Ok(Self::new(Arc::from(store), root))
            }
            other => Err(FilesError::Configuration(format!(
                "files can't be kept at {other}: write file:///folder or s3://bucket/prefix"
            ))),
        }
    }

    /// Makes the folder where it is missing, readable only by this user. Every write is flushed to the disk,
    /// the file and the folders that name it, before it counts.
    pub fn folder(folder: &FsPath) -> Result<Self, FilesError> {
        // Staging is made now, so that no upload is the one that has to flush it.
        make_private(&folder.join(STAGING)).map_err(FilesError::store)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(FilesError::store)?;
        let files = Self::new(Arc::new(store.with_fsync(true)), Path::default());
        Ok(Self { folder: Some(folder.to_owned()), ..files })
    }
}

/// Every new folder is flushed in the one above it: without that, a power cut could lose the whole tree.
fn make_private(folder: &FsPath) -> std::io::Result<()> {
    let folder = std::path::absolute(folder)?;
    let existing = folder.ancestors().find(|above| above.exists()).map(FsPath::to_owned);
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;
    if cfg!(unix) && existing.as_ref() != Some(&folder) {
        for above in folder.ancestors().skip(1) {
            std::fs::File::open(above)?.sync_all()?;
            if existing.as_deref() == Some(above) {
                break;
            }
        }
    }
    Ok(())
}

/// The files that a killed process was still writing.
pub(super) async fn remove_older(
    folder: PathBuf,
    before: DateTime<Utc>,
) -> Result<usize, FilesError> {
    let removal = tokio::task::spawn_blocking(move || {
        let mut removed = 0;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() && DateTime::<Utc>::from(metadata.modified()?) < before {
                match std::fs::remove_file(entry.path()) {
                    Ok(()) => removed += 1,
                    // Another process was quicker.
                    Err(error) if error.kind() == ErrorKind::NotFound => (),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(removed)
    });
    removal.await.map_err(FilesError::store)?.map_err(FilesError::store)
}
