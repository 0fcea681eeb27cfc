//! The files of the session, with the way to add one.

use std::collections::HashSet;

use domain::id::AttachmentId;
use leptos::prelude::*;

use super::{Desk, words};
use crate::{
    api::{attachments::AttachmentView, session::Session},
    components::{HiddenCharText, Icon, IconName},
    files::{FileField, Home, Uploads},
};

/// Lists files; the ones that the proposal uses say so.
#[component]
pub fn AttachmentTray(
    desk: Desk,
    files: Vec<AttachmentView>,
    used: HashSet<AttachmentId>,
    /// More files may be added.
    adds: bool,
) -> impl IntoView {
    let count = files.len();
    view! {
        <section class="panel" aria-labelledby="files-title">
            <header class="panel-head">
                <h2 id="files-title">"Files"</h2>
                <span class="count">{count}</span>
            </header>
            <ul class="files">
                {files
                    .into_iter()
                    .map(|file| {
                        let is_used = used.contains(&file.id);
                        view! { <FileRow file is_used/> }
                    })
                    .collect_view()}
            </ul>
            {adds.then(|| view! { <AddFiles desk/> })}
        </section>
    }
    .into_any()
}

/// One file: picture or sign, name, kind, size, and its download.
#[component]
pub fn FileRow(file: AttachmentView, is_used: bool) -> impl IntoView {
    let url = file.url();
    let label = format!("Download {}", words::visible(&file.name));
    let meta = format!("{} · {}", words::visible(&file.media_type), file.size_text());
    let preview = format!("Preview of {}", words::visible(&file.name));
    let thumb = match file.has_preview {
        true => view! {
            <a class="file-thumb" href=file.preview_url() aria-label=preview>
                <img src=file.preview_url() alt="" width="56" height="56" loading="lazy"/>
            </a>
        }
        .into_any(),
        false => view! {
            <span class="file-thumb">
                <Icon name=IconName::File/>
            </span>
        }
        .into_any(),
    };
    let shown = if file.has_preview { "" } else { " · no preview" };
    view! {
        <li class="file">
            {thumb}
            <div class="file-text">
                <a class="file-name" href=url.clone() download="">
                    <HiddenCharText text=file.name/>
                </a>
                <span class="file-meta">{meta} {shown}</span>
                <span class="file-meta" title=file.digest.to_string()>
                    {if is_used { "Used by this proposal · " } else { "" }}
                    {if file.made { "made by the provider · " } else { "" }}
                    "sha256 "
                    <code>{file.digest.short()}</code>
                </span>
            </div>
            <a
                class="button"
                data-kind="quiet"
                data-size="icon"
                href=url
                download=""
                aria-label=label
            >
                <Icon name=IconName::Download/>
            </a>
        </li>
    }
    .into_any()
}

/// A plain upload form; it comes back to the run's page.
#[component]
fn AddFiles(desk: Desk) -> impl IntoView {
    let (owner, session) =
        desk.view.with_untracked(|view| (view.summary.owner, view.summary.session.clone()));
    let by = Session::current().caller.map_or(owner, |caller| caller.person);
    let home = Home { by, owner, session, run: Some(desk.run) };
    // The list above has what came in.
    let (uploads, come) = (Uploads::here(), home.clone());
    let on_done = move |()| {
        uploads.settle(&come);
        desk.reload.run(());
    };
    view! {
        <form
            class="panel-foot"
            id="add-file"
            method="post"
            enctype="multipart/form-data"
            action=format!("/runs/{}/files", desk.run)
        >
            <FileField home files=Vec::new() hint="PNG, JPEG or WebP, up to 25 MB" on_done/>
            {move || (!desk.alive.get()).then(|| view! { <button class="button">"Upload"</button> })}
        </form>
    }
    .into_any()
}
