//! Shrinks the WASM where `wasm-opt` is found: not needed to run, only to load faster.
use crate::workspace::{command, run};
use anyhow::Result;
use std::{
    env,
    path::{Path, PathBuf},
};

/// What rustc's WASM uses; `wasm-opt` refuses it unless told.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// From npm (`binaryen`, pinned in end2end) or the PATH.
pub fn find() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        vec!["node_modules/.bin".into(), "end2end/node_modules/.bin".into()];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders.into_iter().map(|folder| folder.join("wasm-opt")).find(|tool| tool.is_file())
}

pub fn shrink(tool: Option<&Path>, modules: &[PathBuf]) -> Result<()> {
    let Some(tool) = tool else {
        eprintln!("site: no wasm-opt (`npm ci` in end2end brings it), so the WASM stays larger");
        return Ok(());
    };
    for module in modules {
        run(command(tool).arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(module))?;
    }
    Ok(())
}
