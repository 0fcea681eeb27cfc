//! The doors: what every request passes, and the endpoints. They translate; they decide nothing.

mod actions;
mod api;
pub mod body;
mod build;
mod callbacks;
pub mod caller;
mod cookie;
mod functions;
pub mod guard;
pub mod headers;
mod keys;
pub mod limits;
mod live;
mod metrics;
pub mod page;
mod path;
mod prefer;
mod problem;
pub mod query;
pub mod request_id;
pub mod router;
pub mod serve;
pub mod sign_in;
mod site;
mod source;
#[cfg(test)]
mod tests;
mod turned_away;
mod upload;

use std::sync::Arc;

use app::api::port::{AccountService, RunService, ThreadService};
use axum::{
    Router,
    extract::FromRef,
    middleware::{from_fn, from_fn_with_state},
};
use url::Url;

pub use self::{
    body::JsonBody,
    caller::{Signed, Visitor},
    cookie::CookieRule,
    headers::PageNonce,
    path::{PathId, PathText},
    problem::Problem,
    query::{StrictQuery, ThreadQuery},
    router::INSTANCE,
    source::{ClientSource, client_source},
};
use crate::{
    bridge::Bridge,
    config::{MetricsToken, TrustedProxies},
    observe::Metrics,
    ports::{Announcer, Census, Clock, Ids},
};

/// What the handlers work with.
#[derive(Clone)]
pub struct Doors {
    pub runs: Arc<dyn RunService>,
    pub threads: Arc<dyn ThreadService>,
    pub accounts: Arc<dyn AccountService>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    /// The address in people's browsers.
    pub public_url: Url,
    pub cookies: CookieRule,
    pub trusted_proxies: TrustedProxies,
    /// The largest upload, in MiB.
    pub upload_mib: u64,
    pub metrics: Arc<Metrics>,
    pub bridge: Bridge,
    pub announcer: Arc<dyn Announcer>,
    pub census: Arc<dyn Census>,
    /// Without one nobody may read the figures.
    pub metrics_token: Option<MetricsToken>,
}

impl FromRef<Doors> for Arc<dyn AccountService> {
    fn from_ref(doors: &Doors) -> Self {
        doors.accounts.clone()
    }
}

impl FromRef<Doors> for Arc<dyn Clock> {
    fn from_ref(doors: &Doors) -> Self {
        doors.clock.clone()
    }
}

impl FromRef<Doors> for Arc<dyn Ids> {
    fn from_ref(doors: &Doors) -> Self {
        doors.ids.clone()
    }
}

/// Puts every layer that guards the whole router around it; call it last. The outermost is written
/// last. Sizes and times differ between routes: see [`limits::ordinary`] and [`limits::uploads`].
pub fn guarded(router: Router, doors: &Doors) -> Router {
    router
        .layer(limits::panics())
        .layer(from_fn(limits::refusals))
        .layer(from_fn_with_state(doors.clone(), guard::layer))
        .layer(from_fn(limits::heads))
        .layer(from_fn_with_state(doors.clone(), headers::layer))
        .layer(from_fn_with_state(doors.ids.clone(), request_id::layer))
        .layer(from_fn_with_state(doors.clone(), metrics::layer))
}
