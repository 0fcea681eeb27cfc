//! The session's cookie.

use app::api::port::SessionToken;
use http::{HeaderMap, HeaderName, HeaderValue, header::COOKIE};
use url::Url;

/// As long as a session can live; the server ends it earlier where it must.
const MAX_AGE: u32 = 7 * 24 * 60 * 60;

/// What goes with the removal of the cookie: nothing that the browser kept stays.
#[must_use]
pub fn clear_site() -> (HeaderName, HeaderValue) {
    let stores = HeaderValue::from_static("\"cache\", \"storage\"");
    (HeaderName::from_static("clear-site-data"), stores)
}

/// How the cookie is named and guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieRule {
    /// Over https only; browsers hold the `__Host-` name to it. Plain http is for loopback.
    secure: bool,
}

impl CookieRule {
    #[must_use]
    pub fn of(public_url: &Url) -> Self {
        Self { secure: public_url.scheme() == "https" }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.secure { "__Host-countersign" } else { "countersign" }
    }

    /// `Set-Cookie` that signs in.
    #[must_use]
    pub fn set(self, token: &SessionToken) -> HeaderValue {
        self.header(&token.0, MAX_AGE)
    }

    /// `Set-Cookie` that forgets.
    #[must_use]
    pub fn removal(self) -> HeaderValue {
        self.header("", 0)
    }

    /// The token that a request carries. Two different ones are none: somebody planted one.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<SessionToken> {
        let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = pairs.flat_map(|value| value.split(';'));
        let named = pairs.filter_map(|pair| pair.trim().strip_prefix(self.name()));
        let mut values = named.filter_map(|rest| rest.strip_prefix('='));
        let first = values.next()?;
        values.all(|other| other == first).then(|| SessionToken(first.to_owned()))
    }

    fn header(self, value: &str, max_age: u32) -> HeaderValue {
        let (name, secure) = (self.name(), if self.secure { "; Secure" } else { "" });
        let text =
            format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).expect("tokens are hexadecimal digits")
    }
}
