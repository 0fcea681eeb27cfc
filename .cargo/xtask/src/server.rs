//! Builds the server and becomes it.
use crate::workspace::{NAME, Profile, Workspace, cargo, command, run};
use anyhow::Result;
use std::path::{Path, PathBuf};

pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let mut build = cargo("build");
    build.args(["-p", "server", "--bin", NAME]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            build.arg("--release");
            "release"
        }
    };
    run(&mut build)?;
    Ok(workspace.target.join(folder).join(NAME).with_extension(std::env::consts::EXE_EXTENSION))
}

/// The server takes this process over, so signals reach it and its exit code is ours.
#[cfg(unix)]
pub fn start(workspace: &Workspace, program: &Path, args: &[String]) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command(program).env("LEPTOS_SITE_ROOT", workspace.site()).args(args).exec();
    Err(anyhow::Error::new(error).context(format!("can't start {}", program.display())))
}

#[cfg(not(unix))]
pub fn start(workspace: &Workspace, program: &Path, args: &[String]) -> Result<()> {
    let status = command(program).env("LEPTOS_SITE_ROOT", workspace.site()).args(args).status()?;
    std::process::exit(status.code().unwrap_or(1));
}
