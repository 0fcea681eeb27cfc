//! Why a picture could not be edited, by what a person can do about it.

use serde::{Deserialize, Serialize};

/// The message of each variant is meant for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "fault", content = "detail", rename_all = "snake_case")]
pub enum ImageFault {
    /// A value that a person can correct; `field` is the payload's property.
    #[error("{field}: {message}")]
    Invalid {
        field: String,
        message: String,
        /// The range or choices in words, where there are any.
        allowed: Option<String>,
    },
    /// The bytes are no picture, or a damaged one.
    #[error("{message}")]
    NotAPicture { message: String },
    /// A limit of size, pixels or memory.
    #[error("{message} (limit: {limit})")]
    TooLarge { message: String, limit: String },
    #[error("The picture took longer than {limit_ms} ms. Use a smaller picture or fewer steps.")]
    TooSlow { limit_ms: u64 },
    /// Ours, not the person's; the text is for the log.
    #[error("The picture could not be edited: {message}")]
    Internal { message: String },
}

impl ImageFault {
    pub(super) fn invalid(
        field: &str,
        message: impl Into<String>,
        allowed: Option<String>,
    ) -> Self {
        Self::Invalid { field: field.to_owned(), message: message.into(), allowed }
    }

    pub(super) fn internal(message: impl ToString) -> Self {
        Self::Internal { message: message.to_string() }
    }

    pub(super) fn memory() -> Self {
        Self::TooLarge {
            message:
                "The picture needs more memory than is allowed. Crop it or choose a smaller size."
                    .to_owned(),
            limit: format!("{} MiB", super::CHILD_MEMORY / 1024 / 1024),
        }
    }
}
