//! One session: what was asked, answered and decided, in order, the ticket that waits, and what to say next.

mod card;
mod composer;
mod entry;
mod kept;
mod meant;
mod send;
#[cfg(feature = "hydrate")]
mod watch;

use domain::id::{PersonId, TicketId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

#[cfg(feature = "hydrate")]
use self::watch::reload;
use self::{card::Card, composer::Composer, entry::entry};
use super::Refused;
use crate::{
    api::{
        lists::load_providers,
        providers::ProviderView,
        session::{Session, in_query},
        threads::{ThreadEntry, ThreadView, load_thread, session_address},
        tickets::TicketView,
    },
    components::{HiddenCharText, Loading, PageHeader},
    error::ApiError,
    run::{LastNotice, Notice, words},
};

/// What the address says.
#[derive(Debug, Clone, Default, PartialEq)]
struct Asked {
    owner: Option<PersonId>,
    session: String,
    before: Option<String>,
    /// What was sent before and didn't get through.
    text: String,
    error: Option<String>,
}

/// How often the thread is read again at most, in milliseconds.
#[cfg(feature = "hydrate")]
const AGAIN: f64 = 500.0;
/// The longest text that comes back in an address.
const LONGEST_TEXT: usize = 2_000;

/// `/sessions/{owner}?id=`; `?before=` shows what was said earlier, `?text=` and `?error=` what was refused.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let owner = params.with(|params| params.get("owner"));
        let query = query.read();
        let filled = |name| query.get(name).filter(|value: &String| !value.is_empty());
        let text = filled("text").unwrap_or_default();
        Asked {
            owner: owner.and_then(|owner| owner.parse().ok()),
            session: filled("id").unwrap_or_default(),
            before: filled("before"),
            text: text.chars().take(LONGEST_TEXT).collect(),
            error: filled("error"),
        }
    });
    let loaded = crate::wire::resource(move || asked.get(), load);

    view! {
        <Suspense fallback=|| view! { <Loading text="Loading the session…"/> }>
            {move || {
                let asked = asked.get();
                Suspend::new(async move {
                    match loaded.await {
                        Ok((first, providers)) => view! { <Thread first providers asked /> }.into_any(),
                        Err(error) => view! { <Refused error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

async fn load(asked: Asked) -> Result<(ThreadView, Vec<ProviderView>), ApiError> {
    let owner = asked.owner.ok_or_else(|| ApiError::NotFound("session".to_owned()))?;
    let thread = load_thread(owner, asked.session, asked.before).await?;
    Ok((thread, load_providers().await?))
}

/// The session that is on the screen. What is told of it later makes it `reload`.
#[derive(Clone, Copy)]
pub struct OpenSession {
    view: RwSignal<ThreadView>,
    /// What is said about the ticket that was open.
    notice: RwSignal<Option<Notice>>,
    /// Another ticket came under the reader's hand, and they haven't looked at it yet.
    locked: RwSignal<bool>,
    /// The ticket that a message of the reader's answers.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers answer"))]
    answered: StoredValue<Option<TicketId>>,
    /// Reads the thread again; a failure leaves what is shown.
    pub reload: Callback<()>,
}

impl OpenSession {
    fn new(first: ThreadView) -> Self {
        let open = Self {
            view: RwSignal::new(first),
            notice: RwSignal::new(None),
            locked: RwSignal::new(false),
            answered: StoredValue::new(None),
            reload: Callback::new(|()| ()),
        };
        Self { reload: reload(open), ..open }
    }
}

#[component]
fn Thread(first: ThreadView, providers: Vec<ProviderView>, asked: Asked) -> impl IntoView {
    let address = session_address(first.owner, &first.session);
    let is_end = asked.before.is_none();
    let now = RwSignal::new(first.now);
    let open = OpenSession::new(first);
    if is_end {
        follow(open, now);
    }
    let view = open.view;
    // A new session is named after what is said in it first.
    let title = Memo::new(move |_| view.with(|view| heading(&view.title)));
    let first_title = title.get_untracked();
    // The server puts titles out after the page, when what the page has may be gone.
    let in_head = move || {
        let title = title.try_get().unwrap_or_else(|| first_title.clone());
        words::visible(&words::shorten(&title, 60))
    };
    // What the reader types is on the card's desk: a newer draft is no reason to lay the card out again.
    let card = Memo::new(move |_| {
        view.with(|view| {
            let run = view.open.as_ref()?;
            let ticket = TicketView { draft: None, ..run.ticket.clone()? };
            Some((run.summary.id, ticket, run.can.decide))
        })
    });
    let split = Memo::new(move |_| view.with(split));
    let earlier = view.with_untracked(|view| view.earlier.clone());
    let earlier = earlier.map(|cursor| format!("{address}&before={}", in_query(&cursor)));
    let busy = Memo::new(move |_| view.with(|view| view.busy));
    let list = move |entries: Vec<ThreadEntry>| {
        let items = entries.into_iter().map(|one| entry(one, now)).collect_view();
        view! { <ol class="thread">{items}</ol> }.into_any()
    };

    view! {
        <Title text=in_head />
        <article class="page">
            {move || header(view, title.get())}
            {earlier.map(|href| view! {
                <nav aria-label="Earlier"><a class="button" href=href>"Earlier messages"</a></nav>
            })}
            {move || list(split.get().0)}
            {move || {
                let (_, _, decides) = card.get()?;
                let run = view.with_untracked(|view| view.open.clone())?;
                Some(view! { <Card run decides open /> })
            }}
            {move || {
                let after = split.get().1;
                (!after.is_empty()).then(|| list(after))
            }}
            {move || card.get().is_none().then(|| view! { <LastNotice notice=open.notice /> })}
            {move || busy.get().then(|| view! {
                <p class="thread-busy" role="status">"A run is under way. What it says appears here."</p>
            })}
            {if is_end {
                view! { <Composer open providers text=asked.text error=asked.error /> }.into_any()
            } else {
                view! {
                    <nav class="form-actions" aria-label="Pages">
                        <a class="button" href=address>"Newest messages"</a>
                    </nav>
                }
                .into_any()
            }}
        </article>
    }
    .into_any()
}

fn heading(title: &str) -> String {
    match words::shorten(title, 140) {
        title if title.is_empty() => "New session".to_owned(),
        title => title,
    }
}

fn header(view: RwSignal<ThreadView>, title: String) -> impl IntoView {
    let of = |view: &ThreadView| (view.session.clone(), view.owner_name.clone());
    let (session, owner_name) = view.with_untracked(of);
    view! {
        <PageHeader
            title
            back=("/sessions".to_owned(), "Sessions".to_owned())
            sub=move || view! {
                <span>"of " <HiddenCharText text=owner_name /></span>
                <span>"session " <HiddenCharText text=session /></span>
            }
        />
    }
}

/// What was said up to the open ticket's question, and after it.
fn split(view: &ThreadView) -> (Vec<ThreadEntry>, Vec<ThreadEntry>) {
    let open = view.open.as_ref().and_then(|run| run.ticket.as_ref()).map(|open| open.ticket.id);
    let asks =
        |entry: &ThreadEntry| entry.asks.as_ref().is_some_and(|asks| Some(asks.ticket) == open);
    let at = view.entries.iter().position(asks).map_or(view.entries.len(), |at| at + 1);
    let (before, after) = view.entries.split_at(at);
    (before.to_vec(), after.to_vec())
}

/// Whether the reader's own runs start here.
fn is_own(view: &ThreadView) -> bool {
    Session::current().caller.is_some_and(|caller| caller.person == view.owner)
}

#[cfg(not(feature = "hydrate"))]
fn reload(open: OpenSession) -> Callback<()> {
    open.reload
}

#[cfg(not(feature = "hydrate"))]
fn follow(_: OpenSession, _: RwSignal<chrono::DateTime<chrono::Utc>>) {}

/// Reads the thread again when something was said in it or happened to its runs, and while the line is cut every few
/// seconds.
#[cfg(feature = "hydrate")]
fn follow(open: OpenSession, now: RwSignal<chrono::DateTime<chrono::Utc>>) {
    use crate::live::{Link, calmly, use_live};

    let live = use_live();
    let again = calmly(AGAIN, open.reload);
    live.follow_session(open.view.with_untracked(|view| view.session.clone()));
    live.on_change(move |change| {
        if open.view.with_untracked(|view| change.is_of_session(&view.session)) {
            again.run(());
        }
    });
    super::browser::every(std::time::Duration::from_secs(3), move || {
        if untrack(|| live.link()) != Some(Link::Live) {
            open.reload.run(());
        }
    });
    Effect::new(move |_| now.set(open.view.with(|view| view.now)));
}
