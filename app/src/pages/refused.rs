//! A page that can't be shown: why, and what to do next.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_url;

use crate::{
    api::session::sign_in_address,
    components::{EmptyState, IconName},
    error::ApiError,
};

/// In place of what could not be loaded.
#[component]
pub fn Refused(
    /// Why not.
    error: ApiError,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::api::answer::status(status(&error));
    let url = use_url();
    let here = url.with_untracked(|url| match url.search() {
        "" => url.path().to_owned(),
        query => format!("{}?{query}", url.path()),
    });
    let (icon, title) = match &error {
        ApiError::NotSignedIn => (IconName::Lock, "You are signed out"),
        ApiError::Forbidden(_) => (IconName::Lock, "This is not yours to see"),
        ApiError::NotFound(_) => (IconName::Question, "There is nothing here"),
        _ => (IconName::Alert, "This could not be loaded"),
    };
    let again = match error {
        ApiError::NotSignedIn => Some((sign_in_address(&here), "Sign in")),
        ApiError::Forbidden(_) | ApiError::NotFound(_) => None,
        _ => Some((here, "Try again")),
    };

    view! {
        <Title text=title />
        <h1 class="visually-hidden" tabindex="-1">{title}</h1>
        <section class="panel">
            <EmptyState
                icon
                title
                actions=move || view! {
                    {again.map(|(address, text)| view! {
                        // Asks the server for a whole page.
                        <a class="button" data-kind="primary" href=address rel="external">{text}</a>
                    })}
                    <a class="button" href="/inbox">"Go to the inbox"</a>
                }
            >
                {sentence(&error.to_string())}
            </EmptyState>
        </section>
    }
}

/// Errors begin in lower case, to stand within a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str().trim_end_matches('.'))
}

#[cfg(feature = "ssr")]
fn status(error: &ApiError) -> http::StatusCode {
    use http::StatusCode;

    match error {
        ApiError::NotSignedIn | ApiError::KeyRefused => StatusCode::UNAUTHORIZED,
        ApiError::Forbidden(_) => StatusCode::FORBIDDEN,
        ApiError::NotFound(_) => StatusCode::NOT_FOUND,
        ApiError::BadRequest(_) | ApiError::Invalid(_) => StatusCode::BAD_REQUEST,
        ApiError::TooMany(_) | ApiError::Capped { .. } => StatusCode::TOO_MANY_REQUESTS,
        ApiError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
