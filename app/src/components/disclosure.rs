//! A part that opens on request, without script.
use leptos::prelude::*;

/// `panel` gives it the frame of a panel.
#[component]
pub fn Disclosure(
    #[prop(into)] summary: String,
    #[prop(optional)] count: Option<usize>,
    #[prop(optional)] open: bool,
    #[prop(optional)] panel: bool,
    children: Children,
) -> impl IntoView {
    let class = if panel { "panel disclosure" } else { "disclosure" };
    view! {
        <details class=class open=open>
            <summary>{summary} {count.map(|n| view! { <span class="count">{n}</span> })}</summary>
            <div class="disclosure-body">{children()}</div>
        </details>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn it_is_closed_unless_asked_and_says_how_many() {
        let html = view! { <Disclosure summary="History" count=6>"…"</Disclosure> }.markup();
        assert!(html.starts_with(r#"<details class="disclosure"><summary>"#), "{html}");
        assert!(html.contains(r#"<span class="count">6</span>"#), "{html}");
        let open =
            view! { <Disclosure summary="History" open=true panel=true>"…"</Disclosure> }.markup();
        assert!(open.contains("open") && open.contains(r#"class="panel disclosure""#), "{open}");
    }
}
