//! Runs the tests under frontend/tests in a headless Chromium.
use crate::workspace::{WASM, Workspace, cargo, need_wasm_target, run};
use anyhow::Result;
use std::env;

pub fn run_all(workspace: &Workspace) -> Result<()> {
    need_wasm_target()?;
    run(cargo("build").args(["-p", "xtask", "--features", "test-runner"]).args(["--bin", RUNNER]))?;
    let runner = workspace.target.join("debug").join(RUNNER);
    // The profile of the site, whose dependencies are compiled already. `--test *` fails if there is none.
    let mut test = cargo("test");
    test.args(["-p", "frontend", "--test", "*", "--target", WASM, "--profile", "wasm-release"])
        .arg("--no-fail-fast")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    if env::var_os("CHROMEDRIVER").is_none() {
        test.env("CHROMEDRIVER", "/usr/bin/chromedriver");
    }
    run(&mut test)
}

const RUNNER: &str = "wasm-test-runner";
