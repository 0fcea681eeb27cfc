//! Who may read the figures.

use std::fmt;

use domain::digest::Digest;

use super::values::{Given, Wrong};

/// Short ones could be guessed.
const SHORTEST: usize = 32;

/// The secret that `GET /metrics` asks for; only its digest is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MetricsToken(Digest);

impl MetricsToken {
    /// Compares digests: how long that takes says nothing about the secret.
    #[must_use]
    pub fn is(&self, token: &str) -> bool {
        Digest::of(token.as_bytes()) == self.0
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsToken")
    }
}

/// What is wrong never quotes what was written.
pub(super) fn token(given: &Given) -> Result<MetricsToken, Wrong> {
    let fits = |text: &&str| text.len() >= SHORTEST && text.chars().all(|c| c.is_ascii_graphic());
    given.text().filter(fits).map(|text| MetricsToken(Digest::of(text.as_bytes()))).ok_or_else(
        || {
            let problem = format!("is not a text of {SHORTEST} or more plain characters");
            (problem, "write what `openssl rand -hex 32` prints".to_owned())
        },
    )
}
