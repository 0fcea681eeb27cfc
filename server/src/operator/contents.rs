//! The contents of attachments on their way into a backup and out of it.

use std::{
    collections::HashSet,
    io::Read as _,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::digest::Digest;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{Fault, manifest::Listed, refused, unusable};
use crate::files::{Files, ObjectFiles};

const FOLDER: &str = "files";
const PIECE: usize = 256 * 1024;

/// Where a content lies in a backup.
fn path(content: &Digest) -> String {
    let digits = content.to_string();
    format!("{FOLDER}/{}/{}", &digits[..2], &digits[2..])
}

/// The content at a path of a backup; `None` for other files.
pub(super) fn content(listed: &Listed) -> Option<Digest> {
    listed.path.starts_with(FOLDER).then_some(listed.sha256)
}

/// Copies a content out of the store, checked against its name. `None` if the store doesn't have it.
pub(super) async fn take(
    files: &ObjectFiles,
    content: &Digest,
    folder: &Path,
) -> Result<Option<Listed>, Fault> {
    let Some(mut pieces) = files.stream(content).await? else { return Ok(None) };
    let path = path(content);
    let target = folder.join(&path);
    let failed = |error| unusable(&target)(error);
    std::fs::create_dir_all(target.parent().expect("it has a folder")).map_err(failed)?;
    let mut file = tokio::fs::File::create_new(&target).await.map_err(failed)?;
    let mut size = 0;
    while let Some(piece) = pieces.try_next().await? {
        size += piece.len() as u64;
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    Ok(Some(Listed { path, size, sha256: *content }))
}

/// Stores a content of a backup.
pub(super) async fn put(files: &ObjectFiles, listed: &Listed, folder: &Path) -> Result<(), Fault> {
    let source = folder.join(&listed.path);
    let file = tokio::fs::File::open(&source).await.map_err(unusable(&source))?;
    let pieces = tokio_util::io::ReaderStream::with_capacity(file, PIECE);
    let stored = files.put(pieces.boxed(), u64::MAX).await?;
    if stored.sha256 != listed.sha256 {
        return Err(damaged(&source));
    }
    Ok(())
}

/// Whether the store holds any content that isn't of this list. What an earlier try has put there already is.
pub(super) async fn holds_others(files: &ObjectFiles, listed: &[Listed]) -> Result<bool, Fault> {
    use crate::files::Unused as _;
    let own: HashSet<Digest> = listed.iter().filter_map(content).collect();
    let mut any = files.stored_before(chrono::DateTime::<chrono::Utc>::MAX_UTC);
    while let Some(found) = any.try_next().await? {
        if !own.contains(&found) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes, reads back and removes something, to see that it works.
pub(super) async fn try_out(files: &ObjectFiles) -> Result<(), Fault> {
    use crate::files::Unused as _;
    let text = Bytes::from_static(b"countersign doctor\n");
    let once = stream::once(std::future::ready(Ok(text.clone())));
    let stored = files.put(once.boxed(), PIECE as u64).await?;
    let read = files.get(&stored.sha256).await?;
    files.set_aside(&stored.sha256, chrono::DateTime::UNIX_EPOCH).await?;
    files.remove(&stored.sha256).await?;
    if read != Some(text) {
        return Err(refused("what was written did not read back"));
    }
    Ok(())
}

/// Looks at a file of a backup byte by byte.
pub(super) fn verify(folder: &Path, listed: &Listed) -> Result<(), Fault> {
    let (size, sha256) = measure(&inside(folder, &listed.path)?)?;
    if (size, sha256) == (listed.size, listed.sha256) {
        return Ok(());
    }
    Err(damaged(&folder.join(&listed.path)))
}

/// How long a file is, and its digest.
pub(super) fn measure(path: &Path) -> Result<(u64, Digest), Fault> {
    let mut file = std::fs::File::open(path).map_err(unusable(path))?;
    let (mut hasher, mut size, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece).map_err(unusable(path))?;
        if read == 0 {
            return Ok((size, Digest::from_bytes(hasher.finalize().into())));
        }
        size += read as u64;
        hasher.update(&piece[..read]);
    }
}

/// A path of a manifest leads nowhere but into its folder.
fn inside(folder: &Path, path: &str) -> Result<PathBuf, Fault> {
    use std::path::Component;
    let relative = Path::new(path);
    if relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(folder.join(relative));
    }
    Err(refused(format!("the manifest names {path:?}, which is not in its folder")))
}

fn damaged(file: &Path) -> Fault {
    refused(format!("{} is not what the manifest says; nothing was restored", file.display()))
}
