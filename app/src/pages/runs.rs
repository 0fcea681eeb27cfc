//! All runs, newest first, by status.

mod list;
mod row;

use domain::access::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::list::Found;
use super::Refused;
use crate::{
    api::{
        lists::load_runs,
        session::{Session, in_query},
    },
    wire::resource,
};

/// What the query of the address says.
#[derive(Debug, Clone, Default, PartialEq)]
struct Asked {
    status: Option<String>,
    session: Option<String>,
    cursor: Option<String>,
}

impl Asked {
    /// The address of this list with another status, from its start.
    fn with_status(&self, status: Option<&str>) -> String {
        Self { status: status.map(Into::into), cursor: None, ..self.clone() }.address()
    }

    fn address(&self) -> String {
        let pairs =
            [("status", &self.status), ("session", &self.session), ("cursor", &self.cursor)];
        let query: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", in_query(value.as_deref()?))))
            .collect();
        if query.is_empty() { "/runs".to_owned() } else { format!("/runs?{}", query.join("&")) }
    }
}

/// `?status=`, `?session=` and `?cursor=` choose what is shown.
#[component]
pub fn RunsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let filled = |name| query.get(name).filter(|value: &String| !value.is_empty());
        Asked { status: filled("status"), session: filled("session"), cursor: filled("cursor") }
    });
    let runs = resource(
        move || asked.get(),
        |Asked { status, session, cursor }| load_runs(status, session, cursor),
    );
    let starts = Session::current().is_at_least(Role::Reviewer);

    view! {
        <Title text="Runs" />
        <div class="page">
            <Transition>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        match runs.await {
                            Ok(list) => view! { <Found list asked starts /> }.into_any(),
                            Err(error) => view! { <Refused error /> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}
