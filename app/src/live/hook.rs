//! [`use_live`]: one line to the server for all parts of a page.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::{Change, Link};

/// The page's line to the server. A frame never carries what is shown: it says what is out of date.
#[derive(Clone, Copy)]
pub struct Live {
    /// `None` before the page is alive.
    pub(super) link: RwSignal<Option<Link>>,
    /// Who wants to know of changes.
    pub(super) ears: StoredValue<Vec<(u32, Callback<Change>)>>,
    #[cfg(feature = "hydrate")]
    pub(super) clock: StoredValue<super::clock::ServerClock>,
    /// When something was heard last, by the server's clock.
    pub(super) heard: StoredValue<Option<DateTime<Utc>>>,
    #[cfg(feature = "hydrate")]
    pub(super) line: StoredValue<super::driver::Line, LocalStorage>,
}

/// Opens the line, once for all pages: the frame does it.
pub fn provide_live() -> Live {
    let live = Live::silent();
    provide_context(live);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| super::driver::start(live));
    live
}

/// The page's line. Outside of the frame nothing is heard on it.
#[must_use]
pub fn use_live() -> Live {
    use_context().unwrap_or_else(Live::silent)
}

impl Live {
    fn silent() -> Self {
        Self {
            link: RwSignal::new(None),
            ears: StoredValue::new(Vec::new()),
            #[cfg(feature = "hydrate")]
            clock: StoredValue::new(super::clock::ServerClock::default()),
            heard: StoredValue::new(None),
            #[cfg(feature = "hydrate")]
            line: StoredValue::new_local(super::driver::Line::default()),
        }
    }

    /// How things stand; `None` before the page is alive.
    #[must_use]
    pub fn link(self) -> Option<Link> {
        self.link.get()
    }

    /// Nothing comes through: what is decided would not arrive.
    #[must_use]
    pub fn is_cut(self) -> bool {
        matches!(self.link.get(), Some(Link::Offline | Link::SignedOut))
    }

    /// When something was heard last, by the server's clock.
    #[must_use]
    pub fn heard(self) -> Option<DateTime<Utc>> {
        self.heard.try_get_value().flatten()
    }

    /// Calls `hear` with each change until its owner goes away.
    pub fn on_change(self, hear: impl Fn(Change) + Send + Sync + 'static) {
        let hear = Callback::new(hear);
        let id = self.ears.try_update_value(|ears| {
            let id = ears.last().map_or(0, |(last, _)| last + 1);
            ears.push((id, hear));
            id
        });
        on_cleanup(move || {
            self.ears.try_update_value(|ears| ears.retain(|(ear, _)| Some(*ear) != id));
        });
    }

    /// Tells everybody who listens.
    pub fn tell(self, change: &Change) {
        // A listener may add another one.
        let ears = self.ears.try_get_value().unwrap_or_default();
        ears.into_iter().for_each(|(_, hear)| hear.run(change.clone()));
    }
}

#[cfg(feature = "hydrate")]
impl Live {
    /// A request on the side was answered, or wasn't.
    pub fn looked(self, answered: bool) {
        super::driver::feed(self, super::machine::Input::Looked(answered));
    }

    pub fn signed_out(self) {
        super::driver::feed(self, super::machine::Input::SignedOut);
    }

    /// Doesn't wait for the next try.
    pub fn try_now(self) {
        super::driver::feed(self, super::machine::Input::Try);
    }

    /// Follows the thread of a session too, until its owner goes away.
    pub fn follow_session(self, session: String) {
        // Not before the page is alive: until then nothing may be known of the line.
        Effect::new(move |_| {
            super::driver::feed(self, super::machine::Input::Session(Some(session.clone())));
        });
        on_cleanup(move || super::driver::feed(self, super::machine::Input::Session(None)));
    }

    /// The server said its time.
    pub fn hear_time(self, server: DateTime<Utc>) {
        let (server, local) = (server.timestamp_millis() as f64, js_sys::Date::now());
        self.clock.try_update_value(|clock| clock.hear(server, local));
    }

    /// The server's time at this moment.
    #[must_use]
    pub fn now(self) -> Option<DateTime<Utc>> {
        let clock = self.clock.try_get_value()?;
        DateTime::from_timestamp_millis(clock.now(js_sys::Date::now()) as i64)
    }
}
