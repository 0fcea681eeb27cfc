//! What to say next: a message starts a run or answers the open ticket, and says which before it is sent.

use domain::{
    access::Role,
    checkpoint::{CheckpointType, Ticket},
    decision::Action,
    id::RunId,
};
use leptos::prelude::*;

use super::{OpenSession, is_own, kept, meant::Pause, send::submit};
use crate::{
    api::{
        providers::{ProviderView, accepted, kinds},
        session::Session,
        threads::session_address,
    },
    components::{Banner, BannerKind, Icon, IconName, SafeTextarea},
    files::{FileField, Home, Uploads},
    live::use_live,
    run::{Asked, Labels},
};

/// What the reader may do with a message.
#[derive(Debug, Clone, PartialEq)]
struct Ways {
    answers: Option<Answers>,
    starts: bool,
}

/// The open ticket as it was seen, and the answers that need no more than words.
#[derive(Debug, Clone, PartialEq)]
struct Answers {
    run: RunId,
    asked: Asked,
    title: &'static str,
    ways: Vec<(Action, &'static str)>,
}

/// A plain form that posts `does`, `text`, `file` and `upload`, and with them what an answer or a run needs.
#[component]
pub fn Composer(
    open: OpenSession,
    providers: Vec<ProviderView>,
    /// What was sent before and didn't get through.
    text: String,
    error: Option<String>,
) -> impl IntoView {
    let view = open.view;
    let ways = Memo::new(move |_| {
        view.with(|view| {
            let run = view.open.as_ref().filter(|run| run.can.decide);
            let answers = run.and_then(|run| {
                let ticket = &run.ticket.as_ref()?.ticket;
                let (ways, title) = (answers(ticket), ticket.checkpoint.title());
                let (run, asked) = (run.summary.id, ticket.into());
                (!ways.is_empty()).then_some(Answers { run, asked, title, ways })
            });
            Ways { answers, starts: is_own(view) && Session::current().is_at_least(Role::Reviewer) }
        })
    });
    let draft = Draft {
        text: RwSignal::new(text),
        error: RwSignal::new(error),
        sending: RwSignal::new(false),
        sent: RwSignal::new(0),
    };
    let asked = move |ways: &Ways| ways.answers.as_ref().map(|answers| answers.asked);
    let meant = Memo::new(move |_| ways.with(asked).map(|asked| (asked.ticket, asked.digest)));
    let pause = Pause::new(open, draft, meant);
    kept::keep(open, draft.text);
    let providers = StoredValue::new(providers);
    let writes = Memo::new(move |_| ways.with(|ways| ways.answers.is_some() || ways.starts));

    move || if writes.get() { form(open, ways, providers, draft, pause) } else { mute() }
}

/// What was typed, and how its sending went.
#[derive(Clone, Copy)]
pub struct Draft {
    pub text: RwSignal<String>,
    pub error: RwSignal<Option<String>>,
    pub sending: RwSignal<bool>,
    /// How many messages were sent.
    pub sent: RwSignal<u32>,
}

fn mute() -> AnyView {
    let viewer = !Session::current().is_at_least(Role::Reviewer);
    let text = match viewer {
        true => "You may read this session, not write in it: your role is viewer.",
        false => "Runs start in sessions of one's own. You can answer here when a ticket waits.",
    };
    view! { <Banner kind=BannerKind::Info><p>{text}</p></Banner> }.into_any()
}

/// Stays as it is while tickets open and close: somebody may be typing.
fn form(
    open: OpenSession,
    ways: Memo<Ways>,
    providers: StoredValue<Vec<ProviderView>>,
    draft: Draft,
    pause: Pause,
) -> AnyView {
    let uploads = Uploads::here();
    let home = home(open, ways);
    let (of, held) = (home.clone(), home.clone());
    let address = session_address(of.owner, &of.session);
    let files = Signal::derive(move || open.view.with(|view| view.files.clone()));
    let accept = providers.with_value(|all| accepted(all));
    let hint = accept.as_deref().map_or_else(|| "Any type".to_owned(), kinds);
    let opened = open.view.with_untracked(|view| view.now.timestamp_micros());
    let live = use_live();
    let waits = move || {
        uploads.what_waits(&held).is_some() || draft.sending.get() || live.is_cut() || pause.holds()
    };
    let on_edit = move |text: String| {
        if draft.text.with_untracked(String::is_empty) {
            pause.know();
        }
        draft.text.set(text);
    };

    view! {
        <form
            class="panel composer"
            id="composer"
            method="post"
            enctype="multipart/form-data"
            action=address
            on:submit=move |event| submit(&event, open, draft, uploads, &of)
        >
            <input type="hidden" name="key" value=move || format!("{opened}-{}", draft.sent.get()) />
            <div class="composer-does">{move || does(&ways.get())}</div>
            {move || draft.error.get().map(|code| {
                let (title, text) = refusal(&code);
                view! {
                    <Banner kind=BannerKind::Error title=title.to_owned()><p>{text}</p></Banner>
                }
            })}
            <label class="visually-hidden" for="text">"Message"</label>
            <SafeTextarea
                id="text"
                name="text"
                value=draft.text
                rows=3
                placeholder="Say it in your own words"
                on_edit
            />
            // After the ticket, so that the server knows where files go.
            {move || ways.get().answers.map(|answers| seen(&answers))}
            <FileField home files accept hint small=true />
            {move || live.is_cut().then(|| view! {
                <p class="hint" role="status">
                    "Nothing is sent while there is no connection. What you typed stays on this device."
                </p>
            })}
            {move || pause.note()}
            <div class="composer-end">
                {move || ways.get().answers.map(answer)}
                {move || ways.get().starts.then(|| provider(providers.get_value()))}
                <button
                    class="button"
                    data-kind="primary"
                    data-state=move || draft.sending.get().then_some("sending")
                    disabled=waits
                >
                    <span class="for-answer">"Send the answer"</span>
                    <span class="for-run">"Start the run"</span>
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Into somebody else's session files go by the run that asks for them.
fn home(open: OpenSession, ways: Memo<Ways>) -> Home {
    let (owner, session) = open.view.with_untracked(|view| (view.owner, view.session.clone()));
    let by = Session::current().caller.map_or(owner, |caller| caller.person);
    let run = ways.with_untracked(|ways| ways.answers.as_ref().map(|answers| answers.run));
    Home { by, owner, session, run: run.filter(|_| owner != by) }
}

/// Says what the message will do; a choice where it can do either.
fn does(ways: &Ways) -> AnyView {
    let answers = ways.answers.as_ref().map(|answers| answers.title);
    match answers.filter(|_| ways.starts) {
        Some(title) => {
            let choice = |value: &'static str, checked, text: String| {
                view! {
                    <label class="choice">
                        <input type="radio" name="does" value=value checked=checked />
                        <span>{text}</span>
                    </label>
                }
            };
            view! {
                <fieldset class="choices">
                    <legend>"This message"</legend>
                    {choice("answer", true, format!("answers the open ticket: {title}"))}
                    {choice("run", false, "starts another run, after this one".to_owned())}
                </fieldset>
            }
            .into_any()
        }
        None => {
            let (value, text) = match answers {
                Some(title) => ("answer", format!("Answers the open ticket: {title}")),
                None => ("run", "Starts a run in this session".to_owned()),
            };
            view! {
                <input type="hidden" name="does" value=value />
                <p><Icon name=IconName::Chat /> {text}</p>
            }
            .into_any()
        }
    }
}

/// What was seen of the ticket.
fn seen(answers: &Answers) -> AnyView {
    let Asked { ticket, version, digest } = answers.asked;
    view! {
        <input type="hidden" name="ticket" value=ticket.to_string() />
        <input type="hidden" name="version" value=version.to_string() />
        <input type="hidden" name="digest" value=digest.to_string() />
    }
    .into_any()
}

/// None is chosen beforehand: under a hand that was about to press something else, nothing is approved.
fn answer(answers: Answers) -> AnyView {
    let options = answers.ways.into_iter().map(|(action, text)| {
        view! { <option value=action.name()>{text}</option> }
    });
    view! {
        <div class="field for-answer">
            <label for="action">"Your answer"</label>
            <select class="input" id="action" name="action">
                <option value="">"Choose one"</option>
                {options.collect_view()}
            </select>
        </div>
    }
    .into_any()
}

fn provider(providers: Vec<ProviderView>) -> AnyView {
    let options = providers.into_iter().map(|ProviderView { name, title, .. }| {
        view! { <option value=name>{title}</option> }
    });
    view! {
        <div class="field for-run">
            <label for="provider">"Provider"</label>
            <select class="input" id="provider" name="provider">{options.collect_view()}</select>
        </div>
    }
    .into_any()
}

/// The answers that need no more than words and files.
fn answers(ticket: &Ticket) -> Vec<(Action, &'static str)> {
    let labels = Labels::of(ticket.checkpoint);
    let unknown = ticket.checkpoint == CheckpointType::UnknownOutcome;
    let respond = match ticket.checkpoint {
        CheckpointType::FormRequirements => Some("Fill in what is missing"),
        CheckpointType::Action => Some("Answer in words"),
        _ => None,
    };
    let ways = [
        (Action::Approve, (ticket.blocking() == 0).then_some(labels.approve)),
        (Action::Respond, respond),
        (Action::Retry, (!unknown && ticket.blocking() == 0).then_some(labels.retry)),
        (Action::Reject, Some(labels.reject)),
    ];
    let allowed = ways.into_iter().filter(|(action, _)| ticket.allows(*action));
    allowed.filter_map(|(action, text)| Some((action, text?))).collect()
}

/// What a code stands for: title, and what to do.
fn refusal(code: &str) -> (&'static str, &'static str) {
    match code {
        "decided" => ("Somebody else decided first", "Yours was not counted."),
        "expired" => ("Too late", "The ticket is closed. Nothing was decided by you."),
        "changed" => ("This ticket changed", "Nothing was decided; look again."),
        "too_large" => ("A file is too large", "Choose a smaller one. Nothing was sent."),
        "too_many_files" => ("Too many files at once", "Send 10 at most. Nothing was sent."),
        "wrong_type" => ("A file has the wrong type", "Choose another one. Nothing was sent."),
        "invalid" => (
            "Something is missing",
            "A run needs words, an answer has to be chosen, a rejection needs a reason. What was read from an answer stands in its form. Nothing was decided.",
        ),
        "too_many" => ("Too many at once", "Wait a moment, then try again."),
        "full" => ("The server's disk is full", "Nothing was sent. Tell an admin."),
        "forbidden" => ("You may not do this", "Nothing was sent."),
        "unclear" => ("No answer came", "It may have got through. Send it again: it counts once."),
        _ => ("It could not be sent", "Nothing happened. Try again."),
    }
}
