//! Signing in and out, and one-time links: plain forms that work without script.

use app::{api::session::local_path, error::ApiError};
use axum::{
    Form, Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{LOCATION, SET_COOKIE},
};
use serde::Deserialize;

use super::{ClientSource, Doors, caller};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/auth/sign-in", post(sign_in))
        .route("/api/auth/sign-out", post(sign_out))
        .route("/api/auth/welcome/{token}", post(welcome))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accept {
    name: String,
    #[serde(default)]
    email: String,
    password: String,
}

/// `POST /api/auth/sign-in`
async fn sign_in(
    State(doors): State<Doors>,
    ClientSource(source): ClientSource,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Response {
    let next = local_path(&form.next).unwrap_or("/");
    match doors.accounts.sign_in(&form.email, &form.password, &source).await {
        Ok(token) => {
            end_earlier(&doors, &headers).await;
            with_cookie(see(next), doors.cookies.set(&token))
        }
        Err(error) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("error", code(&error))
                .append_pair("next", next)
                .finish();
            see(&format!("/sign-in?{query}"))
        }
    }
}

/// `POST /api/auth/sign-out`
async fn sign_out(State(doors): State<Doors>, headers: HeaderMap) -> Response {
    end_earlier(&doors, &headers).await;
    let mut response = with_cookie(see("/sign-in"), doors.cookies.removal());
    let stores = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(CLEAR_SITE_DATA, stores);
    response
}

/// `POST /api/auth/welcome/{token}`
async fn welcome(
    State(doors): State<Doors>,
    Path(link): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Accept>,
) -> Response {
    match doors.accounts.accept(&link, &form.name, &form.email, &form.password).await {
        Ok(token) => {
            end_earlier(&doors, &headers).await;
            with_cookie(see("/"), doors.cookies.set(&token))
        }
        // The page says that the link is dead.
        Err(ApiError::NotFound(_)) => see(&welcome_page(&link)),
        Err(error) => see(&format!("{}?error={}", welcome_page(&link), code(&error))),
    }
}

/// Ends the session that the request came with: one that somebody planted must not live on. Where
/// that fails the session ends by itself in time.
async fn end_earlier(doors: &Doors, headers: &HeaderMap) {
    if let Some(token) = caller::token(doors, headers)
        && let Err(error) = doors.accounts.sign_out(&token).await
    {
        tracing::warn!("an earlier session could not be ended: {error}");
    }
}

/// Nothing but letters and digits gets from one address into another.
fn welcome_page(link: &str) -> String {
    let plain = link.chars().all(|c| c.is_ascii_alphanumeric());
    format!("/welcome/{}", if plain { link } else { "unknown" })
}

/// The codes that the pages know; nothing of the error itself gets into an address.
fn code(error: &ApiError) -> &'static str {
    match error {
        ApiError::Forbidden(_) => "mismatch",
        ApiError::TooMany(_) => "wait",
        ApiError::Invalid(issues) => match issues.first().map(|issue| issue.field.as_str()) {
            Some("/name") => "name",
            Some("/email") => "email",
            Some("/password") => "password",
            _ => "failed",
        },
        _ => "failed",
    }
}

fn see(path: &str) -> Response {
    let target = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response()
}

fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}
