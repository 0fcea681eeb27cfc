//! The program as a process on a data folder of its own.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::databases::Database;

/// Which database a server keeps things in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

pub struct Folder {
    folder: TempDir,
    database: Option<Database>,
    /// More settings, by the names of their variables.
    settings: Vec<(&'static str, String)>,
}

/// A running server; killed when it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// The link of the very first sign-in, where it was printed.
    pub link: Option<String>,
}

impl Folder {
    pub fn fresh(on: On) -> Self {
        Self::with(match on {
            On::Sqlite => None,
            On::Postgres => Some(Database::fresh()),
        })
    }

    pub fn with(database: Option<Database>) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database, settings: Vec::new() }
    }

    pub fn setting(mut self, name: &'static str, value: String) -> Self {
        self.settings.push((name, value));
        self
    }

    /// Where its PostgreSQL is.
    pub fn database(&self) -> &url::Url {
        &self.database.as_ref().expect("it keeps things in PostgreSQL").url
    }

    pub fn command(&self, crash_at: Option<&str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .env("COUNTERSIGN_LISTEN", "127.0.0.1:0")
            .env("COUNTERSIGN_DATA_DIR", self.data())
            .env("COUNTERSIGN_SITE_DIR", self.folder.path())
            .env("COUNTERSIGN_TEST_PROVIDERS", "scripted")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.log());
        if let Some(database) = &self.database {
            command.env("COUNTERSIGN_DATABASE_URL", database.url.as_str());
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        if let Some(place) = crash_at {
            command.env("COUNTERSIGN_CRASH_AT", place);
        }
        command
    }

    pub fn start(&self, crash_at: Option<&str>) -> Server {
        self.make_site();
        let mut child = self.command(crash_at).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let address = words.iter().find_map(|word| word.strip_prefix("http://")?.parse().ok());
        let link =
            words.iter().find(|word| word.contains("/welcome/")).map(|link| (*link).to_owned());
        let address =
            address.unwrap_or_else(|| panic!("it didn't start: {line}{}", self.read_log()));
        Server { child, address, link }
    }

    /// One line for each effect that the provider `scripted` had.
    pub fn effects(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.data().join("scripted-effects.txt"));
        text.unwrap_or_default().lines().map(str::to_owned).collect()
    }

    pub fn read_log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log.txt")).unwrap_or_default()
    }

    /// What a built site has, as far as anybody looks.
    fn make_site(&self) {
        std::fs::create_dir_all(self.folder.path().join("pkg")).unwrap();
    }

    pub fn database_url(&self) -> &url::Url {
        &self.database.as_ref().expect("it keeps things in PostgreSQL").url
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> File {
        let path = self.folder.path().join("log.txt");
        File::options().append(true).create(true).open(path).unwrap()
    }
}

impl Server {
    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As a service manager stops it.
    pub fn terminate(&mut self) {
        self.signal("-TERM");
    }

    /// Sends a signal, such as `-STOP`.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// How it ended, if it does so within this time.
    pub fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let begun = Instant::now();
        loop {
            match self.child.try_wait().unwrap() {
                None if begun.elapsed() < within => thread::sleep(Duration::from_millis(5)),
                ended => return ended,
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
