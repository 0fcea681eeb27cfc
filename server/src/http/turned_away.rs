//! The page of a browser that was refused before a page of the site could answer. Its words are all its own: nothing of
//! the request gets into it.

use axum::response::{Html, IntoResponse as _, Response};
use http::StatusCode;

use super::{build::STYLE, problem::in_words};

/// The page for this status. `largest` is how many bytes the address takes, where it was too much; a `form` was sent by
/// a page that the reader can go back to.
pub(super) fn page(status: StatusCode, largest: Option<usize>, form: bool) -> Response {
    let (title, what) = words(status);
    let limit = largest.map(limit).unwrap_or_default();
    let back = if form { "<p>Go back: what you typed is still in the form.</p>" } else { "" };
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} · Countersign</title>\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{STYLE}\"></head>\
         <body><main class=\"gate\" id=\"main\"><p class=\"brand\">Countersign</p>\
         <div class=\"gate-card\"><h1>{title}</h1><p class=\"gate-lead\">{what}{limit}</p>{back}\
         <a class=\"button\" data-kind=\"primary\" href=\"/inbox\">Go to the inbox</a>\
         </div></main></body></html>"
    );
    (status, Html(html)).into_response()
}

fn limit(bytes: usize) -> String {
    format!(" At most {} can be sent at once, files and all.", in_words(bytes))
}

/// The title, and what happened.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    use StatusCode as S;
    match status {
        S::UNAUTHORIZED => ("Nobody is signed in", "Sign in first. Nothing was done."),
        S::FORBIDDEN => ("This is not allowed", "Nothing was done."),
        S::NOT_FOUND => (
            "There is no such page",
            "The address may be mistyped, or what it led to may be gone. Nothing was done.",
        ),
        S::METHOD_NOT_ALLOWED => {
            ("There is nothing to send here", "This address takes no form. Nothing was done.")
        }
        S::REQUEST_TIMEOUT => {
            ("It took too long", "Look whether it was done before you send it again.")
        }
        S::PAYLOAD_TOO_LARGE => {
            ("This is too large", "It is more than this page takes. Nothing was done.")
        }
        S::UNSUPPORTED_MEDIA_TYPE => {
            ("This could not be read", "It is not the form that the page sends. Nothing was done.")
        }
        S::TOO_MANY_REQUESTS => {
            ("Too often", "Nothing was done. Wait a moment, then send it again.")
        }
        S::SERVICE_UNAVAILABLE => {
            ("Not available for the moment", "Nothing was changed. Send it again in a moment.")
        }
        _ if status.is_server_error() => (
            "Something went wrong on the server",
            "Look whether it was done before you send it again.",
        ),
        _ => ("This could not be read", "Nothing was done."),
    }
}
