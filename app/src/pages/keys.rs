//! The keys page: what programs use in place of a password.

mod make;
mod table;

use domain::access::{CallerKind, Role};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::{make::MakeKey, table::KeysTable};
use super::{Outcome, Refused};
use crate::{
    api::{
        keys::{KeyList, KeyStatus, MadeKey, load_keys},
        keys_notice::ALL,
        notice::Notice,
        session::Session,
    },
    components::{Banner, BannerKind, CopyText, EmptyState, IconName, PageHeader},
    wire::resource,
};

/// `?notice=` is the code of what a form just did.
#[component]
pub fn KeysPage() -> impl IntoView {
    let query = use_query_map();
    let notice = move || query.read().get("notice").and_then(|code| Notice::from_code(&ALL, &code));
    let keys = resource(|| (), |()| load_keys());

    view! {
        <Title text="Keys" />
        <div class="page">
            <Suspense>
                {move || {
                    let notice = notice();
                    Suspend::new(async move {
                        match keys.await {
                            Ok(list) => view! { <Found list notice /> }.into_any(),
                            Err(error) => view! { <Refused error /> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
}

#[component]
fn Found(list: KeyList, notice: Option<Notice>) -> impl IntoView {
    let KeyList { keys, fresh, now } = list;
    let admin = Session::current().is_at_least(Role::Admin);
    let active = keys.iter().filter(|key| key.status == KeyStatus::Active).count();
    let counted = match active {
        1 => "1 key in use".to_owned(),
        count => format!("{count} keys in use"),
    };
    let whose = if admin { "Everybody's keys, and those of agents" } else { "Your own keys" };

    view! {
        <PageHeader title="Keys" sub=move || view! { <span>{counted}</span> <span>{whose}</span> } />
        {match fresh {
            Some(made) => view! { <Fresh made /> }.into_any(),
            None => notice.map(|notice| view! { <Outcome notice /> }).into_any(),
        }}
        {if keys.is_empty() {
            view! {
                <section class="panel" aria-label="Keys">
                    <EmptyState icon=IconName::Key title="There are no keys yet">
                        "A key lets a program in: an agent that asks for approval, or a script that acts for you."
                    </EmptyState>
                </section>
            }
            .into_any()
        } else {
            view! { <KeysTable keys now /> }.into_any()
        }}
        <MakeKey admin />
    }
}

/// A secret that is never shown again.
#[component]
fn Fresh(made: MadeKey) -> impl IntoView {
    let MadeKey { key, secret } = made;
    let title = match key.kind {
        CallerKind::Agent => format!("The key of the agent “{}”", key.name),
        CallerKind::Person => format!("The key “{}”", key.name),
    };

    view! {
        <Banner kind=BannerKind::Saved title>
            <p>
                "Put it where your program keeps its secrets. It is not shown again. It goes into the header "
                <code>"Authorization: Bearer …"</code> "."
            </p>
            <CopyText text=secret />
        </Banner>
    }
}
