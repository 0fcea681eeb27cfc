//! The app on the device: the service worker and the page without a connection, told which build they belong to.
use crate::assets;
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// What the worker and the page for "no connection" are made from.
pub const FOLDER: &str = "frontend/pwa";

/// Writes the script that pages load into `pkg`, and the others to the root of the site, from where a worker may speak
/// for all of it. Comes last: the worker keeps what is there by then.
pub fn write(site: &Path, pkg: &Path, build: &str) -> Result<()> {
    let from = Path::new(FOLDER);
    fs::copy(from.join("pwa.js"), pkg.join("pwa.js"))?;
    fill(from, site, "offline.html", build, "")?;
    let mut kept = vec!["/offline.html".to_owned()];
    for folder in [pkg, &site.join("icons")] {
        for file in assets::files(folder)? {
            let path = file.strip_prefix(site)?.to_str().context("a name that isn't text")?;
            // The list of the pieces is for the server.
            if !path.ends_with(".json") {
                kept.push(format!("/{path}"));
            }
        }
    }
    fill(from, site, "sw.js", build, &kept.join("\",\n  \""))
}

fn fill(from: &Path, site: &Path, name: &str, build: &str, files: &str) -> Result<()> {
    let text = fs::read_to_string(from.join(name)).with_context(|| format!("{FOLDER}/{name}"))?;
    Ok(fs::write(site.join(name), text.replace("__BUILD__", build).replace("__FILES__", files))?)
}
