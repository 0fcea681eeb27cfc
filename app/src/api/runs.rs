//! Runs as pages and programs see them.

use chrono::{DateTime, Utc};
use domain::{
    audit::EntryKind,
    id::{PersonId, RunId, TicketId},
    policy::HitlConfig,
    run::RunInput,
    state::{EndReason, Ending, Status, Step},
};
use serde::{Deserialize, Serialize};

use super::{attachments::AttachmentView, tickets::TicketView};

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    pub id: RunId,
    pub prompt: String,
    pub session: String,
    pub provider: String,
    pub agent: String,
    /// Whose session it is in.
    pub owner: PersonId,
    pub owner_name: String,
    /// The client's own label.
    pub user: String,
    pub status: Status,
    pub step: Step,
    pub end_reason: Option<EndReason>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// One run with everything that its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub summary: RunSummary,
    pub config: HitlConfig,
    /// The four checkpoints in order.
    pub stages: Vec<Stage>,
    /// The open ticket.
    pub ticket: Option<TicketView>,
    /// Tickets that were closed, oldest first.
    pub closed: Vec<TicketView>,
    /// The session's files, newest first.
    pub files: Vec<AttachmentView>,
    /// What came out, once the provider answered.
    pub result: Option<ResultView>,
    pub end: Option<Ending>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
    pub can: Can,
    /// The server's time when this was read.
    pub now: DateTime<Utc>,
}

/// How far a run is: what a program that waits for it looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub summary: RunSummary,
    /// The four checkpoints in order.
    pub stages: Vec<Stage>,
    /// The open ticket.
    pub ticket: Option<TicketView>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
}

impl From<RunView> for Progress {
    fn from(view: RunView) -> Self {
        let RunView { summary, stages, ticket, timeline, .. } = view;
        Self { summary, stages, ticket, timeline }
    }
}

/// What the caller may do with this run at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Can {
    pub decide: bool,
    pub pause: bool,
    pub cancel: bool,
}

/// One of the four checkpoints, as far as this run has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    pub step: Step,
    pub title: String,
    pub state: StageState,
    /// "approved by Mara", "passed by the policy".
    pub note: Option<String>,
}

/// How far a run has come with one checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageState {
    Todo,
    /// The server is at it.
    Running,
    /// A person is asked.
    Waiting,
    Done,
    /// The run ended here, before the checkpoint was passed.
    Stopped,
}

impl StageState {
    /// The value of `data-state`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
}

/// What a provider made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultView {
    /// One sentence.
    pub summary: String,
    /// JSON text, indented.
    pub text: String,
    pub files: Vec<AttachmentView>,
    /// The files that it was made from, to look at side by side.
    pub sources: Vec<AttachmentView>,
}

/// One line of a run's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub kind: EntryKind,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub message: String,
    /// Names and values that prove it: digests, ids, attempts.
    pub facts: Vec<(String, String)>,
    /// Where the run is after it. For programs; pages don't show it.
    #[serde(skip)]
    pub place: Option<(Step, Status)>,
}

/// What a run is started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRun {
    pub run_input: RunInput,
    /// Needed where more than one provider could do it.
    pub provider: Option<String>,
    pub hitl_config: HitlConfig,
    /// Values of the provider's fields that the request names: a JSON object as text.
    pub original_input: Option<String>,
}

/// A run that was started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub run: RunId,
    pub status: Status,
    pub message: String,
}

/// Which runs a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunsFilter {
    pub session: Option<String>,
    /// Empty for all.
    pub statuses: Vec<Status>,
    /// The client's own label.
    pub user: Option<String>,
    pub agent: Option<String>,
}

/// Which open tickets a list holds; empty fields don't filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxFilter {
    pub session: Option<String>,
    /// The client's own label.
    pub user: Option<String>,
    pub agent: Option<String>,
    pub checkpoint: Option<domain::checkpoint::CheckpointType>,
}

/// Everything that is known of a run.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq)]
pub struct RunDocument {
    pub run: domain::run::Run,
    pub view: RunView,
}

/// An open ticket in the inbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboxItem {
    pub ticket: TicketId,
    pub run: RunId,
    pub session: String,
    /// The client's own label.
    pub user: String,
    pub checkpoint: domain::checkpoint::CheckpointType,
    /// What is asked.
    pub message: String,
    /// What the run was asked to do.
    pub prompt: String,
    pub provider: String,
    pub agent: String,
    pub owner_name: String,
    pub blocking: u32,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub auto_approve_at: Option<DateTime<Utc>>,
    pub overdue: bool,
}

/// The inbox and the time at which it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    pub page: super::page::Page<InboxItem>,
    pub now: DateTime<Utc>,
}
