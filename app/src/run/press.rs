//! Actions beside the decision: each a plain form with one button, sent without leaving the page once that is alive.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::Desk;
use crate::{api::actions::Reply, error::ApiError};

/// Where an action's form posts to, and what sends it from a page that is alive.
#[derive(Clone, Copy)]
pub struct Press {
    address: &'static str,
    send: Callback<()>,
}

impl Press {
    /// `code` names the notice that says it was done.
    #[must_use]
    pub fn new<F>(desk: Desk, action: F, code: &'static str) -> Self
    where
        F: ServerFn<Output = Reply, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        #[cfg(feature = "hydrate")]
        let send = Callback::new(move |()| {
            let action = action.clone();
            leptos::task::spawn_local(async move {
                super::live::done(desk, &action.run_on_client().await, code);
            });
        });
        #[cfg(not(feature = "hydrate"))]
        let send = {
            let _ = (desk, action, code);
            Callback::new(|()| {})
        };
        Self { address: F::PATH, send }
    }
}

/// The form around the button.
#[component]
pub fn PressForm(
    press: Press,
    /// Names and values that it posts.
    posts: Vec<(&'static str, String)>,
    children: Children,
) -> impl IntoView {
    let hidden = posts.into_iter().map(|(name, value)| {
        view! { <input type="hidden" name=name value=value/> }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        press.send.run(());
    };
    view! {
        <form method="post" action=press.address on:submit=submit>
            {hidden.collect_view()}
            {children()}
        </form>
    }
    .into_any()
}
