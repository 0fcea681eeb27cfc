//! The list of open tickets, which keeps itself up to date without moving under the reader's hand.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{access::Role, id::TicketId};
use leptos::prelude::*;
use leptos_meta::Title;

use super::row::InboxRow;
use crate::{
    api::{
        page::Page,
        runs::{Inbox, InboxItem},
        session::{Session, in_query},
    },
    components::{EmptyState, Icon, IconName, PageHeader},
    pages::OpenTickets,
};

/// What is shown, and what is known beyond it.
#[derive(Clone, Copy)]
struct State {
    shown: RwSignal<Page<InboxItem>>,
    /// How many there are, also of those that aren't shown.
    total: RwSignal<u64>,
    /// Read later than what is shown, and held back.
    held: RwSignal<Option<Page<InboxItem>>>,
    /// The server's time at the last look.
    now: RwSignal<DateTime<Utc>>,
    /// Tickets of the shown list that don't wait any more, and why: "rejected by Mara".
    gone: RwSignal<BTreeMap<TicketId, String>>,
    /// The reader's pointer or focus is in the list.
    pointed: RwSignal<bool>,
    focused: RwSignal<bool>,
    /// The next touch may come down on any row, and be on its way already.
    touched: RwSignal<bool>,
}

impl State {
    fn new(inbox: Inbox) -> Self {
        Self {
            total: RwSignal::new(inbox.page.total),
            shown: RwSignal::new(inbox.page),
            held: RwSignal::new(None),
            now: RwSignal::new(inbox.now),
            gone: RwSignal::new(BTreeMap::new()),
            pointed: RwSignal::new(false),
            focused: RwSignal::new(false),
            touched: RwSignal::new(false),
        }
    }

    /// Takes a later look at the list: shows it at once, or holds it back.
    #[cfg(feature = "hydrate")]
    fn learn(self, inbox: Inbox) {
        self.now.set(inbox.now);
        self.total.set(inbox.page.total);
        if self.shown.with_untracked(|shown| *shown == inbox.page) {
            self.held.set(None);
        } else {
            self.held.set(Some(inbox.page));
            let in_use = [self.pointed, self.focused, self.touched];
            let in_use = in_use.into_iter().any(|is| is.get_untracked());
            if !in_use || self.shown.with_untracked(|shown| shown.items.is_empty()) {
                self.show_held();
            }
        }
    }

    fn show_held(self) {
        if let Some(page) = self.held.try_update(Option::take).flatten() {
            #[cfg(feature = "hydrate")]
            super::focus::keep(&page);
            self.touched.set(false);
            self.gone.set(BTreeMap::new());
            self.shown.set(page);
        }
    }

    /// A ticket of the list was closed: its row stays where it is, and says so.
    #[cfg(feature = "hydrate")]
    fn close(self, ticket: TicketId, how: String) {
        let here = |page: &Page<InboxItem>| page.items.iter().any(|item| item.ticket == ticket);
        if self.shown.with_untracked(here) {
            self.gone.update(|gone| {
                gone.insert(ticket, how);
            });
        }
    }

    /// What is held back, in words.
    fn news(self) -> Option<String> {
        match self.more() {
            0 if self.held.with(Option::is_none) => None,
            0 => Some("The list changed".to_owned()),
            more => Some(format!("{more} new")),
        }
    }

    /// How many tickets are held back that aren't shown.
    fn more(self) -> usize {
        let shown: HashSet<TicketId> =
            self.shown.with(|page| page.items.iter().map(|item| item.ticket).collect());
        self.held.with(|held| {
            let held = held.iter().flat_map(|page| &page.items);
            held.filter(|item| !shown.contains(&item.ticket)).count()
        })
    }
}

/// One piece of the inbox.
#[component]
pub fn InboxList(
    inbox: Inbox,
    /// The piece that new tickets appear in.
    first: bool,
) -> impl IntoView {
    let state = State::new(inbox);
    let total = move || state.total.get();
    if let Some(OpenTickets(open)) = use_context() {
        // Not before the page is alive: what stands in the navigation was read at another moment.
        Effect::new(move |_| open.set(Some(total())));
    }
    #[cfg(feature = "hydrate")]
    if first {
        keep_up_to_date(state);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = first;
    let starts = Session::current().is_at_least(Role::Reviewer);

    view! {
        <Title text="Inbox" />
        <PageHeader title="Inbox" sub=move || view! { <span>{move || waiting(total())}</span> }>
            {starts.then(|| view! {
                <a class="button wide-only" data-kind="primary" href="/runs/new">
                    <Icon name=IconName::Plus /> "New run"
                </a>
            })}
        </PageHeader>
        <div
            class="rows-list"
            on:pointerenter=move |_| state.pointed.set(true)
            on:pointerleave=move |_| state.pointed.set(false)
            on:focusin=move |_| state.focused.set(true)
            on:focusout=move |_| state.focused.set(false)
        >
            <p class="new-pill">{move || pill(state)}</p>
            {move || state.shown.with(|page| rows(page, state, starts))}
        </div>
    }
}

fn waiting(total: u64) -> String {
    match total {
        0 => "No ticket waits for a person".to_owned(),
        1 => "1 ticket waits for a person".to_owned(),
        total => format!("{total} tickets wait for a person"),
    }
}

fn pill(state: State) -> Option<impl IntoView> {
    let text = state.news()?;
    let show = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        state.show_held();
    };
    Some(view! { <a class="button" href="/inbox" on:click=show>{text}</a> })
}

fn rows(page: &Page<InboxItem>, state: State, starts: bool) -> AnyView {
    if page.items.is_empty() {
        return view! { <Nothing starts /> }.into_any();
    }
    // When it was read, not each time it is looked at: a row must not change its place by itself.
    let soon = state.now.get_untracked() + TimeDelta::hours(1);
    let is_soon = |item: &&InboxItem| item.overdue || item.expires_at.is_some_and(|at| at <= soon);
    let (urgent, rest): (Vec<_>, Vec<_>) = page.items.iter().partition(is_soon);
    let older = page.next.as_deref().map(|cursor| format!("/inbox?cursor={}", in_query(cursor)));

    view! {
        {group("Due soon", urgent, state)}
        {group("Waiting", rest, state)}
        {older.map(|href| view! {
            <nav class="form-actions" aria-label="Pages"><a class="button" href=href>"More"</a></nav>
        })}
    }
    .into_any()
}

fn group(title: &'static str, items: Vec<&InboxItem>, state: State) -> Option<impl IntoView> {
    let rows = items
        .iter()
        .map(|item| view! { <InboxRow item=(*item).clone() now=state.now gone=state.gone /> });
    let rows = rows.collect_view();
    (!items.is_empty()).then(|| {
        view! {
            <h2 class="rows-head">{title} " " <span class="count">{items.len()}</span></h2>
            <ul class="rows">{rows}</ul>
        }
    })
}

#[component]
fn Nothing(starts: bool) -> impl IntoView {
    view! {
        <section class="panel">
            <EmptyState
                icon=IconName::Inbox
                title="Nothing waits for you."
                actions=move || view! {
                    {starts.then(|| view! {
                        <a class="button" data-kind="primary" href="/runs/new">"Start a run"</a>
                    })}
                    <a class="button" href="/runs">"See all runs"</a>
                }
            >
                "Tickets appear here when a run needs a person."
            </EmptyState>
        </section>
    }
}

#[cfg(feature = "hydrate")]
fn keep_up_to_date(state: State) {
    use super::focus;
    use crate::{
        announce::{Matter, announce},
        api::lists::load_inbox,
        live::{What, calmly, use_live},
        pages::Waiting,
    };

    let (live, waiting) = (use_live(), use_context::<Waiting>());
    let look = calmly(
        1_000.0,
        Callback::new(move |()| {
            leptos::task::spawn_local(async move {
                // What is shown stays when the server can't be reached.
                let look = load_inbox(None).await;
                if let Some(waiting) = waiting {
                    waiting.learn(&look.as_ref().map(|look| look.page.total).map_err(Clone::clone));
                }
                // The page may have gone in the meantime.
                if let (Ok(inbox), Some(_)) = (look, state.total.try_get_untracked()) {
                    live.hear_time(inbox.now);
                    state.learn(inbox);
                }
            });
        }),
    );
    live.on_change(move |change| {
        if !change.is_of_inbox() {
            return;
        }
        if let What::Closed(ticket, how) = change.what {
            state.close(ticket, how);
        }
        look.run(());
    });
    Effect::new(move |_| {
        if let Some(news) = state.news() {
            announce(Matter::List, &news);
        }
    });
    // The list brings the number of open tickets with it.
    if let Some(waiting) = waiting {
        waiting.told.set_value(true);
        on_cleanup(move || {
            waiting.told.try_set_value(false);
        });
    }
    crate::pages::browser::every(std::time::Duration::from_secs(5), move || {
        if let Some(now) = live.now() {
            state.now.set(now);
        }
    });
    crate::pages::browser::on_touch(state.touched);
    focus::listen(move || state.focused.get_untracked(), move || state.show_held());
}
