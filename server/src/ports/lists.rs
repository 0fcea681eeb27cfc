//! Rows of lists, and what lists can be narrowed to.

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    id::{PersonId, RunId, TicketId},
    state::{EndReason, Status, Step},
};

/// A run in a list: the columns, not the document.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    pub run: RunId,
    pub session: String,
    pub owner: PersonId,
    pub owner_name: String,
    /// The client's own label.
    pub user: String,
    pub agent: String,
    pub provider: String,
    pub prompt: String,
    pub status: Status,
    pub step: Step,
    pub end_reason: Option<EndReason>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which runs a list holds; empty fields don't filter.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    pub session: Option<String>,
    pub statuses: Vec<Status>,
    /// Who started it.
    pub owner: Option<PersonId>,
    /// The client's own label.
    pub user: Option<String>,
    pub agent: Option<String>,
}

/// Which open tickets a list holds; empty fields don't filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub session: Option<String>,
    /// The client's own label.
    pub user: Option<String>,
    pub agent: Option<String>,
    pub checkpoint: Option<CheckpointType>,
    /// Who started its run.
    pub owner: Option<PersonId>,
}

/// An open ticket in a list: the columns, not the documents.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    pub ticket: TicketId,
    pub run: RunId,
    pub session: String,
    /// The client's own label.
    pub user: String,
    pub checkpoint: CheckpointType,
    pub message: String,
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
