//! The pages whose code is loaded when somebody goes there: all but the inbox, a run and the frame.
//!
//! A piece of code for each group of pages that are used by the same people; one for each page would make more pieces
//! of what they share than there are pages.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    KeysPage, NewRunPage, PeoplePage, RunsPage, SessionPage, SessionsPage, SignInPage, WelcomePage,
};

#[lazy]
fn gates(welcome: bool) -> AnyView {
    if welcome { view! { <WelcomePage /> }.into_any() } else { view! { <SignInPage /> }.into_any() }
}

#[lazy]
fn lists(which: u8) -> AnyView {
    match which {
        RUNS => view! { <RunsPage /> }.into_any(),
        KEYS => view! { <KeysPage /> }.into_any(),
        SESSIONS => view! { <SessionsPage /> }.into_any(),
        _ => view! { <PeoplePage /> }.into_any(),
    }
}

/// Where something is asked for in words and with files.
#[lazy]
fn asking(session: bool) -> AnyView {
    if session { view! { <SessionPage /> }.into_any() } else { view! { <NewRunPage /> }.into_any() }
}

const RUNS: u8 = 0;
const KEYS: u8 = 1;
const PEOPLE: u8 = 2;
const SESSIONS: u8 = 3;

/// One of the pages.
macro_rules! apart {
    ($name:ident, $view:expr) => {
        #[derive(Debug)]
        pub struct $name;

        impl LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                $view.await
            }
        }
    };
}

apart!(SignIn, gates(false));
apart!(Welcome, gates(true));
apart!(Runs, lists(RUNS));
apart!(Keys, lists(KEYS));
apart!(People, lists(PEOPLE));
apart!(Sessions, lists(SESSIONS));
apart!(Session, asking(true));
apart!(NewRun, asking(false));

/// Waits for the code of the page that is shown, if it is one of these: views are brought to life without waiting.
#[cfg(feature = "hydrate")]
pub async fn loaded() {
    match location().pathname().as_deref() {
        Ok("/sign-in") => __preload_gates().await,
        Ok(path) if path.starts_with("/welcome/") => __preload_gates().await,
        Ok("/runs" | "/keys" | "/people" | "/sessions") => __preload_lists().await,
        Ok("/runs/new") => __preload_asking().await,
        Ok(path) if path.starts_with("/sessions/") => __preload_asking().await,
        _ => {}
    }
}
