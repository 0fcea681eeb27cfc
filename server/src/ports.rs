//! What the orchestrator needs from outside: storage, providers, files, time and ids.

mod accounts;
mod attachments;
mod caps;
mod census;
mod egress;
mod fanout;
mod feed;
mod keys;
mod lease;
mod lists;
mod pictures;
mod secrets;
mod sessions;
mod upkeep;

use std::time::Duration;

use app::api::page::{Page, PageRequest};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    checkpoint::Ticket,
    decision::DecisionRecord,
    digest::Digest,
    effect::Effect,
    id::{PersonId, RunId, TicketId},
    run::Run,
    step::Outcome,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use accounts::{AccessWatch, AccountStore, Alone, PersonRow, TokenRow};
pub use attachments::{AttachmentRow, AttachmentStore};
pub use caps::{Cap, Capped};
pub use census::{Census, Connections, Counts};
pub use egress::{Egress, EgressError, Fetched, Incoming, Outgoing};
pub use fanout::{Fanout, Head, Wired};
pub use feed::{Announcer, Feed, FeedEntry, FeedItem, Told};
pub use keys::{AgentRow, KeyHolder, KeyRow, KeyStore};
pub use lease::{Committed, Lease};
pub use lists::{RunFilter, RunRow, TicketFilter, TicketRow};
pub use pictures::{Picture, Pictures, Stamp, Stamps, TicketPicture};
pub use secrets::SecretStore;
pub use sessions::{DecisionRow, MessageRow, SessionStore, ThreadRow};
pub use upkeep::{Decisions, Upkeep};

/// The time, in whole microseconds: what is stored reads back as the same value on any database.
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// Fresh names and secrets.
pub trait Ids: Send + Sync {
    /// A UUID of version 7: ordered by time.
    fn uuid(&self) -> Uuid;

    /// 32 random bytes for tokens.
    fn secret(&self) -> [u8; 32];
}

/// Why storage didn't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first: load again and look.
    #[error("the record changed in the meantime")]
    Conflict,
    /// The session has an active run already.
    #[error("the session has an active run")]
    SessionBusy,
    /// The deadline in the database was over when the decision was written.
    #[error("the ticket's deadline is over")]
    TooLate,
    /// The same key was used before: with this answer, for a request with this digest.
    #[error("this idempotency key was used before")]
    KeyUsed(Box<UsedKey>),
    /// An agent started too much, or has too much waiting.
    #[error(transparent)]
    Capped(Capped),
    /// Something of this name exists already (an e-mail address, for instance).
    #[error("there is one already")]
    Duplicate,
    /// The cursor of a page wasn't made here.
    #[error("this cursor leads nowhere")]
    BadCursor,
    /// No room: nothing was written, and reading goes on.
    #[error("the disk is full")]
    Full,
    /// The database can't be reached for the moment.
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// What is stored can't be read: a fault, logged with its cause.
    #[error("storage fault: {0}")]
    Broken(String),
}

/// A run as stored, with the version that a change of it must name.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    pub run: Run,
    pub version: i64,
}

/// A ticket as stored, whatever became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredTicket {
    pub run: RunId,
    pub session: String,
    pub ticket: Ticket,
    pub status: TicketStatus,
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    pub closed_reason: Option<String>,
    pub decision: Option<DecisionRecord>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    Pending,
    Decided,
    Expired,
    Cancelled,
}

impl TicketStatus {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Decided => "decided",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What is committed together: the run, its tickets, decision, history, effects and attempts.
#[derive(Debug, Clone)]
pub struct Change {
    pub outcome: Outcome,
    /// The version that the change was made from; `None` for a run that isn't stored yet.
    pub from: Option<i64>,
    /// The effect that this change carries out; it is finished in the same transaction. The change is
    /// refused with [`StoreError::Conflict`] if the effect's lease was lost to somebody else.
    pub finishes: Option<ClaimedEffect>,
    pub key: Option<IdempotencyKey>,
    /// For what an agent starts.
    pub cap: Option<Cap>,
    /// What the change adds to the thread of its session.
    pub messages: Vec<MessageRow>,
    /// Takes effects that are ready at once out of everybody else's reach as they are written.
    pub lease: Option<Lease>,
}

/// A caller's key for one request, kept with the answer in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The caller and the route: the same key of somebody else is another key.
    pub scope: String,
    pub key: String,
    /// Digest of the request's body.
    pub request: Digest,
    /// The id that the answer speaks of.
    pub answer: Uuid,
    /// The answer itself, as JSON text.
    pub reply: String,
}

/// What an idempotency key was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedKey {
    pub request: Digest,
    pub answer: Uuid,
    pub reply: String,
}

/// An effect that this process may carry out until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEffect {
    pub id: i64,
    pub run: RunId,
    pub effect: Effect,
    /// Tells this claim from later ones of the same effect.
    pub lease: Uuid,
    /// How often the effect was claimed, this time included.
    pub claims: u32,
}

/// Runs, tickets, decisions, history and the outbox. A lookup gives `None` for what isn't there.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// Writes a step's outcome, whole or not at all.
    ///
    /// # Errors
    ///
    /// `Conflict` if the run isn't at `change.from` any more or the finished effect's lease was lost;
    /// `SessionBusy` if the run would be the second active one of its owner's session; `TooLate` if
    /// it closes a ticket by a person's decision and the ticket's deadline is over by the database's
    /// clock; `KeyUsed` if the idempotency key is known; `Capped` if it would exceed `change.cap`.
    async fn commit(&self, change: &Change) -> Result<Committed, StoreError>;

    async fn load(&self, run: RunId) -> Result<Option<StoredRun>, StoreError>;

    async fn ticket(&self, ticket: TicketId) -> Result<Option<StoredTicket>, StoreError>;

    /// The run's tickets, oldest first.
    async fn tickets_of(&self, run: RunId) -> Result<Vec<StoredTicket>, StoreError>;

    /// Runs, the newest first.
    async fn runs(&self, filter: &RunFilter, page: PageRequest)
    -> Result<Page<RunRow>, StoreError>;

    /// Open tickets: overdue ones first, then by deadline (none last), then the oldest first.
    async fn open_tickets(
        &self,
        filter: &TicketFilter,
        page: PageRequest,
    ) -> Result<Page<TicketRow>, StoreError>;

    /// The oldest queued run of the session that `run` belongs to.
    async fn next_queued(
        &self,
        owner: PersonId,
        session: &str,
    ) -> Result<Option<RunId>, StoreError>;

    /// Runs whose `wakes_at` has come, soonest first.
    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<RunId>, StoreError>;

    /// Takes effects that are ready at `now` and under no lease that still holds, oldest first.
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: Uuid,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError>;

    /// Prolongs a lease; `false` if it was lost.
    async fn renew(&self, effect: &ClaimedEffect, until: DateTime<Utc>)
    -> Result<bool, StoreError>;

    /// Gives an effect back until a time, as one that was claimed so often; nothing happens if the lease was lost.
    async fn put_off(
        &self,
        effect: &ClaimedEffect,
        until: DateTime<Utc>,
        claims: u32,
    ) -> Result<(), StoreError>;

    /// Takes an effect out of the outbox; nothing happens if the lease was lost.
    async fn finish(&self, effect: &ClaimedEffect) -> Result<(), StoreError>;

    /// As [`Self::finish`], unless a run of the session is queued; says whether it was taken out.
    async fn finish_unless_queued(
        &self,
        effect: &ClaimedEffect,
        owner: PersonId,
        session: &str,
    ) -> Result<bool, StoreError>;

    /// When the next effect becomes ready or the next run wakes; `None` if nothing waits for time.
    async fn next_wake(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// The run's history, oldest first.
    async fn history(&self, run: RunId) -> Result<Vec<FeedEntry>, StoreError>;

    /// What a key was used for.
    async fn used_key(&self, scope: &str, key: &str) -> Result<Option<UsedKey>, StoreError>;

    /// Keeps what a person typed for a ticket; empty text takes it away.
    async fn save_draft(
        &self,
        ticket: TicketId,
        person: PersonId,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    async fn draft(&self, ticket: TicketId, person: PersonId)
    -> Result<Option<String>, StoreError>;

    /// Records that a person looked at a ticket: when first, and for how long in all.
    ///
    /// # Errors
    ///
    /// `KeyUsed` if the idempotency key is known.
    async fn seen(
        &self,
        ticket: TicketId,
        person: PersonId,
        at: DateTime<Utc>,
        dwell: Duration,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError>;

    /// Answers if the database can be used: read, and where it may change hands also written.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Returns when another process may have written something; never where only this one writes. For
    /// one caller at a time.
    async fn written_elsewhere(&self);
}

/// All of storage.
pub trait Store:
    RunStore
    + Feed
    + AttachmentStore
    + AccountStore
    + Census
    + SecretStore
    + SessionStore
    + Upkeep
    + Stamps
    + Wired
{
}

impl<T> Store for T where
    T: RunStore
        + Feed
        + AttachmentStore
        + AccountStore
        + Census
        + SecretStore
        + SessionStore
        + Upkeep
        + Stamps
        + Wired
{
}
