//! `/runs/{run}`: one run, its open ticket and its history.

use domain::{id::RunId, state::Status};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::Refused;
use crate::{
    api::{
        actions::{CancelRun, PauseRun, load_run},
        runs::RunView,
        tickets::TicketView,
    },
    components::{Badge, HiddenCharText, Icon, IconName, Loading, PageHeader, TimeAgo},
    error::ApiError,
    run::{
        AgentWords, AttachmentTray, Deadline, Desk, LookAgain, Notice, NoticePlace, Press,
        PressForm, ResultView, RunEnd, RunProgress, StageTrack, TicketRecord, Timeline,
        ValidationCard, words,
    },
    wire::resource,
};

/// The run of the address. Each has a page of its own: nothing that was typed or opened on the one before is left on it.
#[component]
pub fn RunPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("id"));
        id.and_then(|id| id.parse::<RunId>().ok())
    });
    // Two places take turns: in the same place the next page would take over the fields of the one before.
    let second = StoredValue::new(true);
    let page = move || {
        let page = view! { <PageOf id=id.get()/> };
        second.update_value(|second| *second = !*second);
        if second.get_value() { Either::Right(page) } else { Either::Left(page) }
    };
    page.into_any()
}

/// Loads the run; a page says so with 404 if there is none.
#[component]
fn PageOf(id: Option<RunId>) -> impl IntoView {
    let query = use_query_map();
    let asked = move |name: &str| query.with_untracked(|query| query.get(name));
    let run = resource(
        || (),
        move |()| async move {
            match id {
                Some(id) => load_run(id).await,
                None => Err(ApiError::NotFound("run".to_owned())),
            }
        },
    );
    view! {
        <Suspense fallback=|| view! { <Loading text="Loading the run…"/> }>
            {move || Suspend::new(async move {
                match run.await {
                    Ok(first) => {
                        view! { <RunDetail first asked_view=asked("view") code=asked("notice")/> }
                            .into_any()
                    }
                    Err(error) => view! { <Refused error/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The run as it was read, and as it is read again.
#[component]
pub fn RunDetail(
    /// As the page was made with.
    first: RunView,
    /// `form` or `json`, from the address.
    asked_view: Option<String>,
    /// The code of a notice in the address.
    code: Option<String>,
) -> impl IntoView {
    let said = code.and_then(|code| Notice::from_code(&code, &first));
    let title = words::visible(&words::shorten(&first.summary.prompt, 60));
    let desk = live(Desk::new(first, said));
    let (id, view) = (desk.run, desk.view);

    // Each part follows only its own piece, so that reading the run again leaves the others alone.
    // What the reader types is on the desk, so a newer draft is no reason to lay the card out again.
    let ticket = Memo::new(move |_| {
        view.with(|view| {
            let open = view.ticket.clone().map(|open| TicketView { draft: None, ..open });
            (open, view.can.decide)
        })
    });
    let closed = Memo::new(move |_| view.with(|view| view.closed.clone()));
    let files = Memo::new(move |_| view.with(|view| (view.files.clone(), used(view))));
    let result = Memo::new(move |_| view.with(|view| view.result.clone()));
    let end = Memo::new(move |_| view.with(|view| view.end.clone()));
    let summary = Memo::new(move |_| view.with(|view| view.summary.clone()));
    let stages = Memo::new(move |_| view.with(|view| view.stages.clone()));
    let timeline = Memo::new(move |_| view.with(|view| view.timeline.clone()));
    let busy = Memo::new(move |_| summary.with(|run| is_busy(run.status)));
    let below = move || {
        view! {
            {move || {
                let closed = closed.get().into_iter().rev();
                closed.map(|view| view! { <TicketRecord view/> }).collect_view()
            }}
            {move || {
                let (files, used) = files.get();
                let adds = view.with_untracked(|view| view.can.decide && view.end.is_none());
                (adds || !files.is_empty())
                    .then(|| view! { <AttachmentTray desk files used adds/> })
            }}
            {move || view! { <Timeline entries=timeline.get()/> }}
            {move || {
                let (agent, text) = summary.with(|run| (run.agent.clone(), run.prompt.clone()));
                view! { <AgentWords agent text/> }
            }}
        }
    };
    view! {
        <Title text=title/>
        <article class="page">
            <Header desk view/>
            {move || view! { <StageTrack stages=stages.get()/> }}
            <NoticePlace desk/>
            {move || view! { <RunProgress run=summary.get()/> }}
            {move || busy.get().then(|| view! { <LookAgain run=id/> })}
            {move || end.get().map(|end| view! { <RunEnd end/> })}
            {move || result.get().map(|made| view! { <ResultView made/> })}
            {move || {
                let (ticket, decides) = ticket.get();
                let asked_view = asked_view.clone();
                let Some(open) = ticket else { return below().into_any() };
                let draft = view.with_untracked(|view| view.ticket.as_ref()?.draft.clone());
                let view = TicketView { draft, ..open };
                view! {
                    <ValidationCard desk view decides asked_view>
                        {below()}
                    </ValidationCard>
                }
                    .into_any()
            }}
        </article>
    }
    .into_any()
}

const fn is_busy(status: Status) -> bool {
    matches!(status, Status::Queued | Status::Running)
}

fn used(view: &RunView) -> std::collections::HashSet<domain::id::AttachmentId> {
    let files = view.ticket.iter().flat_map(|open: &TicketView| &open.files);
    files.map(|file| file.id).collect()
}

/// What the run is called, where it is, and what can be done with it as a whole.
#[component]
fn Header(desk: Desk, view: RwSignal<RunView>) -> impl IntoView {
    let run = view.with_untracked(|view| view.summary.clone());
    let kicker = move || {
        view! {
            {move || {
                let (status, word, ticket) = view
                    .with(|view| {
                        let ticket = view.ticket.as_ref().map(|open| open.ticket.clone());
                        (view.summary.status, status_word(view.summary.status), ticket)
                    });
                view! {
                    <Badge state=status.name()>{word}</Badge>
                    {ticket
                        .map(|ticket| {
                            let checkpoint = ticket.checkpoint;
                            view! {
                                " "
                                <Badge checkpoint=checkpoint.name()>{checkpoint.title()}</Badge>
                                " "
                                <Deadline desk ticket/>
                            }
                        })}
                }
            }}
        }
    };
    let title = words::shorten(&run.prompt, 140);
    let title = if title.is_empty() { "A run without words".to_owned() } else { title };
    let sub = move || {
        view! {
            <span>
                <HiddenCharText text=run.provider/>
            </span>
            {(!run.agent.is_empty())
                .then(|| {
                    view! {
                        <span>
                            "asked by "
                            <HiddenCharText text=run.agent/>
                        </span>
                    }
                })}
            <span>
                "for "
                <HiddenCharText text=run.owner_name/>
            </span>
            <TimeAgo at=run.created_at now=desk.now/>
        }
    };
    view! {
        <PageHeader title=title back=("/inbox".to_owned(), "Inbox".to_owned()) kicker=kicker sub=sub>
            {move || view.with(|view| (view.can.pause || view.can.cancel).then_some(view.can))
                .map(|can| view! { <RunMenu desk pauses=can.pause cancels=can.cancel/> })}
        </PageHeader>
    }
    .into_any()
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Queued => "Queued",
        Status::Running => "Running",
        Status::AwaitingHuman => "Waits for a person",
        Status::Completed => "Completed",
        Status::Failed => "Failed",
        Status::Cancelled => "Cancelled",
    }
}

/// Pausing and ending the run; ending asks once more.
#[component]
fn RunMenu(desk: Desk, pauses: bool, cancels: bool) -> impl IntoView {
    let run = desk.run;
    let posts = move || vec![("run", run.to_string())];
    let pause = Press::new(desk, PauseRun { run }, "pausing");
    let cancel = Press::new(desk, CancelRun { run }, "cancelled");
    view! {
        <details class="menu">
            <summary class="button" data-kind="quiet" data-size="icon">
                <Icon name=IconName::More/>
                <span class="visually-hidden">"More"</span>
            </summary>
            <div class="menu-list">
                {pauses
                    .then(|| {
                        view! {
                            <PressForm press=pause posts=posts()>
                                <button>
                                    <Icon name=IconName::Pause/>
                                    "Pause before the next step"
                                </button>
                            </PressForm>
                        }
                    })}
                {cancels
                    .then(|| {
                        view! {
                            <details>
                                <summary>"Cancel the run…"</summary>
                                <PressForm press=cancel posts=posts()>
                                    <p class="menu-note">"The run ends here. Nothing more is sent."</p>
                                    <button>
                                        <Icon name=IconName::Cross/>
                                        "Yes, cancel the run"
                                    </button>
                                </PressForm>
                            </details>
                        }
                    })}
            </div>
        </details>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn live(desk: Desk) -> Desk {
    desk
}

/// What the page does once it is alive: time, keys, answers in place, following what happens.
#[cfg(feature = "hydrate")]
fn live(desk: Desk) -> Desk {
    use crate::run::live as part;

    let desk = Desk { reload: part::reload(desk), next: part::next(desk), ..desk };
    Effect::new(move |_| desk.alive.set(true));
    part::tick(desk);
    part::watch_ticket(desk);
    part::stand_in(desk);
    part::answers(desk);
    desk
}
