//! Cookies, statuses and redirects of the response to the request that is being answered.

use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The value of a cookie that came with the request.
pub(crate) fn read(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let lines = parts.headers.get_all(header::COOKIE);
    lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';')).find_map(
        |pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then(|| value.to_owned())
        },
    )
}

/// Adds a `Set-Cookie` line, unless it has characters that a header can't have.
pub(crate) fn set(line: &str) {
    if let (Some(response), Ok(line)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(line))
    {
        response.append_header(header::SET_COOKIE, line);
    }
}

/// Sets the status of a page.
pub(crate) fn status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Answers with a redirect to a path on this server.
pub(crate) fn see_other(path: &str) {
    if let (Some(response), Ok(path)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(path))
    {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::LOCATION, path);
    }
}
