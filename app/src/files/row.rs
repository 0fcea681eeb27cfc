//! One file in a list: picture or sign, name, what it is, and how far it is on its way.

use leptos::prelude::*;

use super::{Item, Phase, Uploads};
use crate::{
    api::attachments::{AttachmentView, size_text},
    components::{HiddenCharText, Icon, IconName},
    run::words,
};

fn row(picture: Option<String>, name: String, below: AnyView, end: AnyView) -> AnyView {
    let thumb = match picture {
        Some(src) => view! { <img src=src alt="" width="56" height="56" /> }.into_any(),
        None => view! { <Icon name=IconName::File /> }.into_any(),
    };
    view! {
        <li class="file">
            <span class="file-thumb">{thumb}</span>
            <div class="file-text">
                <span class="file-name"><HiddenCharText text=name /></span>
                {below}
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// A file that the server has. In a form, its id is sent along.
pub fn uploaded(file: AttachmentView) -> AnyView {
    let picture = file.has_preview.then(|| file.preview_url());
    let meta = format!("{} · {} · uploaded", words::visible(&file.media_type), file.size_text());
    let below = view! {
        <span class="file-meta">{meta}</span>
        <input type="hidden" name="upload" value=file.id.to_string() />
    };
    row(picture, file.name, below.into_any(), ().into_any())
}

/// A file on its way.
pub fn sending(item: Item, uploads: Uploads) -> AnyView {
    let Item { key, name, size, phase, .. } = item;
    let shown = words::visible(&name);
    let (label, of) = (format!("Uploading {shown}"), shown.clone());
    let state = phase.clone();
    let below = move || match state.get() {
        Phase::Sending(percent) => {
            let text = format!("{} · {percent} %", size_text(size));
            view! {
                <span class="file-meta">{text}</span>
                <progress class="progress" max="100" value=percent.to_string() aria-label=label.clone()></progress>
            }
            .into_any()
        }
        Phase::Broken => fault("Not uploaded: the connection broke off.".to_owned()),
        Phase::Refused(why) => fault(why),
        Phase::Done(_) => ().into_any(),
    };
    let end = move || {
        let (again, away) = (key.clone(), key.clone());
        let sends = matches!(phase.get(), Phase::Sending(_));
        let retry = (phase.get() == Phase::Broken).then(|| {
            view! {
                <button class="button" type="button" data-size="small" on:click=move |_| uploads.again(&again)>
                    <Icon name=IconName::Retry /> "Try again"
                    <span class="visually-hidden">{format!(": {of}")}</span>
                </button>
            }
        });
        let word = if sends { "Cancel the upload of" } else { "Remove" };
        view! {
            {retry}
            <button
                class="button"
                type="button"
                data-kind="quiet"
                data-size="icon"
                aria-label=format!("{word} {shown}")
                on:click=move |_| uploads.cancel(&away)
            >
                <Icon name=IconName::Cross />
            </button>
        }
        .into_any()
    };
    row(None, name, below.into_any(), end.into_any())
}

fn fault(text: String) -> AnyView {
    view! { <span class="file-meta" data-severity="error">{text}</span> }.into_any()
}

#[cfg(not(feature = "hydrate"))]
impl Uploads {
    #[expect(clippy::unused_self, reason = "it has something to do in browsers only")]
    fn again(self, _: &str) {}

    #[expect(clippy::unused_self, reason = "it has something to do in browsers only")]
    fn cancel(self, _: &str) {}
}
