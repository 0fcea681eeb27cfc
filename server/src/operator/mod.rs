//! What an operator asks of the program besides serving: a backup, a restore, and whether all is well.

mod backup;
mod contents;
mod doctor;
mod manifest;
mod restore;

pub use backup::backup;
pub use doctor::{Finding, Level, doctor};
pub use restore::restore;

use std::path::Path;

use crate::{files::FilesError, ports::StoreError};

/// Why it didn't work, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("{0}")]
    Refused(String),
}

fn refused(words: impl Into<String>) -> Fault {
    Fault::Refused(words.into())
}

fn unusable(path: &Path) -> impl FnOnce(std::io::Error) -> Fault {
    move |error| refused(format!("{} can't be used: {error}", path.display()))
}
