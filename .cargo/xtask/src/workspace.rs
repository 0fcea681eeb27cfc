//! Where things are, and how other programs are started.
use anyhow::{Context, Result, ensure};
use std::{
    env,
    path::{self, Path, PathBuf},
    process::Command,
};

pub const NAME: &str = "countersign";
pub const WASM: &str = "wasm32-unknown-unknown";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

/// The folders of this build; the workspace's own folder is the current one.
pub struct Workspace {
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        let target = env::var_os("CARGO_TARGET_DIR").map(path::absolute).transpose()?;
        let here = env::var_os("CARGO_MANIFEST_DIR").context("start it as `cargo xtask`")?;
        let root = Path::new(&here).ancestors().nth(2).context("xtask lies outside a workspace")?;
        env::set_current_dir(root)?;
        Ok(Self { target: target.unwrap_or_else(|| root.join("target")) })
    }

    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }
}

/// A command that doesn't inherit what `cargo run` says about this crate.
///
/// The build script of `ring` watches those variables: with them, it and all above it would be compiled again each
/// time `cargo xtask` and plain cargo alternate.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        let of_this_crate = name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || ["CARGO_CRATE_NAME", "CARGO_BIN_NAME", "CARGO_PRIMARY_PACKAGE", "LD_LIBRARY_PATH"]
                .contains(&&*name);
        if of_this_crate {
            command.env_remove(&key);
        }
    }
    command
}

pub fn cargo(subcommand: &str) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([subcommand, "--locked"]);
    cargo
}

pub fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let name = Path::new(&name).file_name().unwrap_or_default().display();
    let status = command.status().with_context(|| format!("can't start {name}"))?;
    ensure!(status.success(), "{name} failed: {status}");
    Ok(())
}

/// Adds the WASM target where it is missing.
pub fn need_wasm_target() -> Result<()> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let found =
        Command::new(rustc).args(["--print", "target-libdir", "--target", WASM]).output()?;
    if Path::new(String::from_utf8(found.stdout)?.trim()).is_dir() {
        return Ok(());
    }
    run(command("rustup").args(["target", "add", WASM]))
        .with_context(|| format!("this compiler has no {WASM}: install it, or use rustup"))
}
