//! A page that is on its way.
use leptos::prelude::*;

/// Stands in the page's place until it is there. It is seen after a moment only: most pages come faster.
#[component]
pub fn Loading(text: &'static str) -> impl IntoView {
    view! {
        <div class="page">
            <p class="loading" role="status">
                {text}
            </p>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn it_is_said_too() {
        let html = view! { <Loading text="Loading the run…"/> }.markup();
        assert!(
            html.contains(r#"<p role="status" class="loading">Loading the run…</p>"#),
            "{html}"
        );
    }
}
