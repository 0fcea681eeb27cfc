//! Whether the page is up to date, in words, and what keeps it so.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    api::session::sign_in_address,
    components::{Icon, IconName},
    live::{Link, Live, use_live},
    run::{Outbox, words},
};

/// A dot with a word.
#[component]
pub fn LiveDot() -> impl IntoView {
    let live = use_live();
    let shown = move || {
        let (state, text) = match live.link()? {
            Link::Live => ("live", "Live"),
            Link::CatchingUp | Link::Looking => ("catching-up", "Catching up"),
            Link::Offline => ("offline", "Offline"),
            Link::SignedOut => ("offline", "Signed out"),
        };
        Some(view! { <p class="live" data-state=state>{text}</p> })
    };
    view! { <div>{shown}</div> }.into_any()
}

/// What doesn't work at this moment, over the page: nothing moves when it comes and goes.
#[component]
pub fn LinkNote() -> impl IntoView {
    let (live, outbox, path) = (use_live(), Outbox::shared(), use_location().pathname);
    let shown = move || {
        let (icon, text) = match live.link()? {
            Link::Live | Link::CatchingUp => return unsaved(outbox, &path.get()),
            Link::Looking => {
                (IconName::Retry, "Not live. Changes show after some seconds.".to_owned())
            }
            Link::SignedOut => {
                (IconName::SignOut, "You are signed out. What you typed is kept.".to_owned())
            }
            Link::Offline => {
                let at = live.heard().map(|at| format!(" Last update {}.", words::clock(at)));
                let at = at.unwrap_or_default();
                (IconName::Offline, format!("You are offline.{at} You can read and write drafts."))
            }
        };
        let out = live.link() == Some(Link::SignedOut);
        let action = if out { sign_in(&path.get()) } else { try_now(live) };
        Some(
            view! {
                <p>
                    <Icon name=icon/>
                    {text}
                </p>
                {action}
            }
            .into_any(),
        )
    };
    view! { <div class="link-note">{shown}</div> }.into_any()
}

/// An answer that isn't acknowledged, on the pages of other things.
fn unsaved(outbox: Outbox, path: &str) -> Option<AnyView> {
    let run = outbox.stuck().into_iter().find(|run| !path.ends_with(&run.to_string()))?;
    Some(
        view! {
            <p>
                <Icon name=IconName::Retry/>
                "An answer of yours is not yet saved."
            </p>
            <a class="button" data-size="small" href=format!("/runs/{run}")>
                "Show it"
            </a>
        }
        .into_any(),
    )
}

fn sign_in(path: &str) -> AnyView {
    let to = sign_in_address(path);
    view! { <a class="button" data-size="small" href=to rel="external">"Sign in"</a> }.into_any()
}

fn try_now(live: Live) -> AnyView {
    let again = move |_| {
        #[cfg(feature = "hydrate")]
        {
            live.try_now();
            live.tell(&crate::live::Change::everything());
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = live;
    };
    view! {
        <button class="button" data-size="small" type="button" on:click=again>
            "Try now"
        </button>
    }
    .into_any()
}

/// Keeps the number of open tickets up to date; and looks at everything now and then, often while no line is there:
/// the socket only hints, the database decides.
#[cfg(feature = "hydrate")]
pub fn follow(waiting: super::Waiting) {
    use std::time::Duration;

    use super::browser;
    use crate::{
        announce::{Matter, announce},
        live::{Change, calmly},
    };

    /// One look in a minute while changes arrive by themselves.
    const SELDOM: u32 = 12;

    let live = use_live();
    let count = calmly(1_000.0, Callback::new(move |()| waiting.look()));
    live.on_change(move |change| {
        if change.is_of_inbox() {
            count.run(());
        }
    });
    let looks = StoredValue::new(0_u32);
    browser::every(Duration::from_secs(5), move || {
        looks.update_value(|looks| *looks += 1);
        let seldom = !looks.get_value().is_multiple_of(SELDOM);
        if !(seldom && untrack(|| live.link()) == Some(Link::Live)) {
            live.tell(&Change::everything());
        }
    });
    Effect::new(move |before: Option<Option<Link>>| {
        let link = live.link();
        // Not that it is live at first: that is how it should be.
        let news = before.flatten().is_some() && before.flatten() != link;
        let text = match link {
            Some(Link::Live) => "Live again.",
            Some(Link::Looking) => "Not live. Changes show after some seconds.",
            Some(Link::Offline) => "You are offline. You can read and write drafts.",
            Some(Link::SignedOut) => "You are signed out. What you typed is kept.",
            // It is on its way to one of the others.
            Some(Link::CatchingUp) | None => return before.flatten(),
        };
        if news {
            announce(Matter::Line, text);
        }
        link
    });
    // Whether the server is there at all is worth knowing at once.
    Effect::new(move |was_live: Option<bool>| {
        let is_live = live.link() == Some(Link::Live);
        if was_live == Some(true) && !is_live {
            live.tell(&Change::everything());
        }
        is_live
    });
}
