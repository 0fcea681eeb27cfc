//! Decisions on their way. One that was pressed stays here, and on the device, until the server has said what became
//! of it: it is sent again with the same key, the same version and the same digest, so it counts once or not at all.

use domain::id::{RunId, TicketId};
use leptos::prelude::*;

use crate::{
    api::actions::{Decide, Reply},
    error::ApiError,
};

/// How long the first repeats wait; after them it waits for the connection, a press, or its round.
#[cfg(any(feature = "hydrate", test))]
const WAITS: [u64; 3] = [1_000, 2_000, 4_000];
/// A request that hangs is as good as lost: it can be sent again.
#[cfg(feature = "hydrate")]
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// A decision that isn't acknowledged.
#[derive(Debug, Clone)]
pub struct Letter {
    pub decide: Decide,
    /// How often it was sent.
    pub tries: usize,
    /// On its way, or about to be sent again by itself.
    pub under_way: bool,
}

/// What the server said to a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub run: RunId,
    pub ticket: TicketId,
    pub result: Result<Reply, ApiError>,
}

/// All decisions of this page that aren't acknowledged.
#[derive(Clone, Copy)]
pub struct Outbox {
    letters: RwSignal<Vec<Letter>>,
    answered: RwSignal<Option<Answered>>,
    #[cfg(feature = "hydrate")]
    device: crate::device::Device,
    #[cfg(feature = "hydrate")]
    live: crate::live::Live,
}

impl Outbox {
    /// That of the frame, so that a decision outlives the page that it was pressed on.
    #[must_use]
    pub fn shared() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    pub fn provide() -> Self {
        let outbox = Self {
            letters: RwSignal::new(Vec::new()),
            answered: RwSignal::new(None),
            #[cfg(feature = "hydrate")]
            device: crate::device::Device::current(),
            #[cfg(feature = "hydrate")]
            live: crate::live::use_live(),
        };
        provide_context(outbox);
        outbox
    }

    /// A decision about this run is on its way.
    #[must_use]
    pub fn sends(self, run: RunId) -> bool {
        self.has(|letter| letter.decide.run == run && letter.under_way)
    }

    /// A decision about this run was sent in vain, and waits.
    #[must_use]
    pub fn waits(self, run: RunId) -> bool {
        self.has(|letter| letter.decide.run == run && letter.tries > 0)
    }

    /// The runs with a decision that was sent in vain, each once.
    #[must_use]
    pub fn stuck(self) -> Vec<RunId> {
        self.letters.with(|letters| {
            let stuck = letters.iter().filter(|letter| letter.tries > 0 && !letter.under_way);
            stuck.map(|letter| letter.decide.run).collect()
        })
    }

    /// The last answer, if it is about this run.
    #[must_use]
    pub fn answer(self, run: RunId) -> Option<Answered> {
        self.answered.get().filter(|answered| answered.run == run)
    }

    /// This page decides the ticket, or has done so just now.
    #[must_use]
    pub fn knows(self, ticket: TicketId) -> bool {
        let same = |letter: &Letter| letter.decide.ticket == ticket;
        self.has_decided(ticket) || self.letters.with_untracked(|letters| letters.iter().any(same))
    }

    /// What is typed over the ticket is on its way in a decision, or got through with it.
    #[must_use]
    pub fn closes(self, ticket: TicketId) -> bool {
        let under_way = self.letters.with_untracked(|letters| {
            letters.iter().any(|letter| letter.decide.ticket == ticket && letter.under_way)
        });
        under_way || self.has_decided(ticket)
    }

    fn has_decided(self, ticket: TicketId) -> bool {
        self.answered.with_untracked(|last| {
            last.as_ref().is_some_and(|last| last.ticket == ticket && last.result.is_ok())
        })
    }

    fn has(self, is_so: impl Fn(&Letter) -> bool) -> bool {
        self.letters.with(|letters| letters.iter().any(is_so))
    }
}

/// The server may have taken it in, or may do so at another time.
#[cfg(any(feature = "hydrate", test))]
#[must_use]
pub const fn is_open(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Internal
            | ApiError::Lost
            | ApiError::Unavailable
            | ApiError::NotSignedIn
            | ApiError::TooMany(_)
    )
}

/// How long to wait until it is sent again by itself.
#[cfg(any(feature = "hydrate", test))]
#[must_use]
pub fn wait_after(tries: usize) -> Option<u64> {
    WAITS.get(tries.checked_sub(1)?).copied()
}

#[cfg(feature = "hydrate")]
mod in_the_browser {
    use std::time::Duration;

    use leptos::{prelude::*, server_fn::ServerFn};

    use super::{
        super::{letter_text, live::every},
        Answered, Letter, Outbox, PATIENCE, is_open, wait_after,
    };
    use crate::{
        api::actions::{Decide, Reply},
        error::ApiError,
        live::Link,
    };

    const KIND: &str = "decision";
    /// Between two rounds of all that waits.
    const ROUND: Duration = Duration::from_secs(30);

    impl Outbox {
        /// Sends a decision; in place of another one about the same ticket that wasn't acknowledged.
        pub fn send(self, decide: Decide) {
            let letter = Letter { decide, tries: 0, under_way: true };
            let id = letter.decide.ticket.to_string();
            self.device.keep(KIND, &id, &letter_text::write(&letter));
            let key = letter.decide.key.clone();
            self.letters.update(|letters| {
                letters.retain(|other| other.decide.ticket != letter.decide.ticket);
                letters.push(letter);
            });
            self.post(key);
        }

        /// Takes up what an earlier page left, and sends what waits whenever the line is there again, and every
        /// half-minute while it is.
        pub fn wake(self) {
            // Not before the page is alive: the server knew nothing of them when it made the page.
            Effect::new(move |before: Option<()>| {
                if before.is_none() {
                    let left = self.device.all(KIND);
                    let left = left.into_iter().filter_map(|text| letter_text::read(&text));
                    self.letters.update(|letters| letters.extend(left));
                }
                if matches!(self.live.link(), Some(Link::Live | Link::Looking)) {
                    self.send_again();
                }
            });
            every(ROUND, move || {
                if !untrack(|| self.live.is_cut()) {
                    self.send_again();
                }
            });
        }

        /// Sends what waits, even after its deadline: only the server knows whether an earlier try got through in time,
        /// and it counts nothing that comes late.
        pub fn send_again(self) {
            let waiting = self.letters.with_untracked(|letters| {
                let waiting = letters.iter().filter(|letter| !letter.under_way);
                waiting.map(|letter| letter.decide.key.clone()).collect::<Vec<_>>()
            });
            for key in waiting {
                self.change(&key, |letter| letter.under_way = true);
                self.post(key);
            }
        }

        fn post(self, key: String) {
            let sent = self.letters.with_untracked(|letters| {
                letters.iter().find(|letter| letter.decide.key == key).cloned()
            });
            let Some(letter) = sent else { return };
            let tries = letter.tries;
            set_timeout(move || self.put_off(key, tries, &ApiError::Unavailable), PATIENCE);
            leptos::task::spawn_local(async move {
                let result = letter.decide.clone().run_on_client().await;
                match &result {
                    Err(error) if is_open(error) => self.put_off(letter.decide.key, tries, error),
                    _ => {
                        self.device.forget(KIND, &letter.decide.ticket.to_string());
                        self.settle(&letter, result);
                    }
                }
            });
        }

        /// Not acknowledged, after so many tries before: tries again soon, or waits for its round. Whichever comes first,
        /// the answer that says so or the end of patience, counts.
        fn put_off(self, key: String, tries: usize, error: &ApiError) {
            let waits = |letter: &Letter| letter.decide.key == key && letter.tries == tries;
            if !self.letters.try_with_untracked(|all| all.iter().any(waits)).unwrap_or_default() {
                return;
            }
            let signed_out = matches!(error, ApiError::NotSignedIn);
            if signed_out {
                self.live.signed_out();
            }
            let wait = wait_after(tries + 1).filter(|_| !signed_out);
            self.change(&key, |kept| {
                kept.tries = tries + 1;
                kept.under_way = wait.is_some();
            });
            if let Some(wait) = wait {
                set_timeout(move || self.post(key), Duration::from_millis(wait));
            }
        }

        fn settle(self, letter: &Letter, result: Result<Reply, ApiError>) {
            let (run, ticket) = (letter.decide.run, letter.decide.ticket);
            self.letters.try_update(|letters| {
                letters.retain(|other| other.decide.key != letter.decide.key);
            });
            self.answered.try_set(Some(Answered { run, ticket, result }));
        }

        fn change(self, key: &str, how: impl FnOnce(&mut Letter)) {
            self.letters.try_update(|letters| {
                if let Some(letter) = letters.iter_mut().find(|letter| letter.decide.key == key) {
                    how(letter);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_repeats_come_soon_then_it_waits_for_its_round() {
        let waits: Vec<_> = (0..6).map(wait_after).collect();
        assert_eq!(waits, [None, Some(1_000), Some(2_000), Some(4_000), None, None]);
    }

    #[test]
    fn only_what_the_server_may_still_take_in_is_sent_again() {
        for open in
            [ApiError::Internal, ApiError::Lost, ApiError::Unavailable, ApiError::TooMany(3)]
        {
            assert!(is_open(&open), "{open:?}");
        }
        for closed in [
            ApiError::Gone(String::new()),
            ApiError::Invalid(Vec::new()),
            ApiError::Forbidden(String::new()),
            ApiError::NotPossible(String::new()),
            ApiError::Full,
        ] {
            assert!(!is_open(&closed), "{closed:?}");
        }
    }
}
