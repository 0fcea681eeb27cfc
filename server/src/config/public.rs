//! The address in people's browsers: links, cookies and the cross-site check go by it.

use std::net::SocketAddr;

use url::{Host, Url};

use super::{sources::Sources, values::Given};

const EXAMPLE: &str =
    "write the address in people's browsers, such as \"https://sign.example.org\"";

pub(super) fn read(from: &mut Sources, listen: SocketAddr) -> Option<Url> {
    let given = from.is_given("public_url");
    if !given && !listen.ip().is_loopback() {
        from.missing("public_url", "is needed when `listen` isn't a loopback address", EXAMPLE);
    }
    from.read("public_url", parse)
}

fn parse(given: &Given) -> Result<Url, (String, String)> {
    let wrong = |problem: &str| (problem.to_owned(), EXAMPLE.to_owned());
    let text = given.text().ok_or_else(|| wrong("is not a text"))?;
    let url: Url = text.parse().map_err(|error| wrong(&format!("is not a URL: {error}")))?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    match url.scheme() {
        "https" | "http" if !bare => Err(wrong("may only hold a scheme, a host and a port")),
        "http" if !is_loopback(&url) => {
            Err(wrong("has no https; plain http is only for this machine itself"))
        }
        "https" | "http" => Ok(url),
        _ => Err(wrong("is neither https nor http")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
