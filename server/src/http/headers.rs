//! Headers of every answer: what the browser may load, frame, keep and tell others.

use app::api::session::local_path;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LAST_MODIFIED, LOCATION,
        REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    },
};
use url::Url;

use super::{Doors, build};

/// The nonce of one answer. The layer puts it into the request's extensions, so that the page can
/// give it to its scripts.
#[derive(Debug, Clone)]
pub struct PageNonce(pub String);

const FIXED: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With `no-referrer`, browsers would send `Origin: null` with forms.
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Sets the headers; what a handler set itself for caching and content security stays.
pub async fn layer(State(doors): State<Doors>, mut request: Request, next: Next) -> Response {
    let nonce = nonce(&doors);
    request.extensions_mut().insert(PageNonce(nonce.clone()));
    let host = request.headers().get(http::header::HOST).cloned();
    let for_good = build::is_of_one_build(request.uri());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if doors.public_url.scheme() == "https" {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, policy(&nonce, &doors.public_url));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching(headers, for_good)));
    }
    keep_at_home(headers, &doors.public_url, host.as_ref());
    response
}

fn nonce(doors: &Doors) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(32);
    for byte in &doors.ids.secret()[..16] {
        write!(text, "{byte:02x}").expect("writing to a text can't fail");
    }
    text
}

fn policy(nonce: &str, public: &Url) -> HeaderValue {
    let socket = if public.scheme() == "https" { "wss" } else { "ws" };
    let host = public.origin().ascii_serialization();
    let host = host.split_once("://").map_or("", |(_, host)| host);
    let text = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' blob:; \
         connect-src 'self' {socket}://{host}; font-src 'self'; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         object-src 'none'"
    );
    HeaderValue::from_str(&text).expect("an origin and a nonce are plain ASCII")
}

/// Only files of the site have a `Last-Modified`. Those of one build never change; the names of the others don't when
/// they do, so the browser asks each time and is mostly told that nothing changed.
fn caching(headers: &HeaderMap, for_good: bool) -> &'static str {
    let html =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    match headers.contains_key(LAST_MODIFIED) {
        true if for_good => "public, max-age=31536000, immutable",
        true if !html => "no-cache",
        _ => "no-store",
    }
}

/// Redirects stay on this site, whatever a `Referer` or a form said.
fn keep_at_home(headers: &mut HeaderMap, public: &Url, host: Option<&HeaderValue>) {
    let Some(target) = headers.get(LOCATION) else { return };
    let home = target.to_str().ok().and_then(|target| path_here(target, public, host));
    let home = home.and_then(|path| HeaderValue::from_str(&path).ok());
    headers.insert(LOCATION, home.unwrap_or(HeaderValue::from_static("/")));
}

/// The target's path and query, if it is on this site.
fn path_here(target: &str, public: &Url, host: Option<&HeaderValue>) -> Option<String> {
    if let Some(path) = local_path(target) {
        return Some(path.to_owned());
    }
    let uri: Uri = target.parse().ok()?;
    let there = uri.authority()?.as_str();
    let public = public.origin().ascii_serialization();
    let known = public.split_once("://").is_some_and(|(_, authority)| authority == there)
        || host.is_some_and(|host| host == there);
    let path = uri.path_and_query()?.as_str();
    (known && matches!(uri.scheme_str(), Some("http" | "https")))
        .then(|| local_path(path).map(str::to_owned))
        .flatten()
}
