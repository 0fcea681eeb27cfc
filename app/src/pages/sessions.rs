//! The sessions, the one with the newest message first.

use domain::access::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::Refused;
use crate::{
    api::{
        session::{Session, in_query},
        threads::{SessionList, SessionSummary, load_sessions, session_address},
    },
    components::{Badge, EmptyState, HiddenCharText, Icon, IconName, PageHeader, TimeAgo},
    run::words,
};

/// `?search=` looks for words, `?cursor=` shows a later piece.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let filled = |name| query.get(name).filter(|value: &String| !value.is_empty());
        (filled("search"), filled("cursor"))
    });
    let sessions = crate::wire::resource(
        move || asked.get(),
        |(search, cursor)| load_sessions(search, cursor),
    );

    view! {
        <Title text="Sessions" />
        <div class="page">
            <Transition>
                {move || {
                    let (search, cursor) = asked.get();
                    Suspend::new(async move {
                        match sessions.await {
                            Ok(list) => found(list, search, cursor.is_some()),
                            Err(error) => view! { <Refused error /> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn found(list: SessionList, search: Option<String>, later: bool) -> AnyView {
    let SessionList { page, now, fresh } = list;
    let total = words::count(page.total.try_into().unwrap_or(usize::MAX), "session");
    let starts = Session::current().is_at_least(Role::Reviewer);
    let query = search.as_deref().map(|search| format!("search={}", in_query(search)));
    let newest = later.then(|| match &query {
        Some(query) => format!("/sessions?{query}"),
        None => "/sessions".to_owned(),
    });
    let older = page.next.map(|cursor| {
        let cursor = format!("cursor={}", in_query(&cursor));
        let query = query.into_iter().chain([cursor]).collect::<Vec<_>>();
        format!("/sessions?{}", query.join("&"))
    });
    let empty = page.items.is_empty();
    let searched = search.is_some();
    let rows = page.items.into_iter().map(|session| row(session, now)).collect_view();

    view! {
        <PageHeader title="Sessions" sub=move || view! { <span>{total}</span> }>
            {starts.then(|| view! {
                <a class="button" data-kind="primary" href=fresh>
                    <Icon name=IconName::Plus /> "New session"
                </a>
            })}
        </PageHeader>
        <form class="search" role="search" method="get" action="/sessions">
            <label class="visually-hidden" for="search">"Search in names and messages"</label>
            <input
                class="input"
                id="search"
                type="search"
                name="search"
                maxlength="200"
                autocomplete="off"
                placeholder="Search in names and messages"
                value=search
            />
            <button class="button">"Search"</button>
        </form>
        {if empty {
            nothing(searched)
        } else {
            view! { <div class="rows-list"><ul class="rows">{rows}</ul></div> }.into_any()
        }}
        {(older.is_some() || newest.is_some()).then(|| view! {
            <nav class="form-actions" aria-label="Pages">
                {newest.map(|href| view! { <a class="button" href=href>"Newest"</a> })}
                {older.map(|href| view! { <a class="button" href=href>"Older"</a> })}
            </nav>
        })}
    }
    .into_any()
}

fn row(of: SessionSummary, now: chrono::DateTime<chrono::Utc>) -> AnyView {
    let address = session_address(of.owner, &of.session);
    let waiting = (of.waiting > 0).then(|| {
        let text = format!("{} waiting", of.waiting);
        view! { <Badge state="awaiting_human">{text}</Badge> }
    });
    let title = words::shorten(&of.title, 140);
    let title = if title.is_empty() { "A session without words".to_owned() } else { title };

    view! {
        <li class="row">
            <a class="row-link" href=address>
                <span class="row-badge">{waiting}</span>
                <span class="row-title"><HiddenCharText text=title /></span>
                <span class="row-meta">
                    <span><HiddenCharText text=of.owner_name /></span>
                    <span><HiddenCharText text=of.session /></span>
                </span>
                <span class="row-age"><TimeAgo at=of.last_at now /></span>
            </a>
        </li>
    }
    .into_any()
}

fn nothing(searched: bool) -> AnyView {
    let (title, text) = if searched {
        ("Nothing found", "No session has these words in its name or in a message.")
    } else {
        ("No session yet", "A session holds what was asked, answered and decided, in order.")
    };
    view! {
        <section class="panel">
            <EmptyState
                icon=IconName::Chat
                title
                actions=move || searched.then(|| view! {
                    <a class="button" href="/sessions">"Show all sessions"</a>
                })
            >
                {text}
            </EmptyState>
        </section>
    }
    .into_any()
}
