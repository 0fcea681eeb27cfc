//! The list of runs, which keeps itself up to date without moving under the reader's hand.

use leptos::prelude::*;

use super::{Asked, row::Row};
use crate::{
    api::lists::RunList,
    components::{EmptyState, HiddenCharText, Icon, IconName, PageHeader},
};

/// One piece of the list.
#[component]
pub fn Found(list: RunList, asked: Asked, starts: bool) -> impl IntoView {
    let state = State::new(list);
    let (shown, in_use) = (state.shown, state.in_use);
    #[cfg(feature = "hydrate")]
    if asked.cursor.is_none() {
        live::keep_up_to_date(state, asked.clone());
    }
    let session = asked.session.clone();
    let filters = view! { <Filters asked=asked.clone() /> };

    view! {
        <PageHeader
            title="Runs"
            sub=move || view! {
                <span>{move || total(shown.with(|list| list.page.total))}</span>
                {session.map(|session| view! { <span>"session " <HiddenCharText text=session /></span> })}
            }
        >
            {starts.then(|| view! {
                <a class="button wide-only" data-kind="primary" href="/runs/new">
                    <Icon name=IconName::Plus /> "New run"
                </a>
            })}
        </PageHeader>
        {filters}
        <div
            class="rows-list"
            on:pointerenter=move |_| in_use.set(true)
            on:pointerleave=move |_| in_use.set(false)
            on:focusin=move |_| in_use.set(true)
            on:focusout=move |_| in_use.set(false)
        >
            <p class="new-pill">{move || pill(state)}</p>
            {move || shown.with(|list| table(list, &asked, starts))}
        </div>
    }
}

/// What is shown, and what is known beyond it.
#[derive(Clone, Copy)]
struct State {
    shown: RwSignal<RunList>,
    /// Read later, and held back: its rows stand in other places.
    held: RwSignal<Option<RunList>>,
    /// The reader's pointer or focus is in the list.
    in_use: RwSignal<bool>,
    /// The next touch may come down on any row, and be on its way already.
    touched: RwSignal<bool>,
}

impl State {
    fn new(list: RunList) -> Self {
        Self {
            shown: RwSignal::new(list),
            held: RwSignal::new(None),
            in_use: RwSignal::new(false),
            touched: RwSignal::new(false),
        }
    }

    /// Takes a later look at the list. How a run stands is shown at once; no row moves under the hand.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers look again"))]
    fn learn(self, fresh: RunList) {
        let ids = |list: &RunList| list.page.items.iter().map(|run| run.id).collect::<Vec<_>>();
        let moves = self.shown.with_untracked(ids) != ids(&fresh);
        let in_use = self.in_use.get_untracked() || self.touched.get_untracked();
        if !moves || !in_use {
            self.held.set(None);
            self.shown.set(fresh);
            return;
        }
        self.shown.update(|shown| {
            for run in &mut shown.page.items {
                let same = fresh.page.items.iter().find(|same| same.id == run.id);
                same.inspect(|same| run.clone_from(same));
            }
        });
        self.held.set(Some(fresh));
    }

    fn show_held(self) {
        if let Some(list) = self.held.try_update(Option::take).flatten() {
            self.touched.set(false);
            self.shown.set(list);
        }
    }
}

fn pill(state: State) -> Option<impl IntoView> {
    let show = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        state.show_held();
    };
    state.held.with(Option::is_some).then(|| {
        view! { <a class="button" href="/runs" on:click=show>"The list changed"</a> }
    })
}

fn total(total: u64) -> String {
    match total {
        1 => "1 run".to_owned(),
        total => format!("{total} runs"),
    }
}

fn table(list: &RunList, asked: &Asked, starts: bool) -> AnyView {
    let RunList { page, now } = list;
    let now = *now;
    if page.items.is_empty() {
        return view! { <Nothing filtered=*asked != Asked::default() starts /> }.into_any();
    }
    let older =
        page.next.clone().map(|cursor| Asked { cursor: Some(cursor), ..asked.clone() }.address());
    let newest = asked.cursor.is_some().then(|| Asked { cursor: None, ..asked.clone() }.address());
    let rows = page.items.iter().cloned().map(|run| view! { <Row run now /> }).collect_view();
    view! {
        <section class="panel" aria-label="Runs">
            <div class="table-wrap">
                <table class="table" data-stack>
                    <thead>
                        <tr>
                            <th scope="col">"Run"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Step"</th>
                            <th scope="col">"Provider"</th>
                            <th scope="col">"Asked"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
        {(older.is_some() || newest.is_some()).then(|| view! {
            <nav class="form-actions" aria-label="Pages">
                {newest.map(|href| view! { <a class="button" href=href>"Newest"</a> })}
                {older.map(|href| view! { <a class="button" href=href>"Older"</a> })}
            </nav>
        })}
    }
    .into_any()
}

#[component]
fn Filters(asked: Asked) -> impl IntoView {
    const FILTERS: [(Option<&str>, &str); 6] = [
        (None, "All"),
        (Some("awaiting_human"), "Waits for a person"),
        (Some("active"), "Active"),
        (Some("completed"), "Completed"),
        (Some("failed"), "Failed"),
        (Some("cancelled"), "Cancelled"),
    ];
    let chips = FILTERS.map(|(status, text)| {
        let current = (asked.status.as_deref() == status).then_some("true");
        view! { <a class="chip" href=asked.with_status(status) aria-current=current>{text}</a> }
    });

    view! { <nav class="chips" aria-label="Filter">{chips.collect_view()}</nav> }
}

#[component]
fn Nothing(filtered: bool, starts: bool) -> impl IntoView {
    let (title, text) = if filtered {
        ("No run matches", "There are runs with another status, or in another session.")
    } else {
        ("No run yet", "A run is one request on its way through the checkpoints.")
    };

    view! {
        <section class="panel">
            <EmptyState
                icon=IconName::Runs
                title
                actions=move || view! {
                    {filtered.then(|| view! { <a class="button" href="/runs">"Show all runs"</a> })}
                    {starts.then(|| view! {
                        <a class="button" data-kind="primary" href="/runs/new">"Start a run"</a>
                    })}
                }
            >
                {text}
            </EmptyState>
        </section>
    }
}

#[cfg(feature = "hydrate")]
mod live {
    use leptos::prelude::*;

    use super::{Asked, State};
    use crate::{
        announce::{Matter, announce},
        api::lists::load_runs,
        live::{calmly, use_live},
    };

    /// Reads the newest runs again when something happened, and shows what was held back when the list isn't in use
    /// any more.
    pub fn keep_up_to_date(state: State, asked: Asked) {
        let read = move |()| {
            let Asked { status, session, .. } = asked.clone();
            leptos::task::spawn_local(async move {
                // What is shown stays when the server can't be reached, and the page may have gone.
                let look = load_runs(status, session, None).await;
                if let (Ok(list), false) = (look, state.shown.is_disposed()) {
                    state.learn(list);
                }
            });
        };
        crate::pages::browser::on_touch(state.touched);
        let read = calmly(1_000.0, Callback::new(read));
        use_live().on_change(move |_| read.run(()));
        Effect::new(move |_| {
            if state.held.with(Option::is_some) {
                announce(Matter::List, "The list changed");
            }
        });
        Effect::new(move |_| {
            if !state.in_use.get() && !state.touched.get() {
                state.show_held();
            }
        });
    }
}
