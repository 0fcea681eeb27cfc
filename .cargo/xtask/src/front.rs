//! Builds the site: the WASM and its glue, the styles, the public files.
use crate::{
    assets, compress, pwa,
    snip::snip,
    split::{self, Pieces},
    stamp, wasm_opt,
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
    // Named by all that is in it, so that browsers may keep it for good.
    let pkg = next.join("pkg").join(&stamp);
    fs::create_dir_all(&pkg)?;
    fs::write(next.join("build.txt"), &stamp)?;
    let pieces = split::cut(&wasm, &pkg, NAME)?;
    if profile == Profile::Release {
        snip(&pieces.main)?;
        pieces.lazy.iter().try_for_each(|piece| snip(piece))?;
    }
    let mut modules = vec![bindgen(&pieces, &pkg)?];
    modules.extend(pieces.lazy);
    if profile == Profile::Release {
        wasm_opt::shrink(optimiser.as_deref(), &modules)?;
    }
    assets::style(&pkg.join(format!("{NAME}.css")), profile)?;
    assets::copy(Path::new("public"), &next)?;
    pwa::write(&next, &pkg, &stamp)?;
    if profile == Profile::Release {
        compress::folder(&next)?;
    }
    report(&modules)?;

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
    let mut build = cargo("rustc");
    build.args(["-p", "frontend", "--lib", "--target", WASM, "--profile", name]);
    // For the cut, and for this crate alone: in RUSTFLAGS they would have every dependency compiled again.
    build.args(["--", "-Clink-args=--emit-relocs", "-Cstrip=none"]);
    run(&mut build)?;
    Ok(workspace.target.join(WASM).join(folder).join("frontend.wasm"))
}

fn bindgen(pieces: &Pieces, pkg: &Path) -> Result<PathBuf> {
    Bindgen::new()
        .input_path(&pieces.main)
        .out_name(NAME)
        .typescript(false)
        .web(true)?
        // The pieces refer to what the main one exports.
        .keep_lld_exports(true)
        .demangle(false)
        .generate(pkg)
        .context("wasm-bindgen")?;
    let module = pkg.join(format!("{NAME}.wasm"));
    fs::rename(pkg.join(format!("{NAME}_bg.wasm")), &module)?;
    Ok(module)
}

fn report(modules: &[PathBuf]) -> Result<()> {
    for module in modules {
        let name = module.file_name().unwrap_or_default().display();
        let bytes = fs::metadata(module)?.len();
        match fs::metadata(compress::brotli_of(module)) {
            Ok(packed) => eprintln!("site: {name}: {bytes} bytes, {} as brotli", packed.len()),
            Err(_) => eprintln!("site: {name}: {bytes} bytes"),
        }
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
