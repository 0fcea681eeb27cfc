//! What the program does besides serving.

use std::path::Path;

use super::{Fault, providers, runtime};
use crate::{
    clock::SystemClock,
    config::Config,
    operator::{self, Level},
};

/// Makes a backup in a new folder, and says so.
///
/// # Errors
///
/// What kept it from being made, in words for the operator.
pub fn backup(config: &Config, to: &Path) -> Result<(), Fault> {
    let line = runtime()?.block_on(operator::backup(config, to, &SystemClock))?;
    println!("{line}.");
    Ok(())
}

/// Puts a backup in place, and says so.
///
/// # Errors
///
/// What kept it from being put there, in words for the operator.
pub fn restore(config: &Config, from: &Path) -> Result<(), Fault> {
    let line = runtime()?.block_on(operator::restore(config, from, &SystemClock))?;
    println!("{line}.");
    Ok(())
}

/// Looks at everything and prints a line for each thing.
///
/// # Errors
///
/// If something has to be done before the server can work.
pub fn doctor(config: &Config) -> Result<(), Fault> {
    let providers = providers(config, &std::env::current_exe()?);
    let findings = runtime()?.block_on(operator::doctor(config, &providers, &SystemClock));
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| finding.level == Level::Fail).count() {
        0 => Ok(()),
        1 => Err("one line above says what".into()),
        many => Err(format!("{many} lines above say what").into()),
    }
}
