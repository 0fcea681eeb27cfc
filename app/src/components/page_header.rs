//! The head of a page: where it belongs, its one `h1`, what it is about, what can be done.
use super::{HiddenCharText, Icon, IconName};
use leptos::{children::ViewFnOnce, prelude::*};

/// The title may be anybody's text. It takes focus after a change of page. `kicker` stands above it (badges, deadline),
/// `sub` below (its children are set apart by dots); the children are buttons.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    /// Address and name of the page above.
    #[prop(optional)]
    back: Option<(String, String)>,
    #[prop(optional, into)] kicker: Option<ViewFnOnce>,
    #[prop(optional, into)] sub: Option<ViewFnOnce>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <div class="page-titles">
                {back
                    .map(|(href, name)| {
                        view! { <a class="back" href=href><Icon name=IconName::Back/>{name}</a> }
                    })}
                {kicker.map(|kicker| view! { <div class="page-kicker">{kicker.run()}</div> })}
                <h1 tabindex="-1">
                    <HiddenCharText text=title/>
                </h1>
                {sub.map(|sub| view! { <div class="page-sub">{sub.run()}</div> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn a_title_from_outside_shows_what_it_hides() {
        let html = view! { <PageHeader title="Pay \u{202e}000,1" back=("/inbox".into(), "Inbox".into())/> }.markup();
        assert!(html.contains("⟦U+202E⟧"), "{html}");
        assert!(html.contains(r#"href="/inbox""#), "{html}");
        assert!(!html.contains("page-actions") && !html.contains("page-sub"), "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
    }
}
