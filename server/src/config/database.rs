//! Where PostgreSQL is.

use std::fmt;

use url::Url;

use super::values::{Given, Wrong};

const EXAMPLE: &str = "write \"postgres://user:password@host:5432/database\", with what a URL can't hold \
                       as %XX, or leave it out for SQLite in the data folder";

/// The URL of a database. It may hold a password, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Url);

impl DatabaseUrl {
    /// The whole URL, for whoever connects.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://…", self.0.scheme())
    }
}

/// Three are kept for this instance's own tasks.
pub(super) fn connections(given: &Given) -> Result<u32, Wrong> {
    const FEWEST: i64 = 4;
    const MOST: i64 = 1000;
    match given.number() {
        Some(number @ FEWEST..=MOST) => Ok(number as u32),
        _ => Err((
            "is not a number of connections".to_owned(),
            format!("write a whole number from {FEWEST} to {MOST}, without quotes in the file"),
        )),
    }
}

/// What is wrong never quotes what was written.
pub(super) fn parse(given: &Given) -> Result<DatabaseUrl, Wrong> {
    let wrong = |problem: &str| (problem.to_owned(), EXAMPLE.to_owned());
    let text = given.text().ok_or_else(|| wrong("is not a text"))?;
    let url: Url = text.parse().map_err(|error| wrong(&format!("is not a URL: {error}")))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(wrong("is not the URL of a PostgreSQL database"));
    }
    if url.path().trim_matches('/').is_empty() {
        return Err(wrong("names no database"));
    }
    Ok(DatabaseUrl(url))
}
