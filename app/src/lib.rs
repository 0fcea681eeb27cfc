//! The interface: pages, components and the server functions behind them.

pub mod announce;
pub mod api;
pub mod components;
#[cfg(feature = "hydrate")]
pub mod device;
pub mod error;
pub mod files;
#[cfg(feature = "hydrate")]
pub mod keys;
pub mod live;
pub mod pages;
pub mod run;
#[cfg(feature = "ssr")]
mod shell;
pub mod wire;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
#[cfg(feature = "ssr")]
pub use shell::shell;

use crate::{
    api::session::{Redirection, Session},
    files::Uploads,
    pages::{Frame, InboxPage, NotFoundPage, OpenTickets, RunPage, apart},
};

/// The whole interface. Each page is rendered to its end before it is sent, so that it is complete
/// without scripts.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Session::shared());
    Uploads::provide();
    mark_hydration();
    // Titles are put out after the page, where only what counts its own users is still there.
    let open = ArcRwSignal::new(None);
    provide_context(OpenTickets(open.clone().into()));

    view! {
        <Title formatter=move |text| title(text, open.get()) />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=|| view! { <Redirection to="/inbox" /> } ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view={Lazy::<apart::SignIn>::new()} ssr=SsrMode::Async />
                <Route path=path!("/welcome/:token") view={Lazy::<apart::Welcome>::new()} ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/inbox") view=InboxPage ssr=SsrMode::Async />
                    <Route path=path!("/sessions") view={Lazy::<apart::Sessions>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sessions/:owner") view={Lazy::<apart::Session>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/runs") view={Lazy::<apart::Runs>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/runs/new") view={Lazy::<apart::NewRun>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/runs/:id") view=RunPage ssr=SsrMode::Async />
                    <Route path=path!("/keys") view={Lazy::<apart::Keys>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/people") view={Lazy::<apart::People>::new()} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The title of a page: `(12) Inbox · Countersign` while so many tickets wait. On the server it is put between the tags as it is, so it is escaped here; the browser
/// takes it as text.
fn title(text: String, waiting: Option<u64>) -> String {
    #[cfg(feature = "ssr")]
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    match waiting.filter(|count| *count > 0) {
        Some(count) => format!("({count}) {text} · Countersign"),
        None => format!("{text} · Countersign"),
    }
}

/// Sets `<html data-hydrated=1>` once the page is alive: tests wait for it.
fn mark_hydration() {
    Effect::new(|_| {
        if let Some(html) = document().document_element() {
            // It can fail for an invalid name only.
            let _ = html.set_attribute("data-hydrated", "1");
        }
    });
}
