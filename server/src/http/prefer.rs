//! `Prefer: wait=N` (RFC 7240): an answer that may be held back for a while.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};

/// In seconds.
pub const LONGEST_WAIT: u64 = 60;
const PREFER: HeaderName = HeaderName::from_static("prefer");
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The seconds that a request is willing to wait, at most [`LONGEST_WAIT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(Option<u64>);

impl Wait {
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
        let mut wishes = values.flat_map(|value| value.split([',', ';'])).map(str::trim);
        let seconds = wishes.find_map(|wish| {
            let (name, value) = wish.split_once('=')?;
            let named = name.trim().eq_ignore_ascii_case("wait");
            named.then(|| value.trim().trim_matches('"').parse::<u64>().ok()).flatten()
        });
        Self(seconds.map(|seconds| seconds.min(LONGEST_WAIT)))
    }

    pub fn time(self) -> Duration {
        Duration::from_secs(self.0.unwrap_or_default())
    }

    /// The answer, which says that the wish was heard.
    pub fn applied(self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        if let Some(seconds) = self.0 {
            let applied = HeaderValue::from_str(&format!("wait={seconds}")).expect("digits");
            response.headers_mut().insert(APPLIED, applied);
        }
        response
    }
}
