//! No other site may make a browser act here, and no key may stand in an address.

use app::error::ApiError;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, Method,
    header::{AUTHORIZATION, ORIGIN},
};

use super::{Doors, Problem};

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Refuses what changes something unless the browser says that it comes from this very site. Goes
/// around the whole router.
pub async fn layer(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    if request.uri().query().is_some_and(holds_key) {
        tracing::warn!(audit = "key_in_address", "a key stood in an address; revoke it");
        let message = "a key in an address ends up in logs: revoke it, and send the next one in the \
                       header `Authorization: Bearer …`";
        return Problem(ApiError::BadRequest(message.to_owned())).into_response();
    }
    let origin = doors.public_url.origin().ascii_serialization();
    if is_allowed(request.method(), request.headers(), &origin) {
        return next.run(request).await;
    }
    tracing::warn!("a request from another site was refused");
    let message = "this came from another site; open Countersign itself and try again";
    Problem(ApiError::Forbidden(message.to_owned())).into_response()
}

/// The rule, for the handshake of a socket too, which is a `GET` that needs it all the same.
#[must_use]
pub fn is_same_site(headers: &HeaderMap, origin: &str) -> bool {
    // Two headers of a name that may stand once: somebody plays with parsers.
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    let mut origins = headers.get_all(ORIGIN).iter();
    let (site, from) = (sites.next(), origins.next());
    if sites.next().is_some() || origins.next().is_some() {
        return false;
    }
    match (site, from) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(from)) => from == origin,
        (None, None) => headers.contains_key(AUTHORIZATION),
    }
}

/// A secret of ours in a query; see `accounts::key_secret`.
fn holds_key(query: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    query.match_indices("csk_").any(|(at, prefix)| digits(&query[at + prefix.len()..]) >= 64)
}

fn is_allowed(method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || is_same_site(headers, origin)
}
