//! What is known before a payload is built: values, where each came from, and how sure that is.

use serde::{Deserialize, Serialize};

use crate::{digest::Digest, id::AttachmentId};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    /// A person filled it in or changed it at a checkpoint, or in the form that started the run.
    Form,
    /// The request named it.
    Request,
    /// An answer in plain words.
    Answer,
    /// An upload; the text says why this one.
    Attachment(String),
    /// Read out of the prompt.
    Prompt,
    /// The schema's default.
    Default,
}

impl Source {
    /// How sure a value from here is, from 0 to 1; `None` for defaults, which aren't guesses.
    #[must_use]
    pub const fn certainty(&self) -> Option<f64> {
        match self {
            Self::Form | Self::Request => Some(1.0),
            Self::Attachment(_) => Some(0.95),
            Self::Answer => Some(0.9),
            Self::Prompt => Some(0.92),
            Self::Default => None,
        }
    }

    /// The source in words: "from the prompt".
    #[must_use]
    pub fn describe(&self) -> &str {
        match self {
            Self::Form => "filled in",
            Self::Request => "from the request",
            Self::Answer => "from an answer",
            Self::Attachment(reason) => reason,
            Self::Prompt => "read from the prompt",
            Self::Default => "default",
        }
    }

    /// The order in which sources win: the lowest first.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Form => 0,
            Self::Request => 1,
            Self::Answer => 2,
            Self::Attachment(_) => 3,
            Self::Prompt => 4,
            Self::Default => 5,
        }
    }

    /// The user gave it, in so many words.
    #[must_use]
    pub const fn is_explicit(&self) -> bool {
        matches!(self, Self::Form | Self::Request)
    }
}

/// One value of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Known {
    pub field: String,
    /// The value as exact JSON text.
    pub value: String,
    pub source: Source,
}

/// What was read of a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub known: Vec<Known>,
    /// The parts of the prompt that came to nothing, short and few, as a person is told of them.
    pub unread: Vec<String>,
}

/// A file that a run uses, bound by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    pub id: AttachmentId,
    pub digest: Digest,
    pub name: String,
    pub media_type: String,
    pub size: u64,
}

/// How a payload names a file: by its content, so that approving the text approves the bytes.
#[must_use]
pub fn file_value(digest: &Digest) -> String {
    format!("sha256:{digest}")
}

/// The digest in a payload's file value; `None` if it is no such value.
#[must_use]
pub fn file_digest(value: &str) -> Option<Digest> {
    value.strip_prefix("sha256:").and_then(|digits| digits.parse().ok())
}
