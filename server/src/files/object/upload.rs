//! Brings a stream into the staging area while its SHA-256 is computed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::files::{FilesError, HEAD_BYTES, Sha256Hex, StoredFile};

/// Held in memory for each upload; S3 takes no part below 5 MiB.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Never the same in two uploads, whoever else writes there.
pub(super) fn unique_name() -> Result<String, FilesError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random = getrandom::u64().map_err(FilesError::store)?;
    Ok(format!("{random:016x}-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// On any failure nothing is left at `staged`.
pub(super) async fn stage(
    store: Arc<dyn ObjectStore>,
    staged: &Path,
    bytes: BoxStream<'static, Result<Bytes, std::io::Error>>,
    limit: u64,
) -> Result<StoredFile, FilesError> {
    let mut writer = BufWriter::with_capacity(store.clone(), staged.clone(), PART_BYTES);
    let copied = match copy(&mut writer, bytes, limit).await {
        Ok(stored) => writer.shutdown().await.map(|()| stored).map_err(FilesError::store),
        Err(error) => Err(error),
    };
    if copied.is_err() {
        // What can't be removed now is removed by the next start.
        let _ = writer.abort().await;
        drop(writer);
        forget(&*store, staged).await;
    }
    copied
}

async fn copy(
    writer: &mut BufWriter,
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
        head.extend(piece.iter().take(HEAD_BYTES - head.len()));
        writer.put(piece).await.map_err(FilesError::store)?;
    }
    Ok(StoredFile { sha256: Sha256Hex::finish(hasher), size, head: head.freeze() })
}

pub(super) async fn forget(store: &dyn ObjectStore, staged: &Path) {
    let _ = store.delete(staged).await;
}
