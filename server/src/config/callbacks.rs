//! Where agents may be called back, and files fetched from, beside the public Internet.

use super::values::{Given, Wrong, wrong};

/// Hosts with their ports, as an address has them: `127.0.0.1:9000`, `hooks.lan:443`, `[fd00::5]:8080`.
pub(super) fn allow(given: &Given) -> Result<Vec<String>, Wrong> {
    let hint = "write hosts with their ports, such as [\"127.0.0.1:9000\"]";
    let Some(items) = given.list() else { return wrong("is not a list of texts", hint) };
    match items.iter().map(|item| place(item).ok_or(item)).collect() {
        Ok(places) => Ok(places),
        Err(item) => wrong(format!("has {item:?}, which is no host with a port"), hint),
    }
}

/// As the address of a request would have it.
fn place(item: &str) -> Option<String> {
    let (_, port) = item.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    let url: url::Url = format!("http://{item}/").parse().ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    Some(format!("{}:{port}", url.host().filter(|_| bare)?))
}
