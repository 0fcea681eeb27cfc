//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use super::gate::Gate;

/// Answers with the status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::api::answer::status(http::StatusCode::NOT_FOUND);

    view! {
        <Title text="No such page" />
        <Gate>
            <h1 tabindex="-1">"There is no such page"</h1>
            <p class="gate-lead">"The address may be mistyped, or the page may be gone."</p>
            <a class="button" data-kind="primary" href="/inbox" rel="external">"Go to the inbox"</a>
        </Gate>
    }
}
