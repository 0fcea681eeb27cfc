//! The page "New run" as the answer to its own form, with all that was typed and what is wrong with it.

use app::{error::ApiError, pages::SentForm};
use axum::{body::Body, extract::Request, response::Response};
use domain::{access::Caller, issue::Issue};
use http::{Method, request::Parts};
use leptos::{config::LeptosOptions, prelude::provide_context};

use super::{code, new_run::Form};
use crate::{
    http::{Doors, Visitor, page as pages, problem},
    idempotency::key_used,
};

/// More values than any provider has fields.
const MOST_VALUES: usize = 100;

/// The page of the request, filled in.
pub(super) async fn page(
    doors: &Doors,
    options: LeptosOptions,
    caller: Caller,
    mut parts: Parts,
    (form, error): (&Form, &ApiError),
) -> Response {
    parts.method = Method::GET;
    parts.extensions.insert(Visitor(Some(caller)));
    let (doors, sent) = (doors.clone(), sent(form, error));
    let context = move || {
        pages::provide(&doors);
        provide_context(sent.clone());
    };
    let shell = move || app::shell(options.clone());
    let render = leptos_axum::render_app_async_with_context(context, shell);
    let mut response = render(Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = problem::status(error);
    response
}

fn sent(form: &Form, error: &ApiError) -> SentForm {
    let named = [
        ("prompt", Some(&form.prompt)),
        ("policy", Some(&form.policy)),
        ("deadline", Some(&form.deadline)),
        ("provider", form.provider.as_ref()),
        ("session", form.session.as_ref()),
    ];
    let named = named.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.clone())));
    let values = form.values.iter().take(MOST_VALUES);
    let values = values.map(|(name, text)| (format!("field.{name}"), text.clone()));
    let (code, issues) = reason(error);
    SentForm { fields: named.chain(values).collect(), code: code.to_owned(), issues }
}

/// The code of a refusal, and what there is to mend.
fn reason(error: &ApiError) -> (&'static str, Vec<(String, String)>) {
    let issues = match error {
        error if *error == key_used() => return ("used", Vec::new()),
        ApiError::Invalid(issues) => issues.iter().map(control).collect(),
        ApiError::TooLarge(words) | ApiError::WrongType(words) => {
            vec![("file".to_owned(), words.clone())]
        }
        ApiError::BadRequest(words) => vec![("prompt".to_owned(), words.clone())],
        _ => Vec::new(),
    };
    (code(error), issues)
}

/// The `id` of the control that an issue is about, and its words.
fn control(issue: &Issue) -> (String, String) {
    let at = issue.field.trim_start_matches('/');
    let id = match at {
        "run_input/prompt" => "prompt".to_owned(),
        "hitl_config/approval_timeout_seconds" => "deadline".to_owned(),
        "prompt" | "deadline" | "provider" | "policy" => at.to_owned(),
        at => format!("field-{}", at.trim_start_matches("field.")),
    };
    let name = id.trim_start_matches("field-");
    let words = format!("{name}: {}", issue.issue);
    (id, words)
}
