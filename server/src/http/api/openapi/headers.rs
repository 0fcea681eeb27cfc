//! The headers of answers that a client goes by.

use utoipa::openapi::{
    RefOr, Response,
    header::Header,
    path::Operation,
    schema::{Object, Type},
};

/// The calls whose answers have a header, its name, and what it says.
const SOME: [(&[&str], &str, &str); 3] = [
    (
        &["post_approvals", "post_attachments", "post_auth_keys"],
        "Location",
        "The address of what was made.",
    ),
    (
        &["get_approvals_by_approval"],
        "ETag",
        "The version and the digest of the ticket; the decision can send them back as `If-Match`.",
    ),
    (
        &["get_approvals_by_approval"],
        "Preference-Applied",
        "How long the answer could be held; only where `Prefer` asked for it.",
    ),
];

/// Writes down the headers of a call's good answers.
pub(super) fn add(name: &str, operation: &mut Operation, has_key: bool) {
    let responses = operation.responses.responses.iter_mut();
    let good = responses.filter(|(status, _)| status.starts_with('2'));
    for response in good.filter_map(|(_, response)| match response {
        RefOr::T(response) => Some(response),
        RefOr::Ref(_) => None,
    }) {
        for (_, header, says) in SOME.iter().filter(|(calls, ..)| calls.contains(&name)) {
            put(response, header, Type::String, says);
        }
        if has_key {
            let says = "`true` where the same request got this answer before, under its `Idempotency-Key`.";
            put(response, "Idempotent-Replayed", Type::String, says);
        }
    }
}

/// Writes down when to try again.
pub(super) fn retry(response: &mut Response) {
    put(response, "Retry-After", Type::Integer, "In how many seconds to try again.");
}

fn put(response: &mut Response, name: &str, kind: Type, says: &str) {
    let mut header = Header::new(Object::with_type(kind));
    header.description = Some(says.to_owned());
    response.headers.insert(name.to_owned(), header);
}
