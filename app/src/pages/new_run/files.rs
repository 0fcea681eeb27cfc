//! The file field: a plain one, which also takes dropped and pasted files and shows what was chosen.

use leptos::{html::Input, prelude::*};

use crate::{
    api::attachments::AttachmentView,
    components::{HiddenCharText, Icon, IconName},
};

/// A chosen file that wasn't sent yet.
#[derive(Debug, Clone, PartialEq)]
struct Chosen {
    name: String,
    size: String,
    /// Where the browser keeps a picture to show.
    picture: Option<String>,
}

/// The files of the session, and a field for more.
#[component]
pub fn Files(
    /// Already uploaded.
    files: Vec<AttachmentView>,
    /// Which types to offer.
    accept: Option<String>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let chosen = RwSignal::new(Vec::<Chosen>::new());
    let over = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    take::pasted_files(input, chosen);
    let hint = accept.as_deref().map(kinds);

    view! {
        <div class="field">
            <div class="field-head"><label for="file">"Files"</label></div>
            <label
                class="drop"
                data-over=move || over.get().then_some("")
                on:dragover=move |event| { event.prevent_default(); over.set(true) }
                on:dragleave=move |_| over.set(false)
                on:drop=move |event| {
                    event.prevent_default();
                    over.set(false);
                    #[cfg(feature = "hydrate")]
                    take::dropped_files(&event, input, chosen);
                }
            >
                <Icon name=IconName::Upload />
                <span class="drop-text"><strong>"Choose a file"</strong> " or drop it here"</span>
                {hint.map(|hint| view! { <span class="hint">{hint}</span> })}
                <input
                    class="drop-input"
                    id="file"
                    type="file"
                    name="file"
                    multiple
                    accept=accept
                    node_ref=input
                    on:change=move |_| {
                        #[cfg(feature = "hydrate")]
                        take::show(input, chosen);
                    }
                />
            </label>
            <ul class="files">
                {files.into_iter().map(|file| view! { <Uploaded file /> }).collect_view()}
                {move || {
                    let each = |(at, file)| view! { <Picked file at input chosen /> };
                    chosen.get().into_iter().enumerate().map(each).collect_view()
                }}
            </ul>
        </div>
    }
}

#[component]
fn Uploaded(file: AttachmentView) -> impl IntoView {
    let picture = file.has_preview.then(|| file.preview_url());
    let size = file.size_text();

    view! {
        <li class="file">
            <span class="file-thumb">
                {match picture {
                    Some(src) => view! { <img src=src alt="" width="56" height="56" /> }.into_any(),
                    None => view! { <Icon name=IconName::File /> }.into_any(),
                }}
            </span>
            <div class="file-text">
                <span class="file-name"><HiddenCharText text=file.name /></span>
                <span class="file-meta">{file.media_type} " · " {size} " · uploaded"</span>
            </div>
        </li>
    }
}

#[component]
fn Picked(
    file: Chosen,
    at: usize,
    input: NodeRef<Input>,
    chosen: RwSignal<Vec<Chosen>>,
) -> impl IntoView {
    let Chosen { name, size, picture } = file;
    let remove = move |_| {
        #[cfg(feature = "hydrate")]
        take::all_but(at, input, chosen);
        #[cfg(not(feature = "hydrate"))]
        let _ = (at, input, chosen);
    };

    view! {
        <li class="file">
            <span class="file-thumb">
                {match picture {
                    Some(src) => view! { <img src=src alt="" width="56" height="56" /> }.into_any(),
                    None => view! { <Icon name=IconName::File /> }.into_any(),
                }}
            </span>
            <div class="file-text">
                <span class="file-name"><HiddenCharText text=name.clone() /></span>
                <span class="file-meta">{size} " · not sent yet"</span>
            </div>
            <button
                class="button"
                type="button"
                data-kind="quiet"
                data-size="icon"
                aria-label=format!("Remove {name}")
                on:click=remove
            >
                <Icon name=IconName::Cross />
            </button>
        </li>
    }
}

/// "PNG, JPEG" for `image/png,image/jpeg`.
fn kinds(accept: &str) -> String {
    let kinds = accept.split(',').map(|kind| {
        let name = kind.rsplit('/').next().unwrap_or(kind);
        name.to_uppercase()
    });
    kinds.collect::<Vec<_>>().join(", ")
}

/// Files that come in by hand. They are put into the field itself, so that the plain form sends them.
#[cfg(feature = "hydrate")]
mod take {
    use leptos::{ev, html::Input, prelude::*};
    use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList, HtmlInputElement, Url};

    use super::Chosen;

    pub fn dropped_files(event: &DragEvent, input: NodeRef<Input>, chosen: RwSignal<Vec<Chosen>>) {
        add(event.data_transfer().and_then(|data| data.files()), input, chosen);
    }

    pub fn pasted_files(input: NodeRef<Input>, chosen: RwSignal<Vec<Chosen>>) {
        Effect::new(move |_| {
            // Chosen before the page was alive, or kept by the browser through a reload.
            show(input, chosen);
            let listener = window_event_listener(ev::paste, move |event: ClipboardEvent| {
                add(event.clipboard_data().and_then(|data| data.files()), input, chosen);
            });
            on_cleanup(move || {
                listener.remove();
                forget(chosen);
            });
        });
    }

    fn add(found: Option<FileList>, input: NodeRef<Input>, chosen: RwSignal<Vec<Chosen>>) {
        let Some(field) = input.get_untracked() else { return };
        let found = files(found);
        if !found.is_empty() {
            put(files(field.files()).into_iter().chain(found), &field);
            show(input, chosen);
        }
    }

    pub fn all_but(at: usize, input: NodeRef<Input>, chosen: RwSignal<Vec<Chosen>>) {
        let Some(field) = input.get_untracked() else { return };
        let kept = files(field.files()).into_iter().enumerate().filter(|(place, _)| *place != at);
        put(kept.map(|(_, file)| file), &field);
        show(input, chosen);
    }

    /// Lists what is in the field.
    pub fn show(input: NodeRef<Input>, chosen: RwSignal<Vec<Chosen>>) {
        let Some(field) = input.get_untracked() else { return };
        forget(chosen);
        chosen.set(files(field.files()).iter().map(describe).collect());
    }

    fn files(list: Option<FileList>) -> Vec<File> {
        list.map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect())
            .unwrap_or_default()
    }

    fn put(files: impl Iterator<Item = File>, field: &HtmlInputElement) {
        let Ok(data) = DataTransfer::new() else { return };
        for file in files {
            // Adding a file to an own list can't be refused.
            let _ = data.items().add_with_file(&file);
        }
        field.set_files(data.files().as_ref());
    }

    fn describe(file: &File) -> Chosen {
        let shown = file.type_().starts_with("image/");
        let picture = shown.then(|| Url::create_object_url_with_blob(file).ok()).flatten();
        Chosen { name: file.name(), size: size(file.size()), picture }
    }

    fn size(bytes: f64) -> String {
        match bytes {
            bytes if bytes < 1e3 => format!("{bytes} B"),
            bytes if bytes < 1e6 => format!("{:.0} kB", bytes / 1e3),
            bytes => format!("{:.1} MB", bytes / 1e6),
        }
    }

    fn forget(chosen: RwSignal<Vec<Chosen>>) {
        let pictures = chosen.try_with_untracked(|chosen| {
            chosen.iter().filter_map(|file| file.picture.clone()).collect::<Vec<_>>()
        });
        for picture in pictures.unwrap_or_default() {
            // An unknown address is no harm.
            let _ = Url::revoke_object_url(&picture);
        }
    }
}
