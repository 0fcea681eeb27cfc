//! The inbox: the open tickets, the most urgent first.

#[cfg(feature = "hydrate")]
mod focus;
mod list;
mod row;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::list::InboxList;
use super::Refused;
use crate::{api::lists::load_inbox, wire::resource};

/// `?cursor=` shows a later piece of the list.
#[component]
pub fn InboxPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.read().get("cursor"));
    let inbox = resource(move || cursor.get(), load_inbox);

    view! {
        <div class="page">
            <Transition>
                {move || {
                    let first = cursor.get().is_none();
                    Suspend::new(async move {
                        match inbox.await {
                            Ok(inbox) => view! { <InboxList inbox first /> }.into_any(),
                            Err(error) => view! { <Refused error /> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}
