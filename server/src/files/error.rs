//! Why a file could not be stored or read.

use domain::digest::Digest;
use std::error::Error;
use std::io::{self, ErrorKind};

/// Told apart by what the caller can answer.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("the file is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    /// No room; reads go on.
    #[error("there is no room left for files")]
    Full,
    /// What is stored under this name is something else.
    #[error("the stored file {sha256} is damaged")]
    Damaged { sha256: Digest },
    /// The sender broke off.
    #[error("the upload broke off: {0}")]
    Upload(#[source] io::Error),
    /// The place where files are kept fails or refuses.
    #[error("the file store failed: {0}")]
    Store(#[source] Box<dyn Error + Send + Sync>),
    #[error("{0}")]
    Configuration(String),
}

impl FilesError {
    pub(super) fn store(error: impl Error + Send + Sync + 'static) -> Self {
        if is_full(&error) { Self::Full } else { Self::Store(Box::new(error)) }
    }
}

/// The reason may be wrapped several times.
fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            if matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
                return true;
            }
            // An io::Error hides what it wraps from `source`.
            if io.get_ref().is_some_and(|inner| is_full(inner)) {
                return true;
            }
        }
        next = error.source();
    }
    false
}
