//! What shows who makes a call: the cookie of a session, or a key.

use utoipa::openapi::{
    Components,
    path::Operation,
    security::{
        ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
    },
};

/// The name of the cookie in the description; over https it has a prefix.
pub(in crate::http::api) const SESSION: &str = "session";
/// The name of keys in the description.
pub(in crate::http::api) const KEY: &str = "key";

/// Writes down both ways.
pub(super) fn schemes(components: &mut Components) {
    let cookie = ApiKeyValue::with_description(
        "countersign",
        "What `POST /api/auth/session` sets. Over https its name is `__Host-countersign`. \
         Changes need `Sec-Fetch-Site: same-origin` or this server's own `Origin` with it.",
    );
    let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "A key that somebody made on the page “Keys”, for a program. With it, cookies don't count.",
    ));
    let schemes = &mut components.security_schemes;
    schemes.insert(SESSION.to_owned(), SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    schemes.insert(KEY.to_owned(), SecurityScheme::Http(key.build()));
}

/// Writes down what a call takes that isn't for everybody.
pub(super) fn add(path: &str, method: &str, operation: &mut Operation) {
    let mut ways = vec![way(SESSION)];
    if !needs_session(path, method) {
        ways.push(way(KEY));
    }
    operation.security = Some(ways);
}

/// Keys make no keys and manage no people, and they have no session to end.
fn needs_session(path: &str, method: &str) -> bool {
    let manages = ["/api/auth/keys", "/api/auth/people"].iter().any(|of| path.starts_with(of));
    manages || (path, method) == ("/api/auth/session", "delete")
}

fn way(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new::<_, [&str; 0], &str>(scheme, [])
}
