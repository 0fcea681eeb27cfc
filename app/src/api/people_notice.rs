//! What became of a change to an account, as a code in an address and as a sentence.

use crate::error::ApiError;

/// What became of a change to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    Invited,
    LinkMade,
    RoleChanged,
    Disabled,
    Enabled,
    /// The input was refused.
    Invalid,
    /// The address is taken, or it would leave the server without an admin.
    NotPossible,
    Forbidden,
    NotFound,
    Failed,
}

impl Notice {
    pub const ALL: [Self; 10] = [
        Self::Invited,
        Self::LinkMade,
        Self::RoleChanged,
        Self::Disabled,
        Self::Enabled,
        Self::Invalid,
        Self::NotPossible,
        Self::Forbidden,
        Self::NotFound,
        Self::Failed,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::LinkMade => "link",
            Self::RoleChanged => "role",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
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
        matches!(
            self,
            Self::Invited | Self::LinkMade | Self::RoleChanged | Self::Disabled | Self::Enabled
        )
    }

    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Invited => "Invited.",
            Self::LinkMade => "A new link was made. Their sessions have ended.",
            Self::RoleChanged => "The role was changed. It counts at once.",
            Self::Disabled => "The account is disabled. Its sessions have ended.",
            Self::Enabled => "The account is enabled again.",
            Self::Invalid => {
                "Nothing was changed. Give a name and an e-mail address like mara@example.org."
            }
            Self::NotPossible => {
                "Nothing was changed. Either this address has an account already, or it would leave \
                 the server without an active admin."
            }
            Self::Forbidden => "Nothing was changed. Only admins may do this.",
            Self::NotFound => "Nothing was changed. There is no such person.",
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
