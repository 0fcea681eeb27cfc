//! What became of a form's change: a code in the address of the page that comes next, and a sentence on it.

#[cfg(feature = "ssr")]
use crate::error::ApiError;

/// What became of a form that says nothing that could be understood, wherever it leads to.
pub const UNREADABLE: Notice =
    Notice::refused("unreadable", "This could not be read; nothing was done.");

/// The codes of what the server refuses; each page has its own words for them.
pub const INVALID: &str = "invalid";
pub const NOT_POSSIBLE: &str = "not-possible";
pub const FORBIDDEN: &str = "forbidden";
pub const NOT_FOUND: &str = "unknown";
pub const FAILED: &str = "failed";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    pub code: &'static str,
    /// It was done as asked.
    pub good: bool,
    pub text: &'static str,
}

impl Notice {
    #[must_use]
    pub const fn done(code: &'static str, text: &'static str) -> Self {
        Self { code, good: true, text }
    }

    #[must_use]
    pub const fn refused(code: &'static str, text: &'static str) -> Self {
        Self { code, good: false, text }
    }

    /// Anything else in an address is nothing.
    #[must_use]
    pub fn from_code(all: &[Self], code: &str) -> Option<Self> {
        all.iter().find(|notice| notice.code == code).copied()
    }
}

/// Leads to the page, which says what became of it; whoever isn't signed in has to sign in first.
#[cfg(feature = "ssr")]
pub fn show(page: &str, outcome: Result<Notice, ApiError>) {
    let code = match &outcome {
        Ok(done) => done.code,
        Err(ApiError::NotSignedIn) => {
            return leptos_axum::redirect(&super::session::sign_in_address(page));
        }
        Err(error) => code_of(error),
    };
    leptos_axum::redirect(&format!("{page}?notice={code}"));
}

#[cfg(feature = "ssr")]
const fn code_of(error: &ApiError) -> &'static str {
    match error {
        ApiError::Invalid(_) | ApiError::BadRequest(_) => INVALID,
        ApiError::NotPossible(_) => NOT_POSSIBLE,
        ApiError::Forbidden(_) => FORBIDDEN,
        ApiError::NotFound(_) => NOT_FOUND,
        _ => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{keys_notice, people_notice};

    #[test]
    fn each_page_has_words_for_each_refusal_and_one_notice_a_code() {
        for all in [&keys_notice::ALL[..], &people_notice::ALL[..]] {
            for code in [INVALID, NOT_POSSIBLE, FORBIDDEN, NOT_FOUND, FAILED] {
                assert!(Notice::from_code(all, code).is_some_and(|notice| !notice.good), "{code}");
            }
            for notice in all {
                assert_eq!(Notice::from_code(all, notice.code), Some(*notice));
            }
            assert_eq!(Notice::from_code(all, "<script>"), None);
        }
    }
}
