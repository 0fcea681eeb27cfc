//! A server of a test's own.

use std::{path::Path, process::Command};

use url::Url;

/// A server of this test's own, to be killed or filled; stopped and gone with this value.
pub struct Server {
    pub folder: tempfile::TempDir,
    pub url: Url,
}

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = script("start", folder.path()).parse().unwrap();
        Self { folder, url }
    }

    /// Ends it without a word to its clients, as a power cut would.
    pub fn kill(&self) {
        script("kill", self.folder.path());
    }

    /// Starts it again, under the same address.
    pub fn start_again(&self) {
        assert_eq!(script("start", self.folder.path()), self.url.as_str());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that fails may have killed it already.
        let _gone = command("kill", self.folder.path()).output();
    }
}

/// What `.ci/postgres` says.
pub fn script(verb: &str, folder: &Path) -> String {
    let done = command(verb, folder).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), ".ci/postgres {verb}: {said}");
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

fn command(verb: &str, folder: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/postgres"));
    command.arg(verb).arg(folder);
    command
}
