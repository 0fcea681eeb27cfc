//! What a backup holds, with the digest of each file. It is written last: a folder without it is no backup.

use std::path::Path;

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::{Fault, refused, unusable};
use crate::store::postgres_backup;

pub(super) const FILE: &str = "manifest.json";
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: u32,
    /// The version of Countersign that made it.
    pub made_by: String,
    /// As of when its contents are.
    pub taken_at: DateTime<Utc>,
    pub database: Database,
    /// All files, by path from the manifest's folder.
    pub files: Vec<Listed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "copy", rename_all = "snake_case")]
pub(super) enum Database {
    Sqlite,
    Postgres(postgres_backup::Copy),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub path: String,
    pub size: u64,
    pub sha256: Digest,
}

impl Manifest {
    pub fn new(taken_at: DateTime<Utc>, database: Database, files: Vec<Listed>) -> Self {
        let made_by = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, made_by, taken_at, database, files }
    }

    pub fn read(folder: &Path) -> Result<Self, Fault> {
        let file = folder.join(FILE);
        let text = std::fs::read_to_string(&file).map_err(|error| {
            refused(format!(
                "{} is no whole backup: {FILE} can't be read ({error})",
                folder.display()
            ))
        })?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| refused(format!("{} can't be understood: {error}", file.display())))?;
        if manifest.format != FORMAT {
            let words = "has a format that this version doesn't know; use the one that made it";
            return Err(refused(format!("{} {words}: {}", file.display(), manifest.made_by)));
        }
        Ok(manifest)
    }

    pub fn write(&self, folder: &Path) -> Result<(), Fault> {
        let file = folder.join(FILE);
        let text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        let written = std::fs::write(&file, text)
            .and_then(|()| std::fs::File::open(&file)?.sync_all())
            .and_then(|()| std::fs::File::open(folder)?.sync_all());
        written.map_err(unusable(&file))
    }
}
