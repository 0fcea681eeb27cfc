//! A page that can't be shown: why, and what to do next.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_url;

use crate::{
    api::session::sign_in_address,
    components::{EmptyState, IconName},
    error::ApiError,
    run::words,
};

/// In place of what could not be loaded.
#[component]
pub fn Refused(
    /// Why not.
    error: ApiError,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::api::answer::status(status(&error));
    #[cfg(feature = "hydrate")]
    if matches!(error, ApiError::Lost) {
        ask_again_with_the_line();
    }
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
    let text = words::sentence(&error.to_string());
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
                {text}
            </EmptyState>
        </section>
    }
}

/// What could not be asked for without a line is asked for once it is back.
#[cfg(feature = "hydrate")]
fn ask_again_with_the_line() {
    use crate::live::{Link, use_live};

    let live = use_live();
    Effect::new(move |was_live: Option<bool>| {
        let is_live = live.link() == Some(Link::Live);
        if was_live == Some(false) && is_live {
            let _ = crate::keys::click(".empty a[rel=external]");
        }
        is_live
    });
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
