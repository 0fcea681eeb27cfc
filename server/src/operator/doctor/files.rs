//! The place of attachments, and room on the disk.

use std::path::{Path, PathBuf};

use super::{super::contents, Finding, is_owner};
use crate::{config::Config, files::ObjectFiles};

const ABOUT: &str = "files";
const MIB: u64 = 1024 * 1024;
const LITTLE: u64 = 1024 * MIB;
const HARDLY_ANY: u64 = 100 * MIB;

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![attachments(config).await];
    let folder = config.data_dir.ancestors().find(|folder| folder.is_dir());
    findings.extend(folder.and_then(room));
    findings
}

async fn attachments(config: &Config) -> Finding {
    let url = &config.files.url;
    if let Some(folder) = local(config) {
        if !folder.is_dir() {
            let says = format!("{} isn't there yet; the first start makes it", folder.display());
            return Finding::warn(ABOUT, says);
        }
        if !is_owner(&folder) {
            let says = format!(
                "{} belongs to another user, so nothing was tried; run this as the user that the server runs as",
                folder.display()
            );
            return Finding::warn(ABOUT, says);
        }
    }
    let tried = match ObjectFiles::open(url, &config.files.options) {
        Ok(files) => contents::try_out(&files).await,
        Err(error) => Err(error.into()),
    };
    match tried {
        Ok(()) => Finding::ok(ABOUT, format!("{url} takes a file and gives it back")),
        Err(error) => {
            let says = format!("{url}: {error}; check its rights, its room and `files.url`");
            Finding::fail(ABOUT, says)
        }
    }
}

fn local(config: &Config) -> Option<PathBuf> {
    (config.files.url.scheme() == "file").then(|| config.files.url.to_file_path().ok())?
}

/// How much room is left; nothing where the system doesn't say.
fn room(folder: &Path) -> Option<Finding> {
    let free = free_bytes(folder)?;
    let says = format!("{} has room for {} MiB", folder.display(), free / MIB);
    Some(match free {
        ..HARDLY_ANY => {
            Finding::fail("disk", format!("{says}; make room, or nothing can be decided"))
        }
        HARDLY_ANY..LITTLE => Finding::warn("disk", format!("{says}; make room soon")),
        LITTLE.. => Finding::ok("disk", says),
    })
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
