//! A bordered card with a head.
use leptos::{children::ViewFnOnce, prelude::*};

/// `id` names the heading, so that the section is announced by it. Lists and tables lie flush in it; anything else goes
/// into a `<div class="panel-body">`. `class` adds to `panel`, as in `class="deed"`.
#[component]
pub fn Panel(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] note: Option<String>,
    #[prop(optional)] count: Option<usize>,
    #[prop(optional)] class: &'static str,
    /// At the end of the head: buttons, tabs.
    #[prop(optional, into)]
    end: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    let labelled_by = id.clone();
    view! {
        <section class=format!("panel {class}") aria-labelledby=labelled_by>
            <header class="panel-head">
                <h2 id=id>{title}</h2>
                {count.map(|n| view! { <span class="count">{n}</span> })}
                {note.map(|note| view! { <p class="panel-note">{note}</p> })}
                {end.map(|end| view! { <div class="end">{end.run()}</div> })}
            </header>
            {children()}
        </section>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn a_panel_is_named_by_its_heading() {
        let html =
            view! { <Panel id="files" title="Files" count=2 class="deed"><p>"x"</p></Panel> }
                .markup();
        assert!(
            html.contains(r#"aria-labelledby="files""#)
                && html.contains(r#"<h2 id="files">Files</h2>"#),
            "{html}"
        );
        assert!(html.contains(r#"class="panel deed""#), "{html}");
        assert!(html.contains(r#"<span class="count">2</span>"#), "{html}");
    }
}
