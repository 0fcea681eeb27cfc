//! `countersign restore`: everything is verified first, files come before the database that refers to them, and the
//! database remembers that it comes from a backup, so that the server sends nothing again by itself.

use std::path::Path;

use super::{
    Fault,
    backup::{SQLITE, TABLES},
    contents,
    manifest::{Database, Manifest},
    refused,
};
use crate::{
    config::Config,
    files::ObjectFiles,
    ports::Clock,
    store::{postgres_backup, sqlite_backup},
};

/// Puts a backup in place where there is nothing yet, and gives one line about it. What breaks off can be tried again.
///
/// # Errors
///
/// What is wrong; before the first word is written if it can be seen before.
pub async fn restore(config: &Config, from: &Path, clock: &dyn Clock) -> Result<String, Fault> {
    let manifest = Manifest::read(from)?;
    for listed in &manifest.files {
        contents::verify(from, listed)?;
    }
    nothing_is_there(config, &manifest.database).await?;
    let files = ObjectFiles::open(&config.files.url, &config.files.options)?;
    if contents::holds_others(&files, &manifest.files).await? {
        return Err(refused(format!(
            "there are other files in {} already; name a new place",
            config.files.url
        )));
    }
    let mut count = 0;
    for listed in manifest.files.iter().filter(|listed| contents::content(listed).is_some()) {
        contents::put(&files, listed, from).await?;
        count += 1;
    }
    let (taken_at, now) = (manifest.taken_at, clock.now());
    match (&manifest.database, &config.database) {
        (Database::Postgres(copy), Some(url)) => {
            let tables = from.join(TABLES);
            postgres_backup::put_in_place(copy, &tables, url.as_str(), taken_at, now).await?;
        }
        _ => {
            let copy = from.join(SQLITE);
            sqlite_backup::put_in_place(&copy, &config.data_dir, taken_at, now).await?;
        }
    }
    Ok(format!(
        "The database and {count} files of {taken_at} are in place. Start the server: calls that were under way \
         become tickets that ask what became of them, and nothing is sent again by itself"
    ))
}

async fn nothing_is_there(config: &Config, database: &Database) -> Result<(), Fault> {
    match (database, &config.database) {
        (Database::Sqlite, None) if sqlite_backup::is_there(&config.data_dir) => {
            let folder = config.data_dir.display();
            Err(refused(format!("there is a database in {folder} already; name a new `data_dir`")))
        }
        (Database::Postgres(_), Some(url)) if !postgres_backup::is_empty(url.as_str()).await? => {
            Err(refused(
                "the database of `database_url` has tables already; make an empty one and name it",
            ))
        }
        (Database::Sqlite, None) | (Database::Postgres(_), Some(_)) => Ok(()),
        (Database::Sqlite, Some(_)) => {
            Err(refused("this backup is of SQLite, and `database_url` is set; take it out"))
        }
        (Database::Postgres(_), None) => {
            Err(refused("this backup is of PostgreSQL; set `database_url` to an empty database"))
        }
    }
}
