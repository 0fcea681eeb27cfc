//! What is sent, and to whom.

use app::{
    error::ApiError,
    live::{Scope, Subscribe},
};
use axum::extract::ws::Utf8Bytes;
use domain::{
    access::Caller,
    audit::EntryKind,
    id::{PersonId, RunId},
    issue::Issue,
};

use crate::ports::{FeedItem, Told};

/// One place of the feed as clients get it: written once, shared by all who get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub about: About,
    pub text: Utf8Bytes,
    /// Told beside it to whoever watches this run or session at that moment, and to nobody later.
    pub passing: Option<Utf8Bytes>,
}

impl Frame {
    /// What is passing, for who asked for these topics.
    #[must_use]
    pub fn passing(&self, topics: &Topics) -> Option<Utf8Bytes> {
        self.passing.clone().filter(|_| topics.watch(&self.about))
    }
}

/// What decides who gets a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub number: i64,
    pub owner: PersonId,
    pub session: String,
    pub run: Option<RunId>,
    /// It concerns those who keep an eye on everything.
    pub inbox: bool,
}

impl About {
    #[must_use]
    pub fn of(item: &FeedItem) -> Self {
        let inbox = match &item.what {
            Told::Happened(entry) => !is_a_step(entry.entry.kind),
            Told::Said(_) => false,
        };
        let (session, run) = (item.session().to_owned(), item.run());
        Self { number: item.number, owner: item.owner, session, run, inbox }
    }
}

/// A run went past a step, which only those who watch it are told.
#[must_use]
pub const fn is_a_step(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::PolicyPassed | EntryKind::CallAnswered)
}

/// What a subscription is about: a frame of any of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics {
    pub inbox: bool,
    pub session: Option<String>,
    pub run: Option<RunId>,
}

impl Topics {
    /// # Errors
    ///
    /// [`ApiError::Invalid`] if the scope and what it names don't go together.
    pub fn of(wanted: &Subscribe) -> Result<Self, ApiError> {
        let Subscribe { scope, session_id: session, run_id: run, .. } = wanted;
        let wrong = |field, message| Err(ApiError::Invalid(vec![Issue::error(field, message)]));
        match (scope, session, run) {
            (Scope::Session, None, _) => wrong("/session_id", "is missing"),
            (Scope::Run, _, None) => wrong("/run_id", "is missing"),
            (Scope::Session, _, Some(_)) => wrong("/run_id", "goes with `inbox` and `run` only"),
            (Scope::Run, Some(_), _) => {
                wrong("/session_id", "goes with `inbox` and `session` only")
            }
            (scope, session, run) => {
                Ok(Self { inbox: *scope == Scope::Inbox, session: session.clone(), run: *run })
            }
        }
    }

    /// Whether this caller, who asked for these topics, gets a frame.
    #[must_use]
    pub fn cover(&self, about: &About, caller: &Caller) -> bool {
        let asked = (self.inbox && about.inbox) || self.watch(about);
        asked && caller.knows(about.owner)
    }

    /// This very session or run was asked for.
    fn watch(&self, about: &About) -> bool {
        self.session.as_ref().is_some_and(|session| *session == about.session)
            || (self.run.is_some() && self.run == about.run)
    }
}
