//! Who looks at the page, and how they like it: known before anything is rendered.

use domain::access::{Caller, Role};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    error::ApiError,
    wire::{Answer, Wire},
};

/// What every page knows about its reader. It is part of the page, so the browser has it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// `None` when nobody is signed in.
    pub caller: Option<Caller>,
    pub theme: Theme,
}

/// Which colours the reader chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Those of the system.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Session {
    /// The session that the page was rendered for, on the server and in the browser.
    #[must_use]
    pub fn shared() -> Self {
        SharedValue::<Self, Wire>::new_with_encoding(Self::of_request).into_inner()
    }

    /// The session of the page that is shown.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// Whether there is a caller with at least this role.
    #[must_use]
    pub fn is_at_least(&self, role: Role) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.role >= role)
    }

    #[cfg(feature = "ssr")]
    pub(crate) fn of_request() -> Self {
        use crate::api::port::ServerContext;

        // Without a context the routes are only being listed.
        let caller = use_context::<ServerContext>().and_then(|context| context.caller);
        let theme = super::answer::read("theme").and_then(|name| Theme::from_name(&name));
        Self { caller, theme: theme.unwrap_or_default() }
    }

    #[cfg(not(feature = "ssr"))]
    fn of_request() -> Self {
        Self::default()
    }
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Auto];

    /// The name in forms and in the cookie.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The value of `data-theme`; `None` lets the system decide.
    #[must_use]
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light | Self::Dark => Some(self.name()),
        }
    }

    #[must_use]
    pub const fn color_scheme(self) -> &'static str {
        match self {
            Self::Auto => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// `text`, if it is a path on this server: what may stand in `next` and other places that a link from
/// outside can fill.
#[must_use]
pub fn local_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    // Browsers read `\` as `/`, and drop tabs and line ends.
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && !rest.starts_with('/')).then_some(text)
}

/// A value in the query of an address.
#[must_use]
pub fn in_query(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// The address of the sign-in page that leads back to `path`.
#[must_use]
pub fn sign_in_address(path: &str) -> String {
    format!("/sign-in?next={}", in_query(path))
}

/// Answers the request for a page with a redirect, or moves there in the browser.
#[component]
pub fn Redirection(
    /// A path on this server.
    #[prop(into)]
    to: String,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    super::answer::see_other(&to);
    #[cfg(not(feature = "ssr"))]
    leptos_router::hooks::use_navigate()(&to, Default::default());
}

/// Keeps the choice of colours in a cookie and goes back to where it was made.
#[server(prefix = "/ui", endpoint = "set_theme", output = Answer)]
pub async fn set_theme(
    #[server(default)] theme: String,
    /// The page to go back to.
    #[server(default)]
    back: String,
) -> Result<(), ApiError> {
    if let Some(theme) = Theme::from_name(&theme) {
        let name = theme.name();
        super::answer::set(&format!("theme={name}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
    leptos_axum::redirect(local_path(&back).unwrap_or("/inbox"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_on_this_server_is_followed() {
        for path in ["/inbox", "/runs?status=failed&cursor=a%2Fb", "/"] {
            assert_eq!(local_path(path), Some(path));
        }
        for other in
            ["", "inbox", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://a.b/"]
        {
            assert_eq!(local_path(other), None, "{other}");
        }
    }

    #[test]
    fn the_way_back_survives_the_sign_in_page() {
        assert_eq!(
            sign_in_address("/runs?status=failed&a=ü"),
            "/sign-in?next=/runs%3Fstatus%3Dfailed%26a%3D%C3%BC"
        );
    }
}
