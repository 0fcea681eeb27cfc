//! Nothing here: why, and what to do next.
use super::{Icon, IconName};
use leptos::{children::ViewFnOnce, prelude::*};

/// The children are the explanation; `actions` are buttons or links.
#[component]
pub fn EmptyState(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(optional, into)] actions: ViewFnOnce,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2>{title}</h2>
            {children.map(|children| view! { <p>{children()}</p> })}
            <div class="buttons">{actions.run()}</div>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn it_says_what_and_why() {
        let html =
            view! { <EmptyState icon=IconName::Inbox title="Nothing waits for you">"Last decision 14:09."</EmptyState> }
                .markup();
        assert!(html.contains("<h2>Nothing waits for you</h2>"), "{html}");
        assert!(html.contains("<p>Last decision 14:09."), "{html}");
    }
}
