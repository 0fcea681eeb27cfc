//! What is counted for an operator.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{checkpoint::CheckpointType, state::Status};

use super::StoreError;

/// How much there is of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub runs: Vec<(Status, u64)>,
    /// Open tickets.
    pub tickets: Vec<(CheckpointType, u64)>,
    /// When the oldest open ticket was opened.
    pub oldest_ticket: Option<DateTime<Utc>>,
    /// Effects that aren't finished.
    pub effects: u64,
    /// Since when the oldest of them is due; in the future if none is.
    pub oldest_effect: Option<DateTime<Utc>>,
    pub connections: Connections,
}

/// The connections that read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connections {
    pub open: u32,
    pub idle: u32,
}

/// Figures, fresh at each call.
#[async_trait]
pub trait Census: Send + Sync {
    /// Counts; of the runs only those of these statuses.
    async fn counts(&self, statuses: &[Status]) -> Result<Counts, StoreError>;

    /// The time by the database's own clock; `None` where that is this machine's.
    async fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError>;
}
