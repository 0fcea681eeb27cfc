//! The people page, for admins: who has an account, and invitations.

mod invite;
mod table;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::{invite::Invite, table::PeopleTable};
use super::{Outcome, Refused};
use crate::{
    api::{
        access::PersonStatus,
        notice::Notice,
        people::{FreshLink, PeopleList, load_people},
        people_notice::ALL,
    },
    components::{Banner, BannerKind, CopyText, PageHeader, Time},
    wire::resource,
};

/// `?notice=` is the code of what a form just did.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let query = use_query_map();
    let notice = move || query.read().get("notice").and_then(|code| Notice::from_code(&ALL, &code));
    let people = resource(|| (), |()| load_people());

    view! {
        <Title text="People" />
        <div class="page">
            <Suspense>
                {move || {
                    let notice = notice();
                    Suspend::new(async move {
                        match people.await {
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
fn Found(list: PeopleList, notice: Option<Notice>) -> impl IntoView {
    let PeopleList { people, fresh, now } = list;
    let invited = people.iter().filter(|person| person.status == PersonStatus::Invited).count();
    let counted = match people.len() {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    let open = match invited {
        0 => None,
        1 => Some("1 invitation open".to_owned()),
        count => Some(format!("{count} invitations open")),
    };

    view! {
        <PageHeader
            title="People"
            sub=move || view! { <span>{counted}</span> {open.map(|open| view! { <span>{open}</span> })} }
        />
        {match fresh {
            Some(fresh) => view! { <Fresh fresh /> }.into_any(),
            None => notice.map(|notice| view! { <Outcome notice /> }).into_any(),
        }}
        <PeopleTable people now />
        <Invite />
    }
}

/// A link that is never shown again.
#[component]
fn Fresh(fresh: FreshLink) -> impl IntoView {
    let FreshLink { link, welcome } = fresh;
    let title = format!("A link for {}", welcome.email);

    view! {
        <Banner kind=BannerKind::Saved title>
            <p>
                "Send it yourself. It works once, until " <Time at=link.expires_at />
                ", and is not shown again."
            </p>
            <CopyText text=link.url />
        </Banner>
    }
}
