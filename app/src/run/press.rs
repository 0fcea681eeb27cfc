//! Actions beside the decision: each a plain form with one button, sent without leaving the page once that is alive.

#[cfg(feature = "hydrate")]
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::Desk;
use crate::{api::actions::Reply, error::ApiError};

/// Where an action's form posts to, and what sends it from a page that is alive.
#[derive(Clone, Copy)]
pub struct Press {
    address: &'static str,
    send: Callback<()>,
    sends: RwSignal<bool>,
}

impl Press {
    /// `code` names the notice that says it was done.
    #[must_use]
    pub fn new<F>(desk: Desk, action: F, code: &'static str) -> Self
    where
        F: ServerFn<Output = Reply, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let sends = RwSignal::new(false);
        #[cfg(feature = "hydrate")]
        let send = Callback::new(move |()| {
            let action = action.clone();
            let patience = begin(desk, sends, code);
            leptos::task::spawn_local(async move {
                let answer = action.run_on_client().await;
                patience.inspect(TimeoutHandle::clear);
                over(desk, sends, &answer, code);
            });
        });
        #[cfg(not(feature = "hydrate"))]
        let send = {
            let _ = (desk, action, code);
            Callback::new(|()| {})
        };
        Self { address: F::PATH, send, sends }
    }

    /// It is on its way: pressed again, nothing more is sent.
    #[must_use]
    pub fn sends(self) -> bool {
        self.sends.get()
    }
}

/// Waits for an answer, but not for ever; one that comes later is said all the same.
#[cfg(feature = "hydrate")]
fn begin(desk: Desk, sends: RwSignal<bool>, code: &'static str) -> Option<TimeoutHandle> {
    sends.set(true);
    let lost = move || over(desk, sends, &Err(ApiError::Lost), code);
    set_timeout_with_handle(lost, super::outbox::PATIENCE).ok()
}

#[cfg(feature = "hydrate")]
fn over(desk: Desk, sends: RwSignal<bool>, answer: &Result<Reply, ApiError>, code: &'static str) {
    // The page may have gone.
    sends.try_set(false);
    super::live::done(desk, answer, code);
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
        if !press.sends.get_untracked() {
            press.send.run(());
        }
    };
    view! {
        <form method="post" action=press.address on:submit=submit>
            {hidden.collect_view()}
            {children()}
        </form>
    }
    .into_any()
}
