//! The bar with the answers that a ticket allows. It says why one is off, and shows only what fits.

use domain::{
    checkpoint::{CheckpointType, Ticket},
    decision::Action,
    issue::{Severity, blocking},
};
use leptos::prelude::*;

use super::{
    Asked, DecisionForm, Desk, Editor, Outcome, RejectForm, RespondForm, edit_panel, words,
};
use crate::components::{Icon, IconName};

/// What the buttons of a checkpoint say.
pub struct Labels {
    pub approve: &'static str,
    pub edit: &'static str,
    pub retry: &'static str,
    pub reject: &'static str,
}

impl Labels {
    #[must_use]
    pub const fn of(checkpoint: CheckpointType) -> Self {
        let (approve, edit) = match checkpoint {
            CheckpointType::PayloadReview => ("Approve and run", "Approve with changes"),
            CheckpointType::Action => ("Allow it", "Allow with changes"),
            CheckpointType::ResponseReview => ("Accept result", "Accept with changes"),
            CheckpointType::ManualPause => ("Continue", "Continue with changes"),
            CheckpointType::ErrorRecovery => ("Approve", "Send with changes"),
            CheckpointType::FormRequirements => ("Approve", "Send answer"),
            _ => ("Approve", "Approve with changes"),
        };
        let (retry, reject) = match checkpoint {
            CheckpointType::UnknownOutcome => ("Run again: may do it twice", "Mark as failed"),
            CheckpointType::ErrorRecovery => ("Try again", "Give up"),
            _ => ("Try again", "Reject"),
        };
        Self { approve, edit, retry, reject }
    }
}

/// The answers, at the foot of the card.
#[component]
pub fn DecisionBar(
    desk: Desk,
    ticket: Ticket,
    editor: Editor,
    /// Why the reason that was given could not be used.
    error: Option<String>,
) -> impl IntoView {
    let asked = Asked::from(&ticket);
    let labels = Labels::of(ticket.checkpoint);
    // What came of a call of unknown outcome is typed in a form of its own, and changes nothing that is proposed.
    let unknown = ticket.checkpoint == CheckpointType::UnknownOutcome;
    let changed = Memo::new(move |_| !unknown && editor.changed());
    let blocked = ticket.blocking();
    let state = Memo::new(move |_| State::of(desk, editor, blocked, changed));
    let [approves, rejects] = [Action::Approve, Action::Reject].map(|a| ticket.allows(a));
    let answers_in_words = ticket.checkpoint == CheckpointType::Action;
    let of_words = error.clone();
    view! {
        <div class="action-bar" id="actions" tabindex="-1" data-state=move || state.get().name()>
            {move || note(desk, state.get(), approves)}
                {rejects
                    .then(|| {
                        view! { <RejectForm desk asked label=labels.reject editor opens=!answers_in_words error/> }
                    })}
                {answers_in_words.then(|| view! { <RespondForm desk asked editor error=of_words/> })}
                <CancelTicket desk asked allowed=ticket.allows(Action::Cancel)/>
            <div class="action-end">{answers(desk, asked, &ticket, editor, labels, changed)}</div>
        </div>
    }
    .into_any()
}

/// How things stand with the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// With so many warnings, which stop nobody.
    Ready(usize),
    Sending,
    /// Nothing comes through.
    Offline,
    /// Another proposal came under the reader's hand.
    Changed,
    /// The end of the deed wasn't on the screen yet.
    Unread,
    /// So many things of the proposal must be fixed.
    Blocked(usize),
    /// So many things of what was typed must be fixed.
    Faulty(usize),
}

impl State {
    fn of(desk: Desk, editor: Editor, blocked: usize, changed: Memo<bool>) -> Self {
        let of = |o: &Outcome| o.issues.iter().filter(|i| i.severity == Severity::Warning).count();
        let ready = || Self::Ready(editor.outcome.with(of));
        if desk.sends() {
            Self::Sending
        } else if desk.live.is_cut() {
            Self::Offline
        } else if desk.locked.get() {
            Self::Changed
        } else if changed.get() {
            let faulty = editor.outcome.with(|o| o.faulty.then(|| blocking(&o.issues)));
            faulty.map_or_else(ready, Self::Faulty)
        } else if blocked > 0 {
            Self::Blocked(blocked)
        } else if desk.hint.get() {
            Self::Unread
        } else {
            ready()
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ready(_) | Self::Unread | Self::Faulty(_) => "ready",
            Self::Sending => "sending",
            Self::Offline => "offline",
            Self::Changed => "changed",
            Self::Blocked(_) => "blocked",
        }
    }
}

fn note(desk: Desk, state: State, approves: bool) -> Option<impl IntoView + use<>> {
    let things = |n| words::count(n, "thing");
    let (severity, text) = match state {
        State::Ready(0) => return None,
        State::Ready(n) => ("warning", format!("{} to look at", things(n))),
        State::Sending => ("info", "Sending. Not yet saved.".to_owned()),
        State::Offline if desk.outbox.waits(desk.run) => {
            ("warning", "Kept here; sent when the line is back.".to_owned())
        }
        State::Offline => (
            "warning",
            "Decisions need a connection. What you type is kept on this device.".to_owned(),
        ),
        State::Changed => ("warning", "Another proposal stands here. Look at it first.".to_owned()),
        State::Unread => ("info", "Read to here, then press again.".to_owned()),
        State::Blocked(n) => {
            let what = if approves { "Approve" } else { "Sending" };
            ("error", format!("{what} is off: {} must be fixed first.", things(n)))
        }
        State::Faulty(n) => ("error", format!("Sending is off: {} to fix first.", things(n))),
    };
    let text = match state {
        State::Ready(_) => view! { <a href="#why-title" rel="external">{text}</a> }.into_any(),
        _ => text.into_any(),
    };
    let look = (state == State::Changed).then(|| {
        let look = move |_| look_at_it(desk);
        view! {
            <button class="button" data-size="small" type="button" on:click=look>
                "Look at it "
                <kbd>"R"</kbd>
            </button>
        }
    });
    Some(view! {
        <p class="action-note" data-severity=severity role="status">
            <Icon name=IconName::Alert/>
            {text}
            {look}
        </p>
    })
}

/// The reader goes to the deed; from then on it can be decided.
fn look_at_it(desk: Desk) {
    desk.locked.set(false);
    #[cfg(feature = "hydrate")]
    crate::keys::focus("main h1");
}

fn answers(
    desk: Desk,
    asked: Asked,
    ticket: &Ticket,
    editor: Editor,
    labels: Labels,
    changed: Memo<bool>,
) -> impl IntoView + use<> {
    let shut = move || desk.is_shut();
    let [approves, edits, responds, retries] =
        [Action::Approve, Action::Edit, Action::Respond, Action::Retry].map(|a| ticket.allows(a));
    let unknown = ticket.checkpoint == CheckpointType::UnknownOutcome;
    let blocked = ticket.blocking() > 0;
    // Once the page is alive, only the buttons that fit the document are there.
    let as_proposed = move || !(desk.alive.get() && changed.get());
    let with_changes = move || desk.alive.get() && changed.get();
    // An action is answered in words in a form of its own.
    let fills = responds && !unknown && ticket.checkpoint != CheckpointType::Action;
    let sends = fills.then_some(Action::Respond);
    let sends = sends.or(edits.then_some(Action::Edit));
    let retry_kind = if approves || unknown { None } else { Some("approve") };
    view! {
        {move || {
            (retries && as_proposed())
                .then(|| {
                    view! {
                        <DecisionForm desk asked>
                            <button
                                class="button"
                                data-kind=retry_kind
                                name="action"
                                value="retry"
                                disabled=move || shut() || (blocked && !unknown)
                            >
                                <Icon name=IconName::Retry/>
                                {labels.retry}
                            </button>
                        </DecisionForm>
                    }
                })
        }}
        {edits
            .then(|| {
                view! {
                    <a class="button" href=format!("/runs/{}?view=form#edit", desk.run) on:click=open_editor>
                        <Icon name=IconName::Pencil/>
                        "Edit "
                        <kbd>"E"</kbd>
                    </a>
                }
            })}
        {move || {
            (approves && as_proposed())
                .then(|| {
                    view! {
                        <DecisionForm desk asked>
                            <button
                                class="button"
                                id="approve"
                                data-kind="approve"
                                data-state=move || desk.sends().then_some("sending")
                                name="action"
                                value="approve"
                                disabled=move || shut() || blocked
                            >
                                <Icon name=IconName::Check/>
                                {labels.approve}
                                " "
                                <kbd>"A"</kbd>
                            </button>
                        </DecisionForm>
                    }
                })
        }}
        {move || {
            let here = sends.filter(|action| with_changes() || *action == Action::Respond);
            here.map(|action| {
                view! {
                    <button
                        class="button"
                        id="send-changes"
                        data-kind="approve"
                        data-state=move || desk.sends().then_some("sending")
                        form=edit_panel::FORM
                        name="action"
                        value=action.name()
                        disabled=move || {
                            shut() || desk.alive.get() && editor.outcome.with(|o| o.faulty)
                        }
                    >
                        <Icon name=IconName::Check/>
                        {labels.edit}
                    </button>
                }
            })
        }}
    }
    .into_any()
}

fn open_editor(event: leptos::ev::MouseEvent) {
    #[cfg(feature = "hydrate")]
    {
        event.prevent_default();
        super::keys::open_editor();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// Ends the run instead of answering; asks once more first.
#[component]
fn CancelTicket(desk: Desk, asked: Asked, allowed: bool) -> impl IntoView {
    allowed.then(|| {
        view! {
            <details class="action-more">
                <summary class="button" data-kind="quiet">
                    <span class="when-closed">"Cancel run"</span>
                    <span class="when-open">
                        <Icon name=IconName::Back/>
                        "Back"
                    </span>
                </summary>
                <DecisionForm desk asked class="action-panel">
                    <p>"The run ends here. Nothing more is sent."</p>
                    <div class="buttons">
                        <button
                            class="button"
                            data-kind="danger"
                            name="action"
                            value="cancel"
                            disabled=move || desk.is_shut()
                        >
                            "Yes, cancel the run"
                        </button>
                    </div>
                </DecisionForm>
            </details>
        }
    })
}
