//! What the provider made, beside what it was made from.

use leptos::prelude::*;

use super::words;
use crate::{
    api::{attachments::AttachmentView, runs::ResultView as Made},
    components::HiddenCharText,
};

/// Pictures before and after, files, and the answer's text.
#[component]
pub fn ResultView(made: Made) -> impl IntoView {
    let before = made.sources.into_iter().filter(|file| file.has_preview);
    let (after, other): (Vec<_>, Vec<_>) =
        made.files.into_iter().partition(|file| file.has_preview);
    let has_pictures = !after.is_empty();
    let before: Vec<_> = before.filter(|_| has_pictures).collect();
    view! {
        <section class="panel" aria-labelledby="result-title">
            <header class="panel-head">
                <h2 id="result-title">"Result"</h2>
                {(!before.is_empty()).then(|| view! { <p class="panel-note">"before and after"</p> })}
            </header>
            {has_pictures
                .then(|| {
                    view! {
                        <div class="compare">
                            {before.into_iter().map(|file| picture(file, "Before")).collect_view()}
                            {after.into_iter().map(|file| picture(file, "After")).collect_view()}
                        </div>
                    }
                })}
            <div class="panel-body">
                <p>
                    <HiddenCharText text=made.summary/>
                </p>
                {other.into_iter().map(link).collect_view()}
            </div>
            <details class="disclosure panel-foot">
                <summary>"The answer as JSON"</summary>
                <div class="disclosure-body">
                    <pre class="raw" tabindex="0">
                        <HiddenCharText text=made.text/>
                    </pre>
                </div>
            </details>
        </section>
    }
    .into_any()
}

fn picture(file: AttachmentView, when: &'static str) -> impl IntoView {
    let alt = format!("{when}: {}", words::visible(&file.name));
    let meta = format!("{} · {}", words::visible(&file.media_type), file.size_text());
    let (url, large, preview) = (file.url(), file.preview_url(), file.preview_url());
    view! {
        <figure class="picture">
            <figcaption>
                <strong>{when}</strong>
                " "
                <span>
                    <a href=url download="">
                        <HiddenCharText text=file.name/>
                    </a>
                    " · "
                    {meta}
                </span>
            </figcaption>
            <a href=large>
                <img src=preview alt=alt/>
            </a>
        </figure>
    }
    .into_any()
}

fn link(file: AttachmentView) -> impl IntoView {
    let url = file.url();
    let meta = format!(" · {} · {}", words::visible(&file.media_type), file.size_text());
    view! {
        <p>
            <a href=url download="">
                <HiddenCharText text=file.name/>
            </a>
            {meta}
        </p>
    }
    .into_any()
}
