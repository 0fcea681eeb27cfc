//! Compresses once what the server would otherwise compress for each visitor.
use crate::assets;
use anyhow::Result;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

const TEXT_LIKE: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];

pub fn folder(site: &Path) -> Result<()> {
    for file in assets::files(site)? {
        let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if TEXT_LIKE.contains(&kind) {
            let bytes = fs::read(&file)?;
            gzip(&bytes, &with(&file, "gz"))?;
            brotli(&bytes, &brotli_of(&file))?;
        }
    }
    Ok(())
}

pub fn brotli_of(file: &Path) -> PathBuf {
    with(file, "br")
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn gzip(bytes: &[u8], to: &Path) -> Result<()> {
    let mut out = flate2::write::GzEncoder::new(fs::File::create(to)?, flate2::Compression::best());
    out.write_all(bytes)?;
    out.finish()?;
    Ok(())
}

fn brotli(bytes: &[u8], to: &Path) -> Result<()> {
    let (buffer, best_quality, largest_window) = (1 << 16, 11, 22);
    let mut out =
        brotli::CompressorWriter::new(fs::File::create(to)?, buffer, best_quality, largest_window);
    out.write_all(bytes)?;
    Ok(out.flush()?)
}
