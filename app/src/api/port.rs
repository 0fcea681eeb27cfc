//! What the pages and the doors need from the server: traits that the server implements.

mod actions;
mod keys;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    access::{Caller, Role},
    id::{AttachmentId, PersonId, RunId, TicketId},
};
use futures::stream::BoxStream;

use super::{
    access::{OneTimeLink, PersonView, Welcome},
    attachments::AttachmentView,
    page::{Page, PageRequest},
    providers::ProviderView,
    runs::{Inbox, InboxFilter, NewRun, RunDocument, RunSummary, RunView, RunsFilter, Started},
    threads::{HistoryItem, MessageView, NewMessage, Posted},
    tickets::{Decided, DecisionRequest, Draft, TicketOf},
};
use crate::error::ApiError;

pub use actions::ActionService;
pub use keys::KeyService;

/// Bytes that arrive piece by piece.
pub type ByteStream = BoxStream<'static, Result<Bytes, std::io::Error>>;

/// An answer, and whether it was given before to the same request under the same idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once<T> {
    pub answer: T,
    pub replayed: bool,
}

impl<T> Once<T> {
    /// An answer that was given just now.
    pub const fn first(answer: T) -> Self {
        Self { answer, replayed: false }
    }
}

/// Runs, tickets and files. Each method authorises its caller itself, by the one rule in
/// [`domain::access`].
///
/// Where a method takes an idempotency key, the same request under it again gets the same answer and has
/// no second effect, and another request under it is refused as `Invalid`.
#[async_trait]
pub trait RunService: ActionService {
    /// Starts a run, or queues it behind the active one of its session.
    async fn start(
        &self,
        caller: &Caller,
        new: NewRun,
        key: Option<&str>,
    ) -> Result<Once<Started>, ApiError>;

    async fn run(&self, caller: &Caller, run: RunId) -> Result<RunView, ApiError>;

    /// Everything that is known of a run.
    async fn document(&self, caller: &Caller, run: RunId) -> Result<RunDocument, ApiError>;

    /// Newest first.
    async fn runs(
        &self,
        caller: &Caller,
        filter: RunsFilter,
        page: PageRequest,
    ) -> Result<Page<RunSummary>, ApiError>;

    /// Open tickets, the most urgent first.
    async fn inbox(
        &self,
        caller: &Caller,
        filter: InboxFilter,
        page: PageRequest,
    ) -> Result<Inbox, ApiError>;

    /// A ticket, whatever became of it.
    async fn ticket(&self, caller: &Caller, ticket: TicketId) -> Result<TicketOf, ApiError>;

    /// Decides a ticket. What a person typed is kept as their draft when the decision is refused.
    ///
    /// # Errors
    ///
    /// `AlreadyDecided` with the decision that won, `Gone` after the deadline, `Changed` for a version
    /// or digest that isn't the ticket's, `Invalid` with the issues.
    async fn decide(
        &self,
        caller: &Caller,
        request: DecisionRequest,
    ) -> Result<Once<Decided>, ApiError>;

    /// The run's single open ticket, for decisions that name only the run. With an idempotency key that
    /// was used before, the ticket that it decided: sent again, a decision is about the same ticket.
    async fn open_ticket(
        &self,
        caller: &Caller,
        run: RunId,
        key: Option<&str>,
    ) -> Result<TicketId, ApiError>;

    /// Asks the run to pause before its next side effect.
    async fn pause(
        &self,
        caller: &Caller,
        run: RunId,
        key: Option<&str>,
    ) -> Result<Once<()>, ApiError>;

    async fn cancel(&self, caller: &Caller, run: RunId) -> Result<(), ApiError>;

    /// Stops the countdown to the automatic approval.
    async fn hold(
        &self,
        caller: &Caller,
        run: RunId,
        ticket: TicketId,
        key: Option<&str>,
    ) -> Result<Once<()>, ApiError>;

    /// Keeps what the caller has typed so far.
    async fn save_draft(
        &self,
        caller: &Caller,
        ticket: TicketId,
        draft: Draft,
    ) -> Result<(), ApiError>;

    /// Takes away what [`Self::save_draft`] kept; nothing happens without it.
    async fn drop_draft(&self, caller: &Caller, ticket: TicketId) -> Result<(), ApiError>;

    /// Records that the caller looked at a ticket for this long.
    async fn seen(
        &self,
        caller: &Caller,
        ticket: TicketId,
        dwell: std::time::Duration,
        key: Option<&str>,
    ) -> Result<Once<()>, ApiError>;

    async fn providers(&self, caller: &Caller) -> Result<Vec<ProviderView>, ApiError>;

    /// Stores an upload. It is whole and on disk when this returns, or it isn't there.
    async fn attach(
        &self,
        caller: &Caller,
        to: AttachTo,
        upload: Upload,
        key: Option<&str>,
    ) -> Result<Once<AttachmentView>, ApiError>;

    /// The files of one of the caller's own sessions, newest first.
    async fn attachments(
        &self,
        caller: &Caller,
        session: &str,
    ) -> Result<Vec<AttachmentView>, ApiError>;

    async fn download(
        &self,
        caller: &Caller,
        attachment: AttachmentId,
    ) -> Result<(AttachmentView, ByteStream), ApiError>;

    /// A picture of the file, drawn again by the server: media type and bytes.
    async fn preview(
        &self,
        caller: &Caller,
        attachment: AttachmentId,
    ) -> Result<(String, Bytes), ApiError>;

    /// Answers if the server can do its work.
    async fn ready(&self) -> Result<(), ApiError>;
}

/// What was said and decided in a session. Each method authorises its caller itself.
#[async_trait]
pub trait ThreadService: Send + Sync {
    /// The thread, the oldest message first.
    async fn messages(
        &self,
        caller: &Caller,
        session: &str,
        page: PageRequest,
    ) -> Result<Page<MessageView>, ApiError>;

    /// Adds a message to one of the caller's own sessions. One that answers an open ticket of the session
    /// decides it, under all the checks of [`RunService::decide`], or isn't taken in.
    async fn post(
        &self,
        caller: &Caller,
        session: &str,
        message: NewMessage,
        key: Option<&str>,
    ) -> Result<Once<Posted>, ApiError>;

    /// Every decision and edit, the oldest first.
    async fn history(
        &self,
        caller: &Caller,
        session: &str,
        page: PageRequest,
    ) -> Result<Page<HistoryItem>, ApiError>;
}

/// Which session an upload belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachTo {
    /// One of the caller's own.
    Session(String),
    /// The session of this run.
    Run(RunId),
}

/// A file on its way in.
pub struct Upload {
    /// What the client calls it: a label.
    pub name: String,
    /// What the client says that it is.
    pub claimed_type: Option<String>,
    pub bytes: ByteStream,
}

/// A session's secret as the cookie carries it; only its hash is stored.
#[derive(Clone)]
pub struct SessionToken(pub String);

/// What shows who somebody is, for connections that last.
#[derive(Clone)]
pub enum Credential {
    Session(SessionToken),
    Key(String),
}

/// Accounts, sessions and keys. Each method that takes a [`Caller`] authorises it itself.
#[async_trait]
pub trait AccountService: KeyService {
    /// The caller behind a session; `None` if it ended, expired, or its person is disabled.
    async fn caller(&self, token: &SessionToken) -> Result<Option<Caller>, ApiError>;

    /// The caller behind a session or a key, with the rights of this moment; `None` if it is over. As opposed to
    /// [`Self::caller`], this is no use of it: an open connection is nobody who is there.
    async fn still(&self, credential: &Credential) -> Result<Option<Caller>, ApiError>;

    /// Checks a password. Wrong e-mail address and wrong password are one answer, after the same work.
    ///
    /// # Errors
    ///
    /// [`ApiError::TooMany`] after five failures in a minute for this address and `source`.
    async fn sign_in(
        &self,
        email: &str,
        password: &str,
        source: &str,
    ) -> Result<SessionToken, ApiError>;

    async fn sign_out(&self, token: &SessionToken) -> Result<(), ApiError>;

    /// Who the one-time link is for; `NotFound` if it is unknown, used or too old.
    async fn welcome(&self, link_token: &str) -> Result<Welcome, ApiError>;

    /// Uses up a one-time link: sets name and password (12 characters or more) and signs in.
    /// `email` is taken only from the very first account.
    async fn accept(
        &self,
        link_token: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<SessionToken, ApiError>;

    async fn people(&self, caller: &Caller) -> Result<Vec<PersonView>, ApiError>;

    /// Adds an account with a one-time link. A link is shown once: given again under an idempotency key, its
    /// address is empty.
    async fn invite(
        &self,
        caller: &Caller,
        name: &str,
        email: &str,
        role: Role,
        key: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError>;

    /// Changes a role at once, also for open sessions. The last active admin can't be changed.
    async fn set_role(&self, caller: &Caller, person: PersonId, role: Role)
    -> Result<(), ApiError>;

    /// Disables (ending all sessions) or enables a person. The last active admin can't be disabled.
    async fn set_disabled(
        &self,
        caller: &Caller,
        person: PersonId,
        disabled: bool,
    ) -> Result<(), ApiError>;

    /// Ends all sessions of a person and makes a one-time link for a new password, as [`Self::invite`].
    async fn reset(
        &self,
        caller: &Caller,
        person: PersonId,
        key: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError>;
}

/// What each request of a page carries.
#[derive(Clone)]
pub struct ServerContext {
    pub runs: Arc<dyn RunService>,
    pub accounts: Arc<dyn AccountService>,
    /// `None` on the pages that anybody may see.
    pub caller: Option<Caller>,
    /// The moment at which the request came in.
    pub now: DateTime<Utc>,
    /// People reach the server over https: cookies go over nothing else.
    pub https: bool,
}

impl ServerContext {
    /// The context of the request that is being answered.
    ///
    /// # Panics
    ///
    /// Outside a request: a fault in how the router was put together.
    #[must_use]
    pub fn current() -> Self {
        leptos::prelude::expect_context::<Self>()
    }

    /// The context and the caller, for what only signed-in people may do.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotSignedIn`].
    pub fn authenticated() -> Result<(Self, Caller), ApiError> {
        let context = Self::current();
        let caller = context.caller.clone().ok_or(ApiError::NotSignedIn)?;
        Ok((context, caller))
    }
}
