//! Signing in and out, and one-time links: plain forms that work without script.

use app::{api::session::local_path, error::ApiError};
use axum::{
    Form, Router,
    extract::{FromRequest, Path, Request, State, rejection::FormRejection},
    response::{IntoResponse as _, Response},
    routing::post,
};
use domain::issue::Issue;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{LOCATION, SET_COOKIE},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{ClientSource, Doors, Problem, caller, cookie};

pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/auth/sign-in", post(sign_in))
        .route("/api/auth/sign-out", post(sign_out))
        .route("/api/auth/welcome/{token}", post(welcome))
}

/// A form of a page; what can't be read as it is refused in words.
pub(super) struct Fields<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let form = Form::<T>::from_request(request, state).await;
        form.map(|Form(fields)| Self(fields)).map_err(|rejection| unread(&rejection))
    }
}

fn unread(rejection: &FormRejection) -> Problem {
    Problem(match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::WrongType(
            "send a form: `content-type: application/x-www-form-urlencoded`".to_owned(),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::TooLarge("the form is larger than 1 MiB".to_owned())
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            let why = "the form lacks a field, or has one twice or too many; reload its page";
            ApiError::Invalid(vec![Issue::error("", why)])
        }
        _ => ApiError::BadRequest("the form broke off; send it again".to_owned()),
    })
}

/// The form of the sign-in page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// The form of the page behind a one-time link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WelcomeForm {
    name: String,
    #[serde(default)]
    email: String,
    password: String,
}

/// Sign in, from the page's form
#[utoipa::path(post, path = "/api/auth/sign-in", tag = "Forms", security(()),
    request_body(content = SignInForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page after it, or back with an error's code")))]
pub(super) async fn sign_in(
    State(doors): State<Doors>,
    ClientSource(source): ClientSource,
    headers: HeaderMap,
    Fields(form): Fields<SignInForm>,
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

/// Sign out, from the page's form
#[utoipa::path(post, path = "/api/auth/sign-out", tag = "Forms", security(()),
    responses((status = 303, description = "To the sign-in page")))]
pub(super) async fn sign_out(State(doors): State<Doors>, headers: HeaderMap) -> Response {
    end_earlier(&doors, &headers).await;
    let mut response = with_cookie(see("/sign-in"), doors.cookies.removal());
    let (name, stores) = cookie::clear_site();
    response.headers_mut().insert(name, stores);
    response
}

/// Use a one-time link up, from its page's form
#[utoipa::path(post, path = "/api/auth/welcome/{token}", tag = "Forms", security(()),
    params(("token" = String, Path)),
    request_body(content = WelcomeForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the inbox, or back with an error's code")))]
pub(super) async fn welcome(
    State(doors): State<Doors>,
    Path(link): Path<String>,
    headers: HeaderMap,
    Fields(form): Fields<WelcomeForm>,
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
