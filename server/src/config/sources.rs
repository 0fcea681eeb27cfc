//! The file and the environment, key by key, and the faults found on the way.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    fault::{Fault, Place},
    values::{Given, Wrong},
};
use crate::nearest::nearest;

pub(super) const KEYS: [&str; 23] = [
    "listen",
    "public_url",
    "data_dir",
    "database_url",
    "redis_url",
    "site_dir",
    "log.format",
    "log.filter",
    "files.url",
    "limits.upload_mib",
    "limits.uploads_per_day_mib",
    "limits.database_connections",
    "agents.pending",
    "agents.per_hour",
    "agents.limits",
    "callbacks.allow",
    "links.allow",
    "metrics.token",
    "retention.runs_days",
    "retention.files_days",
    "retention.decisions",
    "test_providers",
    "trusted_proxies",
];
const SECTIONS: [&str; 9] = [
    "log",
    "files",
    "files.options",
    "limits",
    "agents",
    "callbacks",
    "links",
    "metrics",
    "retention",
];
const OPTIONS: &str = "files.options.";
const PREFIX: &str = "COUNTERSIGN_";
/// Variables of the prefix that aren't settings: the command line's, and what tests switch on.
const NOT_SETTINGS: [&str; 4] = [
    "COUNTERSIGN_CONFIG",
    "COUNTERSIGN_CRASH",
    "COUNTERSIGN_TEST_DATABASE",
    "COUNTERSIGN_TEST_POSTGRES",
];
/// What agents are told to set, which may well be the shell that the server is started in.
const AGENTS_OWN: [&str; 2] = ["COUNTERSIGN_URL", "COUNTERSIGN_KEY"];

pub(super) struct Sources {
    file: PathBuf,
    /// What the file holds, by dotted key.
    written: BTreeMap<String, toml::Value>,
    /// What the environment holds, by the variable's name.
    env: BTreeMap<String, String>,
    faults: Vec<Fault>,
}

impl Sources {
    pub(super) fn open(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let env = env
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX) || name == "LEPTOS_SITE_ROOT")
            .filter(|(name, _)| !NOT_SETTINGS.iter().any(|other| name.starts_with(other)))
            .filter(|(name, _)| !AGENTS_OWN.contains(&name.as_str()))
            .collect();
        let mut sources = Self {
            file: file.map(Path::to_owned).unwrap_or_default(),
            written: BTreeMap::new(),
            env,
            faults: Vec::new(),
        };
        if let Some(file) = file {
            match table(file) {
                Ok(table) => flatten(String::new(), table, &mut sources.written),
                Err(fault) => sources.faults.push(fault),
            }
        }
        sources
    }

    pub(super) fn is_given(&self, key: &str) -> bool {
        self.env.contains_key(&variable(key))
            || self.written.contains_key(key)
            || alias(key).is_some_and(|name| self.env.contains_key(name))
    }

    /// The value of a key; `None` if it isn't set, or is at fault.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&Given) -> Result<T, Wrong>,
    ) -> Option<T> {
        let (place, given) = self.take(key)?;
        match parse(&given) {
            Ok(value) => Some(value),
            Err((problem, write)) => {
                self.faults.push(Fault { place, key: key.to_owned(), problem, write });
                None
            }
        }
    }

    /// Everything under `[files.options]`, and `COUNTERSIGN_FILES_OPTIONS_…`.
    pub(super) fn options(&mut self) -> BTreeMap<String, String> {
        let prefix = variable(OPTIONS);
        let names = self.written.keys().filter_map(|key| key.strip_prefix(OPTIONS));
        let variables = self.env.keys().filter_map(|name| name.strip_prefix(&prefix));
        let mut keys: Vec<String> =
            names.map(str::to_owned).chain(variables.map(str::to_lowercase)).collect();
        keys.sort();
        keys.dedup();
        let mut options = BTreeMap::new();
        for key in keys {
            let value = self.read(&format!("{OPTIONS}{key}"), |given| {
                let text = given.text().map(str::to_owned);
                text.ok_or_else(|| ("is not a text".into(), "write its value in quotes".into()))
            });
            options.extend(value.map(|value| (key, value)));
        }
        options
    }

    /// Reports a key that isn't there.
    pub(super) fn missing(&mut self, key: &str, problem: &str, write: &str) {
        self.faults.push(Fault {
            place: Place::Missing,
            key: key.to_owned(),
            problem: problem.to_owned(),
            write: format!("{write}, or set {}", variable(key)),
        });
    }

    /// All faults; what nobody asked for is a fault too.
    pub(super) fn close(mut self) -> Vec<Fault> {
        for key in self.written.into_keys() {
            let write = suggestion(&key, KEYS.iter().chain(&SECTIONS).map(|key| (*key).to_owned()));
            let place = Place::File(self.file.clone());
            self.faults.push(Fault { place, key, problem: "is not a setting".to_owned(), write });
        }
        for name in self.env.into_keys().filter(|name| name.starts_with(PREFIX)) {
            let write = suggestion(&name, KEYS.iter().map(|key| variable(key)));
            let problem = "is not a setting".to_owned();
            self.faults.push(Fault { place: Place::Env(name), key: String::new(), problem, write });
        }
        self.faults
    }

    fn take(&mut self, key: &str) -> Option<(Place, Given)> {
        let name = variable(key);
        let written = self.written.remove(key);
        if let Some(text) = self.env.remove(&name) {
            return Some((Place::Env(name), Given::Env(text)));
        }
        if let Some(value) = written {
            return Some((Place::File(self.file.clone()), Given::File(value)));
        }
        let alias = alias(key)?;
        let text = self.env.remove(alias)?;
        Some((Place::Env(alias.to_owned()), Given::Env(text)))
    }
}

pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// The name that other tools around Leptos use.
fn alias(key: &str) -> Option<&'static str> {
    (key == "site_dir").then_some("LEPTOS_SITE_ROOT")
}

fn suggestion(wrong: &str, known: impl Iterator<Item = String>) -> String {
    match nearest(wrong, known) {
        Some(key) => format!("write `{key}` if that is meant, or take it out"),
        None => "take it out".to_owned(),
    }
}

fn table(file: &Path) -> Result<toml::Table, Fault> {
    let fault = |problem: String, write: &str| Fault {
        place: Place::File(file.to_owned()),
        key: String::new(),
        problem,
        write: write.to_owned(),
    };
    let text = std::fs::read_to_string(file).map_err(|error| {
        fault(format!("can't be read: {error}"), "give the path of a file that is there")
    })?;
    text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |at| text[..at.start].lines().count().max(1));
        let message = error.message();
        fault(format!("line {line} is not TOML: {message}"), "write `key = value` there")
    })
}

fn flatten(path: String, table: toml::Table, into: &mut BTreeMap<String, toml::Value>) {
    for (key, value) in table {
        let path = if path.is_empty() { key } else { format!("{path}.{key}") };
        match value {
            toml::Value::Table(inner)
                if SECTIONS.contains(&path.as_str())
                    || !(inner.is_empty() || KEYS.contains(&path.as_str())) =>
            {
                flatten(path, inner, into);
            }
            value => {
                into.insert(path, value);
            }
        }
    }
}
