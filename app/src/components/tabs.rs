//! Views of the same thing, as links: they work without script and keep the view in the address.
use leptos::prelude::*;

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabLink {
    pub href: String,
    pub name: String,
    pub current: bool,
}

/// A row of views, of which one is shown.
#[component]
pub fn TabLinks(#[prop(into)] label: String, tabs: Vec<TabLink>) -> impl IntoView {
    view! {
        <nav class="tab-list" aria-label=label>
            {tabs
                .into_iter()
                .map(|tab| {
                    let current = tab.current.then_some("true");
                    view! { <a class="tab" href=tab.href aria-current=current>{tab.name}</a> }
                })
                .collect_view()}
        </nav>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn one_tab_is_current() {
        let tabs = ["Form", "JSON"].map(|name| TabLink {
            href: format!("?view={name}"),
            name: name.into(),
            current: name == "JSON",
        });
        let html = view! { <TabLinks label="View" tabs=tabs.to_vec()/> }.markup();
        assert!(html.contains(r#"<nav aria-label="View" class="tab-list">"#), "{html}");
        assert!(
            html.contains(r#"<a href="?view=JSON" aria-current="true" class="tab">JSON</a>"#),
            "{html}"
        );
        assert_eq!(html.matches("aria-current").count(), 1, "{html}");
    }
}
