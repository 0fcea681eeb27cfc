//! What happened to the last press of a button, said in place.

use domain::decision::DecisionRecord;
use leptos::prelude::*;

use super::{Desk, words};
use crate::{
    api::{
        actions::Reply,
        notice::UNREADABLE,
        runs::RunView,
        tickets::{TicketState, TicketView},
    },
    components::{Banner, BannerKind, HiddenCharText},
    error::ApiError,
};

/// The id of the place that takes focus when there is something to say.
pub const ID: &str = "notice";

/// One thing to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub kind: BannerKind,
    pub title: String,
    pub text: String,
}

impl Notice {
    pub(super) fn new(kind: BannerKind, title: &str, text: impl Into<String>) -> Self {
        Self { kind, title: title.to_owned(), text: text.into() }
    }

    /// What a fixed code in the address stands for; anything else is nothing.
    #[must_use]
    pub fn from_code(code: &str, view: &RunView) -> Option<Self> {
        use BannerKind::{Changed, Decided, Error, Expired, Info, Saved};
        let undone = "Nothing was decided. Try again.";
        Some(match code {
            "saved" => Self::new(Saved, "Saved", closing_words(view)),
            "kept" => {
                Self::new(Info, "Checked", "Your changes are kept as a draft. Nothing was decided.")
            }
            "pausing" => Self::new(Saved, "The run will pause", "It stops before its next step."),
            "cancelled" => {
                Self::new(Saved, "Cancelled", "The run has ended. Nothing more is sent.")
            }
            "held" => Self::new(Saved, "The countdown is stopped", "It waits for a person."),
            "decided" => match last_decision(view) {
                Some(record) => Self::lost(record),
                None => Self::new(Decided, "Somebody else decided first", "Yours was not counted."),
            },
            "expired" => {
                Self::new(Expired, "Too late", "The ticket is closed. Nothing was decided by you.")
            }
            "changed" => Self::new(
                Changed,
                "This ticket changed",
                "It is not what you were looking at. Nothing was decided; look again.",
            ),
            "invalid" => {
                Self::new(Error, "Not saved", "Something must be fixed first. Nothing was decided.")
            }
            "forbidden" => Self::new(Error, "You may not decide this", "Nothing was decided."),
            "not-possible" => {
                Self::new(Error, "Not possible at this point", "Nothing was decided.")
            }
            "too_large" => Self::new(Error, "The file is too large", "It was not added."),
            "too_many_files" => {
                Self::new(Error, "Too many files at once", "The first 10 were added.")
            }
            "unreadable" => Self::new(Error, "Not done", UNREADABLE.text),
            "wrong_type" => Self::new(Error, "This kind of file is not taken", "It was not added."),
            "too_many" => Self::new(Error, "Too often", "Wait a moment and try again."),
            "broken" => Self::new(Error, "The file did not arrive whole", "Try again."),
            "not_found" => Self::new(Error, "It is not there any more", "Nothing was changed."),
            "full" => Self::new(
                Error,
                "Could not save",
                "The disk of the server is full. Nothing was decided.",
            ),
            "failed" => Self::new(Error, "Could not save", undone),
            _ => return None,
        })
    }

    /// What an answer of the server says.
    #[must_use]
    pub fn from_answer(answer: &Result<Reply, ApiError>) -> Self {
        use BannerKind::{Changed, Error, Expired, Saved};
        match answer {
            Ok(Reply::Decided(decided)) => Self::new(Saved, "Saved", decided.message.clone()),
            Ok(_) => Self::new(Saved, "Done", ""),
            Err(ApiError::AlreadyDecided(record)) => Self::lost(record),
            Err(error @ ApiError::Changed(_)) => {
                Self::new(Changed, "This ticket changed", words::sentence(&error.to_string()))
            }
            Err(error @ ApiError::Gone(_)) => Self::new(
                Expired,
                "Too late",
                format!("{} Nothing was decided.", words::sentence(&error.to_string())),
            ),
            Err(error) => Self::new(
                Error,
                "Could not save",
                format!("{} Nothing was decided.", words::sentence(&error.to_string())),
            ),
        }
    }

    fn lost(record: &DecisionRecord) -> Self {
        let title = format!("{} decided first", record.by.name());
        let at = words::clock(record.at);
        let text = format!("It was {} at {at}. Yours was not counted.", record.action.past());
        Self { kind: BannerKind::Decided, title: words::visible(&title), text }
    }
}

fn last_decision(view: &RunView) -> Option<&DecisionRecord> {
    let decision = |closed: &'_ TicketView| matches!(closed.state, TicketState::Decided(_));
    match &view.closed.iter().rev().find(|closed| decision(closed))?.state {
        TicketState::Decided(record) => Some(record),
        _ => None,
    }
}

fn closing_words(view: &RunView) -> String {
    match last_decision(view) {
        Some(record) => {
            format!("It was {} at {}.", record.action.past(), words::clock(record.at))
        }
        None => "Your answer is recorded.".to_owned(),
    }
}

/// The place for notices: it takes focus, and is there before there is anything to say.
#[component]
pub fn NoticePlace(desk: Desk) -> impl IntoView {
    view! {
        <div id=ID tabindex="-1">
            {move || {
                if desk.outbox.waits(desk.run) {
                    return Some(not_saved(desk));
                }
                desk.notice.get().map(|notice| shown(notice, desk))
            }}
        </div>
        {move || desk.resumed.get().map(|text| view! { <p class="hint" role="status">{text}</p> })}
    }
    .into_any()
}

fn shown(notice: Notice, desk: Desk) -> AnyView {
    let closed = matches!(
        notice.kind,
        BannerKind::Decided | BannerKind::Expired | BannerKind::Saved | BannerKind::Info
    );
    let next = move || (closed && desk.view.with(|view| view.ticket.is_none())).then(|| next(desk));
    view! {
        <Banner kind=notice.kind title=notice.title actions=move || next>
            <p>
                <HiddenCharText text=notice.text/>
            </p>
        </Banner>
    }
    .into_any()
}

/// What was said last, where the card that it was about is gone.
#[component]
pub fn LastNotice(notice: RwSignal<Option<Notice>>) -> impl IntoView {
    let shown = move || {
        let Notice { kind, title, text } = notice.get()?;
        Some(view! { <Banner kind title><p><HiddenCharText text/></p></Banner> })
    };
    view! { <div id=ID tabindex="-1">{shown}</div> }.into_any()
}

/// Where to go when there is nothing left to do here.
fn next(desk: Desk) -> impl IntoView {
    let go = move |event: leptos::ev::MouseEvent| {
        if desk.alive.get_untracked() {
            event.prevent_default();
            desk.next.run(());
        }
    };
    view! {
        <a class="button" data-size="small" href="/inbox" on:click=go>
            "Open next "
            <kbd>"N"</kbd>
        </a>
    }
}

/// A decision that was pressed and isn't acknowledged.
fn not_saved(desk: Desk) -> AnyView {
    let again = move || {
        (!desk.sends()).then(|| {
            let send = move |_| {
                #[cfg(feature = "hydrate")]
                desk.outbox.send_again();
            };
            view! {
                <button class="button" data-size="small" type="button" on:click=send>
                    "Send it now"
                </button>
            }
        })
    };
    view! {
        <Banner kind=BannerKind::Retry title="Not yet saved" actions=move || again>
            <p>
                "The server did not confirm your answer. It is kept on this device and sent again by itself, with all \
                 that you typed. It counts once."
            </p>
        </Banner>
    }
    .into_any()
}
