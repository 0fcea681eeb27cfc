//! What became of a change to a key, as a code in an address and as a sentence.

use crate::error::ApiError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    Made,
    Revoked,
    /// The input was refused.
    Invalid,
    /// There are too many keys.
    NotPossible,
    Forbidden,
    NotFound,
    Failed,
}

impl Notice {
    pub const ALL: [Self; 7] = [
        Self::Made,
        Self::Revoked,
        Self::Invalid,
        Self::NotPossible,
        Self::Forbidden,
        Self::NotFound,
        Self::Failed,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Revoked => "revoked",
            Self::Invalid => "invalid",
            Self::NotPossible => "not-possible",
            Self::Forbidden => "forbidden",
            Self::NotFound => "unknown",
            Self::Failed => "failed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.code() == code)
    }

    #[must_use]
    pub const fn of(error: &ApiError) -> Self {
        match error {
            ApiError::Invalid(_) | ApiError::BadRequest(_) => Self::Invalid,
            ApiError::NotPossible(_) => Self::NotPossible,
            ApiError::Forbidden(_) => Self::Forbidden,
            ApiError::NotFound(_) => Self::NotFound,
            _ => Self::Failed,
        }
    }

    /// It was done as asked.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Made | Self::Revoked)
    }

    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            // The secret itself is shown once; this stands on the page afterwards.
            Self::Made => "The key was made. Its secret is not shown again.",
            Self::Revoked => "The key is revoked. It stopped working at once.",
            Self::Invalid => {
                "No key was made. Give a name of up to 100 characters, and no more than 3650 days."
            }
            Self::NotPossible => "No key was made: there are 100 keys in use. Revoke some first.",
            Self::Forbidden => "Nothing was changed. Only admins may make keys for agents.",
            Self::NotFound => "Nothing was changed. There is no such key.",
            Self::Failed => "Could not save. Nothing was changed. Try again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_leads_back_to_its_notice() {
        for notice in Notice::ALL {
            assert_eq!(Notice::from_code(notice.code()), Some(notice));
        }
        assert_eq!(Notice::from_code("<script>"), None);
    }
}
