//! What a page of Leptos gets from its request.

use app::api::port::ServerContext;
use http::request::Parts;
use leptos::{
    nonce::Nonce,
    prelude::{provide_context, use_context},
};

use super::{Doors, PageNonce, Visitor};

/// Provides the nonce of the answer's policy and the request's [`ServerContext`]. To be called in
/// `leptos_routes_with_context` and for server functions, behind [`super::headers::layer`] and
/// [`super::caller::attach`].
pub fn provide(doors: &Doors) {
    // A file of the site is served without: it has no use for either.
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(PageNonce(nonce)) = parts.extensions.get() {
        // In place of the one that Leptos made: the header must name the same.
        provide_context(Nonce::from_value(nonce.as_str()));
    }
    provide_context(context(doors, &parts));
}

/// The context of a request that went through [`super::caller::attach`].
#[must_use]
pub fn context(doors: &Doors, parts: &Parts) -> ServerContext {
    let caller = parts.extensions.get::<Visitor>().and_then(|Visitor(caller)| caller.clone());
    ServerContext {
        runs: doors.runs.clone(),
        threads: doors.threads.clone(),
        accounts: doors.accounts.clone(),
        caller,
        now: doors.clock.now(),
        fresh: doors.ids.uuid(),
        https: doors.public_url.scheme() == "https",
    }
}
