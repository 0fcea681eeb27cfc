//! Brings a stream into the staging area while its SHA-256 is computed.

use domain::digest::Digest;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use sha2::{Digest as _, Sha256};

use crate::files::{FilesError, HEAD_BYTES, StoredFile};

/// Held in memory for each upload. S3 takes no part below 5 MiB, and some of its kin only parts of one size.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Never the same in two uploads, whoever else writes there.
pub(super) fn unique_name() -> Result<String, FilesError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random = getrandom::u64().map_err(FilesError::store)?;
    Ok(format!("{random:016x}-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// On any failure nothing is left at `staged`.
pub(super) async fn stage(
    store: &dyn ObjectStore,
    staged: &Path,
    bytes: BoxStream<'static, Result<Bytes, std::io::Error>>,
    limit: u64,
) -> Result<StoredFile, FilesError> {
    let mut parts = Parts { store, staged, buffer: BytesMut::new(), upload: None };
    let copied = match copy(&mut parts, bytes, limit).await {
        Ok(stored) => parts.finish().await.map(|()| stored).map_err(FilesError::store),
        Err(error) => Err(error),
    };
    if copied.is_err() {
        parts.abort().await;
        forget(store, staged).await;
    }
    copied
}

async fn copy(
    parts: &mut Parts<'_>,
    mut bytes: BoxStream<'static, Result<Bytes, std::io::Error>>,
    limit: u64,
) -> Result<StoredFile, FilesError> {
    let mut hasher = Sha256::new();
    let mut head = BytesMut::new();
    let mut size = 0_u64;
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(FilesError::Upload)?;
        size += piece.len() as u64;
        if size > limit {
            return Err(FilesError::TooLarge { limit });
        }
        hasher.update(&piece);
        head.extend_from_slice(&piece[..piece.len().min(HEAD_BYTES - head.len())]);
        parts.write(&piece).await.map_err(FilesError::store)?;
    }
    Ok(StoredFile {
        sha256: Digest::from_bytes(hasher.finalize().into()),
        size,
        head: head.freeze(),
    })
}

/// A small file is written at once, a large one in parts.
struct Parts<'a> {
    store: &'a dyn ObjectStore,
    staged: &'a Path,
    buffer: BytesMut,
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Parts<'_> {
    async fn write(&mut self, piece: &[u8]) -> object_store::Result<()> {
        self.buffer.extend_from_slice(piece);
        while self.buffer.len() >= PART_BYTES {
            let upload = match &mut self.upload {
                Some(upload) => upload,
                none => none.insert(self.store.put_multipart(self.staged).await?),
            };
            upload.put_part(self.buffer.split_to(PART_BYTES).freeze().into()).await?;
        }
        Ok(())
    }

    async fn finish(&mut self) -> object_store::Result<()> {
        let rest = std::mem::take(&mut self.buffer).freeze();
        match &mut self.upload {
            None => self.store.put(self.staged, rest.into()).await?,
            Some(upload) => {
                if !rest.is_empty() {
                    upload.put_part(rest.into()).await?;
                }
                upload.complete().await?
            }
        };
        Ok(())
    }

    async fn abort(&mut self) {
        if let Some(mut upload) = self.upload.take() {
            // What can't be removed now is removed by the next cleaning.
            let _ = upload.abort().await;
        }
    }
}

pub(super) async fn forget(store: &dyn ObjectStore, staged: &Path) {
    let _ = store.delete(staged).await;
}
