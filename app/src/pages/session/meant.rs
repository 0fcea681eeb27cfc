//! What a message was meant for: tickets open and close while somebody types, and nobody sends as one thing what they
//! wrote as another.

use domain::{digest::Digest, id::TicketId};
use leptos::prelude::*;

use super::{OpenSession, composer::Draft};

/// The proposal that a message answers; none where it starts a run.
pub type Meant = Option<(TicketId, Digest)>;

/// Keeps a message until the reader knows what it does.
#[derive(Clone, Copy)]
pub struct Pause {
    /// What a message does at this moment.
    now: Memo<Meant>,
    /// What it did when its first letter was typed, or when the reader said that they know.
    known: RwSignal<Meant>,
    /// Something was typed, and would do something else by now.
    turned: Memo<bool>,
    locked: RwSignal<bool>,
}

impl Pause {
    pub fn new(open: OpenSession, draft: Draft, now: Memo<Meant>) -> Self {
        let known = RwSignal::new(now.get_untracked());
        let turned = Memo::new(move |_| {
            let typed = draft.text.with(|text| !text.is_empty());
            typed && !draft.sending.get() && known.get() != now.get()
        });
        Self { now, known, turned, locked: open.locked }
    }

    /// Nothing is sent yet.
    pub fn holds(self) -> bool {
        self.is_locked() || self.turned.get()
    }

    /// Another proposal stands on the card, and nobody has looked at it.
    fn is_locked(self) -> bool {
        self.locked.get() && self.now.get().is_some()
    }

    /// The reader knows what a message does now.
    pub fn know(self) {
        self.known.set(self.now.get_untracked());
    }

    /// Why nothing is sent yet, and what to do.
    pub fn note(self) -> Option<AnyView> {
        if self.is_locked() {
            return Some(look_first());
        }
        self.turned.get().then(|| turned(self))
    }
}

fn look_first() -> AnyView {
    view! {
        <p class="hint" role="status">"Another proposal stands above. Look at it first."</p>
    }
    .into_any()
}

fn turned(pause: Pause) -> AnyView {
    let seen = move |_| {
        pause.know();
        #[cfg(feature = "hydrate")]
        crate::keys::focus("#text");
    };
    view! {
        <p class="hint" role="status">
            "A ticket opened or closed while you were typing: this message does something else now. "
            <button class="button" data-size="small" type="button" on:click=seen>
                "I have seen it"
            </button>
        </p>
    }
    .into_any()
}
