//! The frame of pages that anybody may see: one card, no navigation.

use leptos::prelude::*;

use crate::components::{Icon, IconName};

/// The children are the card, with the page's `h1`.
#[component]
pub fn Gate(
    /// One line below the card.
    #[prop(optional, into)]
    foot: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="gate" id="main">
            <p class="brand"><Icon name=IconName::Brand /> " Countersign"</p>
            <div class="gate-card">{children()}</div>
            {foot.map(|foot| view! { <p class="gate-foot">{foot}</p> })}
        </main>
    }
}
