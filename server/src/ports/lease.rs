//! Effects that belong to a process from the moment they are written.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ClaimedEffect;

/// The right to carry out what a change calls for, without anybody having to look for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Tells it from the leases of others.
    pub id: Uuid,
    /// When it ends, and others may claim what is still there.
    pub until: DateTime<Utc>,
    /// How many effects it covers, the first ones first; those that have to wait for a time are left out.
    pub effects: usize,
}

/// What became of a change that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The version that the next change has to name.
    pub version: i64,
    /// The effects under the change's lease.
    pub claimed: Vec<ClaimedEffect>,
}
