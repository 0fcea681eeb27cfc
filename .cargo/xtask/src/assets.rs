//! The styles, and the files that are served as they are.
use crate::workspace::Profile;
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub fn style(to: &Path, profile: Profile) -> Result<()> {
    let look = match profile {
        Profile::Dev => grass::OutputStyle::Expanded,
        Profile::Release => grass::OutputStyle::Compressed,
    };
    let css = grass::from_path("style/main.scss", &grass::Options::default().style(look))
        .context("style/main.scss")?;
    Ok(fs::write(to, css)?)
}

pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let copy = to.join(file.strip_prefix(from)?);
        fs::create_dir_all(copy.parent().context("a file lies in a folder")?)?;
        fs::copy(&file, copy)?;
    }
    Ok(())
}

/// Every file below a folder, in a fixed order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
