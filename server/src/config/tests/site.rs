//! The built site has to be there, for a server.

use super::from_env;
use crate::config::{Cli, Config, Fault};

#[test]
fn a_server_needs_a_built_site_and_a_command_that_serves_nothing_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let given = [("COUNTERSIGN_SITE_DIR", folder.path().to_str().unwrap())];
    let by_tools = [("LEPTOS_SITE_ROOT", folder.path().to_str().unwrap())];

    for (env, place) in [(given, "COUNTERSIGN_SITE_DIR"), (by_tools, "LEPTOS_SITE_ROOT")] {
        let faults = load_to_serve(&env).unwrap_err();
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let line = format!(
            "environment variable {place}: `site_dir` doesn't hold the built site (no folder `pkg` in it); build it \
             with `cargo serve`, or name its folder"
        );
        assert_eq!(lines, [line]);
        assert!(from_env(&env).is_ok());
    }

    std::fs::create_dir(folder.path().join("pkg")).unwrap();
    assert!(load_to_serve(&given).is_ok() && load_to_serve(&by_tools).is_ok());
}

#[test]
fn a_missing_site_is_reported_together_with_all_other_faults() {
    let env = [("COUNTERSIGN_SITE_DIR", "/nowhere"), ("COUNTERSIGN_LOG_FORMAT", "xml")];

    let faults = load_to_serve(&env).unwrap_err();

    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["site_dir", "log.format"]);
}

fn load_to_serve(env: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load_to_serve(&Cli::default(), env)
}
