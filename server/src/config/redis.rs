//! Where Redis is.

use std::fmt;

use url::Url;

use super::values::{Given, Wrong};

const EXAMPLE: &str = "write \"redis://:password@host:6379/0\", or rediss:// with TLS";

/// The URL of a Redis server. It may hold a password, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(Url);

impl RedisUrl {
    /// The whole URL, for whoever connects.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Host and port, for people.
    #[must_use]
    pub fn place(&self) -> String {
        const PORT: u16 = 6379;
        format!("{}:{}", self.0.host_str().unwrap_or_default(), self.0.port().unwrap_or(PORT))
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://…", self.0.scheme())
    }
}

/// What is wrong never quotes what was written.
pub(super) fn parse(given: &Given) -> Result<RedisUrl, Wrong> {
    let wrong = |problem: &str| (problem.to_owned(), EXAMPLE.to_owned());
    let text = given.text().ok_or_else(|| wrong("is not a text"))?;
    let url: Url = text.parse().map_err(|error| wrong(&format!("is not a URL: {error}")))?;
    if !matches!(url.scheme(), "redis" | "rediss") || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("is not the URL of a Redis server"));
    }
    let number = url.path().trim_matches('/');
    if !number.is_empty() && number.parse::<u32>().is_err() {
        return Err(wrong("names no database by its number"));
    }
    Ok(RedisUrl(url))
}
