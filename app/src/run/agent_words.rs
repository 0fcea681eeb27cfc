//! The words that a run began with: quoted, of limited height, and marked as what they are.

use leptos::prelude::*;

use crate::components::{HiddenCharText, Icon, IconName};

/// Stands last on the page. Nothing in it can look like a part of the page.
#[component]
pub fn AgentWords(
    /// Who said it.
    #[prop(into)]
    agent: String,
    #[prop(into)] text: String,
) -> impl IntoView {
    // Where no agent is, a person asked.
    let title = if agent.is_empty() { "Asked for" } else { "Agent says · not checked" };
    view! {
        <figure class="agent-words">
            <figcaption>
                <Icon name=IconName::Chat/>
                {title}
                <span class="end">
                    <HiddenCharText text=agent/>
                </span>
            </figcaption>
            <blockquote tabindex="0" dir="auto">
                <HiddenCharText text/>
            </blockquote>
        </figure>
    }
    .into_any()
}
