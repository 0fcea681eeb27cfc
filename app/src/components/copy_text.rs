//! Text to take away: shown in full, with a button that copies it once the page is alive.

use leptos::prelude::*;

use super::{Icon, IconName};

/// Without script the text is there to be selected.
#[component]
pub fn CopyText(#[prop(into)] text: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = {
        let text = text.clone();
        move |_| copy_text(&text, copied)
    };
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));

    view! {
        <span class="copy">
            <code class="copy-text">{text}</code>
            {move || alive.get().then(|| view! {
                <button class="button" type="button" data-kind="quiet" data-size="small" on:click=copy.clone()>
                    <Icon name=IconName::Copy />
                    {move || if copied.get() { "Copied" } else { "Copy" }}
                </button>
            })}
        </span>
    }
}

/// Copies in the browser; the server has no clipboard.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only a browser copies"))]
fn copy_text(text: &str, copied: RwSignal<bool>) {
    #[cfg(feature = "hydrate")]
    {
        let written = window().navigator().clipboard().write_text(text);
        leptos::task::spawn_local(async move {
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                copied.set(true);
            }
        });
    }
}
