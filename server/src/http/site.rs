//! The forms of pages that bring files, which server functions can't take safely.

mod add_files;
mod new_run;

use axum::{Router, response::Redirect, routing::post};

use super::{Doors, limits};

/// The routes, with the limits of uploads. The pages themselves are Leptos' routes.
pub fn routes(mib: u64) -> Router<Doors> {
    let routes = Router::new()
        .route("/runs/new", post(new_run::start))
        .route("/runs/{run}/files", post(add_files::add));
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
        E::TooLarge(_) => "too_large",
        E::WrongType(_) => "wrong_type",
        E::TooMany(_) => "too_many",
        E::Full => "full",
        E::Forbidden(_) => "forbidden",
        E::NotFound(_) => "not_found",
        E::Invalid(_) => "invalid",
        E::BadRequest(_) => "broken",
        _ => "failed",
    }
}
