//! What is wrong with a value, where, and what would mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much an issue matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    Info,
    Warning,
    /// Blocks: nothing may be called while it stands.
    Error,
}

impl Severity {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding about one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Issue {
    /// JSON Pointer (RFC 6901) to the field; empty for the whole document.
    pub field: String,
    /// What is wrong, in words that say what would be right.
    pub issue: String,
    pub severity: Severity,
    /// What a person could do about it.
    pub suggested_fix: Option<String>,
    /// JSON text of a value that would mend it, if there is one obvious value.
    pub fix: Option<String>,
}

impl Issue {
    /// A blocking issue.
    #[must_use]
    pub fn error(field: impl Into<String>, issue: impl Into<String>) -> Self {
        let (field, issue) = (field.into(), issue.into());
        Self { field, issue, severity: Severity::Error, suggested_fix: None, fix: None }
    }

    /// An issue that a person should see and that blocks nothing.
    #[must_use]
    pub fn warning(field: impl Into<String>, issue: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(field, issue) }
    }

    #[must_use]
    pub fn suggesting(mut self, what: impl Into<String>) -> Self {
        self.suggested_fix = Some(what.into());
        self
    }

    /// Adds the JSON text of a value that mends the issue.
    #[must_use]
    pub fn fixed_by(mut self, json: impl Into<String>) -> Self {
        self.fix = Some(json.into());
        self
    }

    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.trim_start_matches('/') {
            "" => f.write_str(&self.issue),
            field => write!(f, "{field}: {}", self.issue),
        }
    }
}

/// How many of the issues block.
#[must_use]
pub fn blocking(issues: &[Issue]) -> usize {
    issues.iter().filter(|issue| issue.blocks()).count()
}
