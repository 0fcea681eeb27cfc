//! The one way to put text into a `<textarea>`.
//!
//! Leptos 0.8 renders the children of a textarea unescaped on the server and does not hydrate them at all (its elements
//! say `ESCAPE_CHILDREN = false`), so text as a child would be a hole: `</textarea><script>` would be live. Here the text
//! is escaped by hand for the server, and in the browser it is only ever set as the property `value`.
use leptos::{html::Textarea, prelude::*};

/// A textarea that shows `value` and reports every edit.
///
/// What somebody typed before the page came alive is kept: it wins over `value` and is reported to `on_edit`.
#[component]
pub fn SafeTextarea(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] value: Signal<String>,
    #[prop(default = 4)] rows: u16,
    /// Monospaced and unwrapped, for JSON.
    #[prop(optional)]
    code: bool,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    /// In the browser's own units, of which a rare character takes two.
    #[prop(optional)]
    max_length: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] described_by: MaybeProp<String>,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(optional, into)] on_edit: Option<Callback<String>>,
) -> impl IntoView {
    let node = NodeRef::<Textarea>::new();
    keep_in_step(node, value, on_edit);
    view! {
        <textarea
            node_ref=node
            class="input"
            id=id
            name=name
            rows=rows
            data-kind=code.then_some("code")
            spellcheck=if code { "false" } else { "true" }
            dir="auto"
            required=required
            readonly=readonly
            maxlength=max_length
            placeholder=placeholder
            aria-describedby=move || described_by.get()
            aria-invalid=move || invalid.get().then_some("true")
            on:input=move |event| {
                if let Some(on_edit) = on_edit {
                    on_edit.run(event_target_value(&event));
                }
            }
        >
            {first_text(value)}
        </textarea>
    }
}

#[cfg(feature = "ssr")]
fn first_text(value: Signal<String>) -> String {
    escape(&value.get_untracked())
}

#[cfg(not(feature = "ssr"))]
fn first_text(_value: Signal<String>) {}

/// The parser drops one line feed right after the tag, so there is always one to drop. Carriage returns are written as
/// references: bare ones would become line feeds before the text is read.
#[cfg(feature = "ssr")]
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8 + 1);
    html.push('\n');
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\r' => html.push_str("&#13;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(not(feature = "hydrate"))]
fn keep_in_step(_: NodeRef<Textarea>, _: Signal<String>, _: Option<Callback<String>>) {}

#[cfg(feature = "hydrate")]
fn keep_in_step(node: NodeRef<Textarea>, value: Signal<String>, on_edit: Option<Callback<String>>) {
    Effect::new(move |alive: Option<bool>| {
        let wanted = line_feeds(&value.get());
        let Some(element) = node.get() else { return false };
        let shown = element.value();
        let typed_before = alive != Some(true)
            && element.default_value().is_ok_and(|first| shown != line_feeds(&first));
        if typed_before {
            if let Some(on_edit) = on_edit {
                on_edit.run(shown);
            }
        } else if shown != wanted {
            element.set_value(&wanted);
        }
        true
    });
}

/// A textarea hands out line feeds only, whatever it was given.
#[cfg(feature = "hydrate")]
fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;
    use futures::StreamExt;

    fn render(text: &str) -> String {
        let owner = Owner::new();
        owner.with(|| view! { <SafeTextarea id="t" name="/text" value=text.to_owned()/> }.markup())
    }

    /// What is between the tags.
    fn inner(html: &str) -> &str {
        let start = html.find('>').expect("an opening tag") + 1;
        let end = html.rfind("</textarea>").expect("a closing tag");
        &html[start..end]
    }

    #[test]
    fn markup_in_the_text_stays_text() {
        let html = render("</textarea><script>alert(1)</script>&lt;");
        assert_eq!(
            inner(&html),
            "\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;"
        );
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    }

    #[test]
    fn leading_newlines_survive_the_one_that_the_parser_drops() {
        for (text, html) in [
            ("\n\nword", "\n\n\nword"),
            ("\r\nword", "\n&#13;\nword"),
            ("word", "\nword"),
            ("", "\n"),
        ] {
            assert_eq!(inner(&render(text)), html, "{text:?}");
        }
    }

    #[test]
    fn a_streamed_page_escapes_once_as_well() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let view = view! { <SafeTextarea id="t" name="t" value="<b> & \n"/> };
            futures::executor::block_on(
                view.into_any().to_html_stream_out_of_order().collect::<String>(),
            )
        });
        assert_eq!(inner(&html), "\n&lt;b&gt; &amp; \n", "{html}");
    }

    #[test]
    fn attributes_say_what_it_is() {
        let owner = Owner::new();
        let html = owner.with(|| {
            view! { <SafeTextarea id="j" name="json" value="{}" code=true required=true invalid=true max_length="9" described_by="j-error"/> }
                .markup()
        });
        for part in [
            r#"id="j""#,
            r#"name="json""#,
            r#"data-kind="code""#,
            "required",
            r#"maxlength="9""#,
            r#"aria-invalid="true""#,
            r#"aria-describedby="j-error""#,
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
