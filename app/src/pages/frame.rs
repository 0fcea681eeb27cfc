//! The frame of all pages for signed-in people: navigation, account menu, skip link.

use domain::access::{Caller, Role};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use super::{
    key_help::{KeyHelp, key_help_button, provide_key_help},
    link::{LinkNote, LiveDot},
};
use crate::{
    announce::region,
    api::{
        lists::count_inbox,
        session::{Redirection, Session, Theme, sign_in_address},
    },
    components::{Avatar, HiddenCharText, Icon, IconName},
    error::ApiError,
    live::provide_live,
    run::Outbox,
    wire::{Loaded, resource},
};

/// How many tickets are open: stands in the title of every page. `None` as long as it isn't known.
#[derive(Clone, Copy)]
pub struct OpenTickets(pub RwSignal<Option<u64>>);

/// How many tickets are open, and who asks for it.
#[derive(Clone, Copy)]
pub struct Waiting {
    first: Loaded<Result<u64, ApiError>>,
    later: RwSignal<Option<u64>>,
    #[cfg(feature = "hydrate")]
    live: crate::live::Live,
    /// The page that is shown reads the number itself.
    pub told: StoredValue<bool>,
}

impl Waiting {
    /// Takes what a look at the server brought.
    pub fn learn(self, look: &Result<u64, ApiError>) {
        if let Ok(count) = look {
            self.later.set(Some(*count));
        }
        #[cfg(feature = "hydrate")]
        match look {
            Err(ApiError::NotSignedIn) => self.live.signed_out(),
            look => self.live.looked(look.is_ok()),
        }
    }

    /// Asks the server again.
    #[cfg(feature = "hydrate")]
    pub fn look(self) {
        if !self.told.get_value() {
            leptos::task::spawn_local(async move { self.learn(&count_inbox().await) });
        }
    }
}

/// Leads to the sign-in page when nobody is signed in.
#[component]
pub fn Frame() -> impl IntoView {
    match Session::current().caller {
        Some(caller) => view! { <SignedIn caller /> }.into_any(),
        None => view! { <Redirection to=sign_in_address(&address().get_untracked()) /> }.into_any(),
    }
}

/// Path and query of the page.
fn address() -> Signal<String> {
    let location = use_location();
    Signal::derive(move || {
        let (path, query) = (location.pathname.get(), location.search.get());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    })
}

#[component]
fn SignedIn(caller: Caller) -> impl IntoView {
    let live = provide_live();
    provide_key_help();
    let later = use_context::<OpenTickets>().map_or_else(|| RwSignal::new(None), |open| open.0);
    let first = resource(|| (), |()| count_inbox());
    let waiting = Waiting {
        first,
        later,
        #[cfg(feature = "hydrate")]
        live,
        told: StoredValue::new(false),
    };
    provide_context(waiting);
    let outbox = Outbox::provide();
    #[cfg(feature = "hydrate")]
    wake(outbox);
    #[cfg(not(feature = "hydrate"))]
    let _ = (outbox, live);

    view! {
        <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
        {region()}
        <div class="shell">
            <Rail caller />
            <main id="main" class="main" tabindex="-1">
                <LinkNote />
                <Outlet />
            </main>
        </div>
        <KeyHelp />
    }
}

/// What all pages do once they are alive.
#[cfg(feature = "hydrate")]
fn wake(outbox: Outbox) {
    use super::{browser, link};
    use crate::{device::Device, files::Uploads, keys, live::use_live};

    Device::current().claim();
    let path = use_location().pathname;
    browser::focus_heading_on_navigation(path);
    outbox.wake();
    Uploads::here().go_on_with(use_live());
    let waiting = expect_context::<Waiting>();
    link::follow(waiting);
    // A decision on the page that is left may have changed it.
    Effect::new(move |before: Option<()>| {
        path.track();
        if before.is_some() {
            keys::guard();
        }
        waiting.look();
    });
    let focus = window_event_listener_untyped("focus", |_| keys::guard());
    on_cleanup(move || focus.remove());
}

/// Erased, like its parts: the type of the whole page would be too deep for the compiler.
#[component]
fn Rail(caller: Caller) -> impl IntoView {
    let admin = caller.role >= Role::Admin;
    let starts = caller.role >= Role::Reviewer;

    view! {
        <header class="rail">
            <a class="brand" href="/inbox"><Icon name=IconName::Brand /> " Countersign"</a>
            <nav class="nav" aria-label="Main">
                <ul class="nav-list">
                    <NavItem href="/inbox" icon=IconName::Inbox text="Inbox"><Count /></NavItem>
                    <NavItem href="/sessions" icon=IconName::Chat text="Sessions" />
                    <NavItem href="/runs" icon=IconName::Runs text="Runs" />
                    {starts.then(|| view! {
                        <NavItem href="/runs/new" icon=IconName::Plus text="New run" />
                    })}
                    <NavItem href="/keys" icon=IconName::Key text="Keys" />
                    {admin.then(|| view! {
                        <NavItem href="/people" icon=IconName::People text="People" />
                    })}
                </ul>
            </nav>
            <div class="rail-end"><LiveDot /> <Account caller /></div>
        </header>
    }
    .into_any()
}

#[component]
fn NavItem(
    href: &'static str,
    icon: IconName,
    text: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || path.with(|path| standing(href, path));

    view! {
        <li>
            <a class="nav-link" href=href aria-current=current>
                <Icon name=icon />
                <span>{text}</span>
                {children.map(|children| children())}
            </a>
        </li>
    }
    .into_any()
}

/// How an item of the navigation relates to the page that is shown: it leads there, or to the list that it is from.
fn standing(href: &str, path: &str) -> Option<&'static str> {
    match path.strip_prefix(href)? {
        "" => Some("page"),
        // An item of its own.
        "/new" => None,
        below => below.starts_with('/').then_some("true"),
    }
}

/// The number of open tickets; nothing while it isn't known.
#[component]
fn Count() -> impl IntoView {
    let Waiting { first, later, .. } = expect_context();
    let badge = |count: u64| {
        view! { " " <span class="count">{count} <span class="visually-hidden">" waiting"</span></span> }
    };
    let shown = move |first: Result<u64, ApiError>| {
        let first = first.ok();
        if later.get_untracked().is_none() {
            later.set(first);
        }
        move || later.get().or(first).filter(|count| *count > 0).map(badge)
    };

    view! { <Suspense>{move || Suspend::new(async move { shown(first.await) })}</Suspense> }
}

#[component]
fn Account(caller: Caller) -> impl IntoView {
    let Caller { name, email, role, .. } = caller;
    let back = address();
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let chosen = Session::current().theme;
    let theme = move |theme: Theme| {
        let (icon, text) = match theme {
            Theme::Light => (IconName::Sun, "Light"),
            Theme::Dark => (IconName::Moon, "Dark"),
            Theme::Auto => (IconName::Device, "Like the system"),
        };
        let is_chosen = theme == chosen;
        let pressed = if is_chosen { "true" } else { "false" };
        view! {
            <button name="theme" value=theme.name() aria-pressed=pressed>
                <Icon name=icon />
                {text}
                {is_chosen.then(|| view! { <Icon name=IconName::Check /> })}
            </button>
        }
    };

    view! {
        <details class="menu">
            <summary>
                <Avatar name=name.clone() />
                " "
                <span class="avatar-name"><HiddenCharText text=name /></span>
                <span class="visually-hidden">" Account"</span>
            </summary>
            <div class="menu-list">
                <p class="menu-note">
                    "Signed in as " <HiddenCharText text=email /> " · " {role.name()}
                </p>
                <form method="post" action="/ui/set_theme">
                    <input type="hidden" name="back" value=move || back.get() />
                    {Theme::ALL.map(theme).collect_view()}
                </form>
                {move || alive.get().then(key_help_button)}
                <form method="post" action="/api/auth/sign-out">
                    <button><Icon name=IconName::SignOut />"Sign out"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
