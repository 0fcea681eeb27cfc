//! All runs, newest first, by status.

use domain::{
    access::Role,
    state::{EndReason, Status, Step},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::Refused;
use crate::{
    api::{
        lists::{RunList, load_runs},
        runs::RunSummary,
        session::{Session, in_query},
    },
    components::{Badge, EmptyState, HiddenCharText, Icon, IconName, PageHeader, TimeAgo},
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

#[component]
fn Found(list: RunList, asked: Asked, starts: bool) -> impl IntoView {
    let RunList { page, now } = list;
    let total = match page.total {
        1 => "1 run".to_owned(),
        total => format!("{total} runs"),
    };
    let session = asked.session.clone();
    let older = page.next.map(|cursor| Asked { cursor: Some(cursor), ..asked.clone() }.address());
    let newest = asked.cursor.is_some().then(|| Asked { cursor: None, ..asked.clone() }.address());
    let filters = view! { <Filters asked=asked.clone() /> };

    view! {
        <PageHeader
            title="Runs"
            sub=move || view! {
                <span>{total}</span>
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
        {if page.items.is_empty() {
            view! { <Nothing filtered=asked != Asked::default() starts /> }.into_any()
        } else {
            let rows = page.items.into_iter().map(|run| view! { <Row run now /> }).collect_view();
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
            }
            .into_any()
        }}
        {(older.is_some() || newest.is_some()).then(|| view! {
            <nav class="form-actions" aria-label="Pages">
                {newest.map(|href| view! { <a class="button" href=href>"Newest"</a> })}
                {older.map(|href| view! { <a class="button" href=href>"Older"</a> })}
            </nav>
        })}
    }
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
fn Row(run: RunSummary, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let by = if run.agent.is_empty() { run.owner_name } else { run.agent };

    view! {
        <tr>
            <th scope="row">
                <a href=format!("/runs/{}", run.id)><HiddenCharText text=run.prompt /></a>
                <span class="cell-sub"><HiddenCharText text=by /></span>
            </th>
            <td data-label="Status">
                <Badge state=run.status.name()>{status_words(run.status, run.end_reason)}</Badge>
            </td>
            <td data-label="Step">{step_words(run.step)}</td>
            <td data-label="Provider">{run.provider}</td>
            <td class="quiet" data-label="Asked"><TimeAgo at=run.created_at now /></td>
        </tr>
    }
}

/// A run's status for people. A timeout is called so.
fn status_words(status: Status, reason: Option<EndReason>) -> &'static str {
    match (status, reason) {
        (_, Some(EndReason::Rejected)) => "Rejected",
        (_, Some(EndReason::Expired)) => "Expired",
        (Status::Queued, _) => "Queued",
        (Status::Running, _) => "Running",
        (Status::AwaitingHuman, _) => "Waits for a person",
        (Status::Completed, _) => "Completed",
        (Status::Failed, _) => "Failed",
        (Status::Cancelled, _) => "Cancelled",
    }
}

fn step_words(step: Step) -> &'static str {
    match step {
        Step::Created => "Created",
        Step::InformationReview => "Information review",
        Step::PayloadReview => "Payload review",
        Step::ApiCall => "API call",
        Step::ResponseReview => "Response review",
        Step::Completed | Step::Failed | Step::Cancelled => "–",
    }
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
