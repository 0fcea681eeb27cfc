//! Where a request comes from, for counting failures.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use http::{Extensions, HeaderMap, request::Parts};

use super::Doors;
use crate::config::TrustedProxies;

/// The client's address, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSource(pub String);

impl<S> FromRequestParts<S> for ClientSource
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let trusted = &Doors::from_ref(state).trusted_proxies;
        Ok(Self(of(&parts.headers, &parts.extensions, trusted)))
    }
}

/// The client of a request.
pub(super) fn of(headers: &HeaderMap, extensions: &Extensions, trusted: &TrustedProxies) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(
        || "unknown".to_owned(),
        |ConnectInfo(peer)| client_source(peer.ip(), headers, trusted),
    )
}

/// The client behind `peer`. `X-Forwarded-For` counts only as far as trusted proxies wrote it: from
/// the right, up to the first address that is none of them.
#[must_use]
pub fn client_source(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> String {
    let mut client = peer.to_canonical();
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for address in forwarded.into_iter().rev() {
        if !trusted.contains(client) {
            break;
        }
        let Ok(address) = address.parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    match client {
        IpAddr::V4(address) => address.to_string(),
        // One customer has a whole network of 2⁶⁴ addresses.
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}
