//! The place for files: a plain file field, which also takes dropped, pasted and photographed files once the page is
//! alive, and shows how far each is.

use leptos::prelude::*;

use super::{Home, Phase, Uploads, row};
use crate::{
    api::attachments::AttachmentView,
    components::{Icon, IconName},
};

/// A field named `file`, for a form that posts it without script. With script, files are sent at once, and the form
/// names what came in as `upload`.
#[component]
pub fn FileField(
    home: Home,
    /// What the session has already and the form sends along.
    #[prop(into)]
    files: Signal<Vec<AttachmentView>>,
    /// Which types to offer.
    #[prop(optional_no_strip)]
    accept: Option<String>,
    #[prop(into)] hint: String,
    /// A button instead of an area.
    #[prop(optional)]
    small: bool,
    /// Called when a file came in.
    #[prop(optional, into)]
    on_done: Option<Callback<()>>,
) -> impl IntoView {
    let uploads = Uploads::here();
    let over = RwSignal::new(false);
    take(uploads, &home, over, on_done);
    let (there, on_the_way) = (home.clone(), home.clone());
    let listed = move || {
        let mut all = files.get();
        let fresh = uploads.done(&there);
        all.extend(
            fresh
                .into_iter()
                .filter(|file| files.with(|known| known.iter().all(|k| k.id != file.id))),
        );
        all.into_iter().map(row::uploaded).collect_view()
    };
    let moving = move || {
        let items = uploads.at(&on_the_way).into_iter();
        let items = items.filter(|item| !matches!(item.phase.get(), Phase::Done(_)));
        items.map(|item| row::sending(item, uploads)).collect_view()
    };

    view! {
        <div class="upload" data-size=small.then_some("small")>
            <div class="upload-ways">
                <label class="drop" data-over=move || over.get().then_some("")>
                    <Icon name=IconName::Upload />
                    <span class="drop-text"><strong>"Choose files"</strong> " or drop them here"</span>
                    <span class="hint">{hint}</span>
                    <input class="drop-input" id="file" type="file" name="file" multiple accept=accept />
                </label>
                <label class="button camera">
                    <Icon name=IconName::Picture />
                    "Take a photo"
                    <input type="file" name="file" accept="image/*" capture="environment" />
                </label>
            </div>
            <ul class="files">{listed} {moving}</ul>
            <p class="visually-hidden" role="status">{move || uploads.said.get()}</p>
        </div>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn take(_: Uploads, _: &Home, _: RwSignal<bool>, _: Option<Callback<()>>) {}

#[cfg(feature = "hydrate")]
fn take(uploads: Uploads, home: &Home, over: RwSignal<bool>, on_done: Option<Callback<()>>) {
    super::take::listen(uploads, home.clone(), over);
    let home = home.clone();
    Effect::new(move |before: Option<usize>| {
        let count = uploads.done(&home).len();
        if let (Some(on_done), true) = (on_done, before.is_some_and(|before| count > before)) {
            on_done.run(());
        }
        count
    });
}
