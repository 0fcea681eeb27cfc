//! The forms of pages that bring files, which server functions can't take safely.

mod add_files;
mod new_run;
mod refused;
mod say;

use axum::{
    Extension, Router,
    extract::{FromRequest, FromRequestParts, Multipart, OptionalFromRequestParts, Request},
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use domain::access::Caller;
use http::request::Parts;
use leptos::config::LeptosOptions;

use super::{Doors, Problem, Signed, limits, upload};

/// Who sent a form; somebody who isn't signed in any more is led to the sign-in and back to the form's page.
struct Sender(Caller);

impl FromRequestParts<Doors> for Sender {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, Response> {
        let signed = <Signed as OptionalFromRequestParts<Doors>>::from_request_parts(parts, doors);
        let signed = signed.await;
        let address = parts.uri.path_and_query().map_or("/inbox", |address| address.as_str());
        let page = address.strip_suffix("/files").unwrap_or(address);
        match signed {
            Ok(Some(Signed(caller))) => Ok(Self(caller)),
            Ok(None) => Err(see("/sign-in", &[("next", page)]).into_response()),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The form that a page sends.
struct Posted(Multipart);

impl FromRequest<Doors> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, doors: &Doors) -> Result<Self, Problem> {
        let form = <Multipart as FromRequest<Doors>>::from_request(request, doors).await;
        form.map(Self).map_err(|_| upload::not_a_form())
    }
}

/// The routes, with the limits of uploads. The pages themselves are Leptos' routes.
pub fn routes(mib: u64, options: &LeptosOptions) -> Router<Doors> {
    let routes = Router::new()
        .route("/runs/new", post(new_run::start).layer(Extension(options.clone())))
        .route("/runs/{run}/files", post(add_files::add))
        .route("/sessions/{owner}", post(say::say));
    limits::uploads(routes, mib)
}

fn see(path: &str, query: &[(&str, &str)]) -> Redirect {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query);
    let query = pairs.finish();
    Redirect::to(&if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
}

/// The codes that the pages have words for.
fn code(error: &app::error::ApiError) -> &'static str {
    use app::error::ApiError as E;
    match error {
        error if *error == upload::too_many_files() => "too_many_files",
        E::TooLarge(_) => "too_large",
        E::WrongType(_) => "wrong_type",
        E::TooMany(_) => "too_many",
        E::Full => "full",
        E::Forbidden(_) => "forbidden",
        E::NotFound(_) => "not_found",
        E::Invalid(_) => "invalid",
        E::BadRequest(_) => "broken",
        E::AlreadyDecided(_) => "decided",
        E::Gone(_) => "expired",
        E::Changed(_) => "changed",
        E::NotPossible(_) => "not-possible",
        _ => "failed",
    }
}
