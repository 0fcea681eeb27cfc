//! A word in the colour of a state, a checkpoint or a tone.
use super::{Icon, IconName};
use leptos::prelude::*;

/// Give one of `state`, `checkpoint` (the product's words, as on the wire) or `tone` (`info`, `good`, `warn`, `alert`,
/// `bad`, `critical`, `unknown`); without any it is neutral. The children say the word: the colour never stands alone.
#[component]
pub fn Badge(
    #[prop(optional, into)] state: Option<String>,
    #[prop(optional, into)] checkpoint: Option<String>,
    #[prop(optional, into)] tone: Option<String>,
    #[prop(optional)] icon: Option<IconName>,
    children: Children,
) -> impl IntoView {
    view! {
        <span class="badge" data-state=state data-checkpoint=checkpoint data-tone=tone>
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </span>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn a_badge_says_its_word_and_carries_its_state() {
        let html = view! { <Badge state="failed">"Failed"</Badge> }.markup();
        assert!(html.contains(r#"data-state="failed""#) && html.contains("Failed"), "{html}");
        assert!(!html.contains("data-tone") && !html.contains("<svg"), "{html}");
    }
}
