//! `countersign backup`: the database as it is at one moment, then the contents that it refers to. They never change,
//! so the copy is whole though the server goes on.

use std::path::{Path, PathBuf};

use super::{
    Fault, contents,
    manifest::{Database, Listed, Manifest},
    refused, unusable,
};
use crate::{
    config::Config,
    files::ObjectFiles,
    ports::Clock,
    store::{postgres_backup, sqlite_backup},
};

/// Makes a backup in a folder that isn't there yet, and gives one line about it.
///
/// # Errors
///
/// What went wrong; the folder isn't there then. A content that the store lost is an error as well.
pub async fn backup(config: &Config, to: &Path, clock: &dyn Clock) -> Result<String, Fault> {
    if to.exists() {
        return Err(refused(format!("{} is there already; name a new folder", to.display())));
    }
    let unfinished = unfinished(to);
    make_private(&unfinished).map_err(unusable(&unfinished))?;
    let made = fill(config, &unfinished, clock).await;
    let made = made.and_then(|line| {
        std::fs::rename(&unfinished, to).map_err(unusable(to))?;
        Ok(format!("{line} in {}", to.display()))
    });
    if made.is_err() {
        // The error says what to do; half a backup is of no use to anybody.
        let _gone = std::fs::remove_dir_all(&unfinished);
    }
    made
}

async fn fill(config: &Config, folder: &Path, clock: &dyn Clock) -> Result<String, Fault> {
    let taken_at = clock.now();
    let mut files = Vec::new();
    let (database, refers_to) = match &config.database {
        None => {
            let refers_to = sqlite_backup::copy(&config.data_dir, &folder.join(SQLITE)).await?;
            files.push(listed(folder, SQLITE.to_owned())?);
            (Database::Sqlite, refers_to)
        }
        Some(url) => {
            let tables = folder.join(TABLES);
            std::fs::create_dir(&tables).map_err(unusable(&tables))?;
            let (copy, refers_to) = postgres_backup::copy(url.as_str(), &tables).await?;
            for table in &copy.tables {
                files.push(listed(folder, format!("{TABLES}/{}", table.file()))?);
            }
            (Database::Postgres(copy), refers_to)
        }
    };
    let store = ObjectFiles::open(&config.files.url, &config.files.options)?;
    for content in &refers_to {
        let taken = contents::take(&store, content, folder).await?;
        files.push(taken.ok_or_else(|| {
            refused(format!(
                "the file {content} is lost: the database has it, and {} hasn't",
                config.files.url
            ))
        })?);
    }
    let bytes: u64 = files.iter().map(|file| file.size).sum();
    Manifest::new(taken_at, database, files).write(folder)?;
    Ok(format!("The database and {} files ({bytes} bytes in all) are", refers_to.len()))
}

/// The database's file, and the folder of its tables.
pub(super) const SQLITE: &str = "countersign.db";
pub(super) const TABLES: &str = "tables";

fn listed(folder: &Path, path: String) -> Result<Listed, Fault> {
    let (size, sha256) = contents::measure(&folder.join(&path))?;
    Ok(Listed { path, size, sha256 })
}

fn unfinished(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    to.with_file_name(name)
}

/// For this user alone: a backup holds everything.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
