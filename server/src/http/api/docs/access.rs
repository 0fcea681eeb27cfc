//! How one is let in: in general, and at each operation.

use leptos::prelude::*;
use serde_json::Value;

use crate::http::api::openapi::{KEY, SESSION};

/// Where the section is, for the table of contents.
pub(super) const PLACE: &str = "authentication";

pub(super) fn section() -> impl IntoView {
    view! {
        <section aria-labelledby=PLACE>
            <h2 id=PLACE>"Authentication"</h2>
            <p>
                "A program sends "<code>"Authorization: Bearer …"</code>" with a key from the page "
                <a href="/keys">"Keys"</a>". A browser sends the cookie of its session, and whatever changes "
                "something needs this server's own "<code>"Origin"</code>" or "
                <code>"Sec-Fetch-Site: same-origin"</code>" with it."
            </p>
        </section>
    }
}

/// What an operation takes, in words.
pub(super) fn needed(operation: &Value) -> &'static str {
    let ways = operation["security"].as_array();
    let takes =
        |scheme: &str| ways.is_some_and(|ways| ways.iter().any(|way| way.get(scheme).is_some()));
    match (takes(SESSION), takes(KEY)) {
        (_, true) => "Takes a key or a session.",
        (true, false) => "Takes a session; a key can't do it.",
        (false, false) => "For everybody.",
    }
}
