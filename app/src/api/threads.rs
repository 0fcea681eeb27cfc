//! The thread of a session: what people, agents and the server said, in order.

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::{Action, DecisionRecord, Via},
    id::{AttachmentId, PersonId, RunId, TicketId},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;
use uuid::Uuid;

use super::{
    attachments::AttachmentView,
    page::Page,
    runs::RunView,
    session::in_query,
    tickets::{Decided, Draft, TicketState},
};
#[cfg(feature = "ssr")]
use crate::api::{page::PageRequest, port::ServerContext};
use crate::{error::ApiError, wire::Answer};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum MessageRole {
    /// A person, or the agent in their name.
    User,
    /// What a provider made.
    Assistant,
    /// The server: how something ended.
    System,
    /// A ticket that asks.
    Checkpoint,
}

impl MessageRole {
    pub const ALL: [Self; 4] = [Self::User, Self::Assistant, Self::System, Self::Checkpoint];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
            Self::Checkpoint => "checkpoint",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    pub id: Uuid,
    pub session: String,
    pub run: Option<RunId>,
    /// The ticket that it asks about or answers.
    pub ticket: Option<TicketId>,
    pub role: MessageRole,
    pub author: String,
    pub text: String,
    /// A JSON object as text.
    pub props: String,
    pub attachments: Vec<AttachmentId>,
    pub created_at: DateTime<Utc>,
}

/// A message on its way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    pub text: String,
    /// A JSON object as text.
    pub props: Option<String>,
    /// Uploads of the session.
    pub attachments: Vec<AttachmentId>,
    /// What it answers; `None` for a remark.
    pub answers: Option<Reply>,
}

/// A message that answers an open ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub ticket: TicketId,
    /// Without it, the text has to be the action's name and nothing else.
    pub action: Option<Action>,
    pub version: Option<u32>,
    pub digest: Option<domain::digest::Digest>,
    /// A merge patch (RFC 7396) as JSON text.
    pub edits: Option<String>,
    /// The door that it came through.
    pub via: Via,
}

/// A message that was taken in, and what it decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    pub message: MessageView,
    pub decided: Option<Decided>,
}

/// A decision, and where it was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryItem {
    pub run: RunId,
    pub checkpoint: CheckpointType,
    pub record: DecisionRecord,
}

/// Where the page of a session is. The same name of somebody else's is another session.
#[must_use]
pub fn session_address(owner: PersonId, session: &str) -> String {
    format!("/sessions/{owner}?id={}", in_query(session))
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    pub owner: PersonId,
    pub owner_name: String,
    pub session: String,
    /// The beginning of what was said first.
    pub title: String,
    /// Open tickets.
    pub waiting: u32,
    pub last_at: DateTime<Utc>,
}

/// Sessions and the time at which they were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionList {
    pub page: Page<SessionSummary>,
    pub now: DateTime<Utc>,
    /// The address of a session that doesn't exist yet.
    pub fresh: String,
}

/// A piece of a session's thread, with all that its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadView {
    pub owner: PersonId,
    pub owner_name: String,
    pub session: String,
    /// Empty where nothing was said yet.
    pub title: String,
    /// The oldest first.
    pub entries: Vec<ThreadEntry>,
    /// Leads to what was said before.
    pub earlier: Option<String>,
    /// The run whose ticket waits.
    pub open: Option<RunView>,
    /// A run is at work or queued.
    pub busy: bool,
    /// Uploads that nothing was asked with yet, the newest first.
    pub files: Vec<AttachmentView>,
    /// The server's time when this was read.
    pub now: DateTime<Utc>,
}

/// One message as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadEntry {
    pub id: Uuid,
    pub run: Option<RunId>,
    pub role: MessageRole,
    pub author: String,
    pub text: String,
    pub files: Vec<AttachmentView>,
    /// The ticket that it asks about.
    pub asks: Option<AskedTicket>,
    pub at: DateTime<Utc>,
}

/// A ticket that a message asks about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedTicket {
    pub ticket: TicketId,
    pub checkpoint: CheckpointType,
    pub state: TicketState,
    /// What the reader had typed when the newest closed ticket was closed by somebody else.
    pub draft: Option<Draft>,
}

/// Sessions, the newest message first; `search` looks at their names and at what was said in them.
#[server(prefix = "/ui", endpoint = "load_sessions", input = GetUrl, output = Answer)]
pub async fn load_sessions(
    search: Option<String>,
    cursor: Option<String>,
) -> Result<SessionList, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let page = PageRequest { cursor, ..PageRequest::default() };
    let page = context.threads.sessions(&caller, search.as_deref(), page).await?;
    let fresh = session_address(caller.person, &context.fresh.to_string());
    Ok(SessionList { page, now: context.now, fresh })
}

/// The end of a thread, or what was said before the place that `before` names.
#[server(prefix = "/ui", endpoint = "load_thread", input = GetUrl, output = Answer)]
pub async fn load_thread(
    owner: PersonId,
    session: String,
    before: Option<String>,
) -> Result<ThreadView, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let page = PageRequest { cursor: before, ..PageRequest::default() };
    context.threads.thread(&caller, owner, &session, page).await
}
