//! The inbox: the open tickets, the most urgent first.

#[cfg(feature = "hydrate")]
mod focus;
mod list;
mod row;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::list::InboxList;
use super::{Outcome, Refused};
use crate::{
    api::{
        lists::load_inbox,
        notice::{Notice, UNREADABLE},
    },
    wire::resource,
};

/// `?cursor=` shows a later piece of the list; `?notice=` says what became of a form.
#[component]
pub fn InboxPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.read().get("cursor"));
    let notice = move || Notice::from_code(&[UNREADABLE], &query.read().get("notice")?);
    let inbox = resource(move || cursor.get(), load_inbox);

    view! {
        <div class="page">
            {move || notice().map(|notice| view! { <Outcome notice /> })}
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
