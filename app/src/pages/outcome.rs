//! What became of a change that was made with a form.

use leptos::prelude::*;

use crate::{
    api::notice::Notice,
    components::{Banner, BannerKind},
};

#[component]
pub fn Outcome(notice: Notice) -> impl IntoView {
    let (kind, title) =
        if notice.good { (BannerKind::Saved, "Done") } else { (BannerKind::Error, "Not done") };
    view! { <Banner kind title><p>{notice.text}</p></Banner> }
}
