//! Builds the site: the WASM and its glue, the styles, the public files.
use crate::{
    assets, compress, stamp, wasm_opt,
    workspace::{NAME, Profile, WASM, Workspace, cargo, need_wasm_target, run},
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

/// Cargo always looks whether something changed; what follows it is skipped if its inputs are those of the last time.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    need_wasm_target()?;
    let wasm = compile(workspace, profile)?;
    let optimiser = (profile == Profile::Release).then(wasm_opt::find).flatten();
    let site = workspace.site();
    let stamp = stamp::of(&wasm, profile, optimiser.as_deref())?;
    let stamp_file = workspace.target.join("site.stamp");
    if site.is_dir() && fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        eprintln!("site: unchanged");
        return Ok(());
    }

    // Made beside the old site and then moved, so a running server never sees half of it.
    let next = workspace.target.join("site.next");
    remove(&next)?;
    let pkg = next.join("pkg");
    fs::create_dir_all(&pkg)?;
    let module = bindgen(&wasm, &pkg, profile)?;
    if profile == Profile::Release {
        wasm_opt::shrink(optimiser.as_deref(), &module)?;
    }
    assets::style(&pkg.join(format!("{NAME}.css")), profile)?;
    assets::copy(Path::new("public"), &next)?;
    if profile == Profile::Release {
        compress::folder(&next)?;
    }
    report(&module)?;

    remove_file(&stamp_file)?;
    remove(&site)?;
    fs::rename(&next, &site)?;
    Ok(fs::write(&stamp_file, stamp)?)
}

fn compile(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let (name, folder) = match profile {
        Profile::Dev => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    run(cargo("build").args(["-p", "frontend", "--lib", "--target", WASM, "--profile", name]))?;
    Ok(workspace.target.join(WASM).join(folder).join("frontend.wasm"))
}

fn bindgen(wasm: &Path, pkg: &Path, profile: Profile) -> Result<PathBuf> {
    let release = profile == Profile::Release;
    Bindgen::new()
        .input_path(wasm)
        .out_name(NAME)
        .typescript(false)
        .web(true)?
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(pkg)
        .context("wasm-bindgen")?;
    let module = pkg.join(format!("{NAME}.wasm"));
    fs::rename(pkg.join(format!("{NAME}_bg.wasm")), &module)?;
    Ok(module)
}

fn report(module: &Path) -> Result<()> {
    let bytes = fs::metadata(module)?.len();
    match fs::metadata(compress::brotli_of(module)) {
        Ok(packed) => eprintln!("site: {bytes} bytes of WASM, {} as brotli", packed.len()),
        Err(_) => eprintln!("site: {bytes} bytes of WASM"),
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn remove_file(file: &Path) -> Result<()> {
    if file.exists() {
        fs::remove_file(file)?;
    }
    Ok(())
}
