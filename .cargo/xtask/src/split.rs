//! Cuts the WASM in pieces: what each page of its own needs is loaded when somebody goes there.
//!
//! The glue between the pieces finds them beside itself, so they keep their names.
use anyhow::{Context, Result, anyhow, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::Options;

/// The name that Leptos knows the glue by.
const GLUE: &str = "./__wasm_split.______________________.js";

pub struct Pieces {
    pub main: PathBuf,
    pub lazy: Vec<PathBuf>,
}

/// Needs a module with relocations and names.
pub fn cut(wasm: &Path, pkg: &Path, main_module: &str) -> Result<Pieces> {
    let whole = fs::read(wasm)?;
    let main = wasm.with_file_name("frontend_main.wasm");
    let main_module = format!("./{main_module}.js");
    let mut options = Options::new(&whole);
    options.output_dir = pkg;
    options.main_out_path = &main;
    options.main_module = &main_module;
    options.link_name = GLUE;
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the WASM could not be cut: {error:#}"))?;
    patient(&pkg.join(GLUE))?;
    // Which pieces a page needs: the server names them to the browser before it asks.
    let wanted = serde_json::to_string(&cut.prefetch_map).context("the list of the pieces")?;
    fs::write(pkg.join("__wasm_split_manifest.json"), wanted)?;
    Ok(Pieces { main, lazy: cut.split_modules })
}

/// The glue gives up at the first failure, and the page with it; this one goes on trying.
fn patient(glue: &Path) -> Result<()> {
    const TRY: &str = "await callee();";
    let text = fs::read_to_string(glue).context("the glue of the pieces")?;
    ensure!(text.matches(TRY).count() == 1, "the glue of the pieces is of another kind");
    let text = text.replace(TRY, "await patiently(callee);") + include_str!("patiently.js");
    fs::write(glue, text).context("the glue of the pieces")
}
