//! One thing that is wrong with the settings.

use std::{fmt, path::PathBuf};

/// Where a setting was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    File(PathBuf),
    /// The name of the environment variable.
    Env(String),
    /// It was set nowhere.
    Missing,
}

/// A fault: where, which key, what is wrong, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    /// As written in the file: `log.format`. Empty where the file as a whole is at fault.
    pub key: String,
    pub problem: String,
    pub write: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(file) => write!(f, "{}: ", file.display())?,
            Place::Env(name) => write!(f, "environment variable {name}: ")?,
            Place::Missing => {}
        }
        if !self.key.is_empty() {
            write!(f, "`{}` ", self.key)?;
        }
        write!(f, "{}; {}", self.problem, self.write)
    }
}

impl std::error::Error for Fault {}
