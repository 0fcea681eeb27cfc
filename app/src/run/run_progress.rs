//! What the server is doing, and how it ended.

use domain::{
    id::RunId,
    state::{EndReason, Ending, Status, Step},
};
use leptos::prelude::*;

use super::words;
use crate::{
    api::runs::RunSummary,
    components::{Banner, BannerKind, HiddenCharText},
};

/// Says what happens while nobody is asked.
#[component]
pub fn RunProgress(run: RunSummary) -> impl IntoView {
    let text = match (run.status, run.step) {
        (Status::Queued, _) => Some("Queued: another run of this session is active.".to_owned()),
        (Status::Running, Step::ApiCall) if run.provider == domain::action::EXTERNAL => {
            let agent = words::visible(&run.owner_name);
            Some(format!("{agent} was told, and says here what became of it."))
        }
        (Status::Running, Step::ApiCall) => {
            Some(format!("Calling “{}”…", words::visible(&run.provider)))
        }
        (Status::Running, _) => Some("Preparing the request…".to_owned()),
        _ => None,
    };
    text.map(|text| {
        view! {
            <div class="banner" data-kind="info" role="status" id="progress">
                <div class="banner-text">
                    <p>{text}</p>
                </div>
            </div>
        }
    })
}

/// Without script the page loads itself again until the server is done. A browser with script reads the inside of
/// `<noscript>` as text, so there is nothing in it to hydrate.
#[component]
pub fn LookAgain(run: RunId) -> impl IntoView {
    view! { <noscript>{inside(run)}</noscript> }.into_any()
}

#[cfg(feature = "ssr")]
fn inside(run: RunId) -> impl IntoView {
    // Without an address it would stay where it is if that has a fragment.
    let again = format!("2; url=/runs/{run}");
    view! {
        <meta http-equiv="refresh" content=again/>
        <p class="hint">"This page loads itself again every 2 seconds."</p>
    }
    .into_any()
}

#[cfg(not(feature = "ssr"))]
fn inside(_: RunId) {}

/// How the run ended, and why.
#[component]
pub fn RunEnd(end: Ending) -> impl IntoView {
    let (kind, title) = match end.reason {
        EndReason::Done => (BannerKind::Saved, "Completed"),
        EndReason::Rejected => (BannerKind::Info, "Rejected"),
        EndReason::Cancelled => (BannerKind::Info, "Cancelled"),
        EndReason::Expired => (BannerKind::Expired, "Expired: the deadline passed"),
        EndReason::ProviderError => (BannerKind::Error, "Failed"),
    };
    view! {
        <Banner kind=kind title=title>
            <p>
                <HiddenCharText text=end.message/>
                {format!(" At {}.", words::clock(end.at))}
            </p>
        </Banner>
    }
    .into_any()
}
