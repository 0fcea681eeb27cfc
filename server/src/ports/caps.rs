//! What an agent may ask of people, as storage tests it.

use domain::id::PersonId;

/// How much an agent may start: tested in the transaction of what it starts, so that requests at the same time can't
/// get past it together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    pub agent: PersonId,
    /// Its runs that wait for people, or may come to. An action that the agent was allowed and hasn't reported on is
    /// none of them.
    pub pending: u32,
    /// What it starts within an hour.
    pub per_hour: u32,
}

/// A cap that would be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Capped {
    #[error("{0} runs of the agent wait for people, or may come to")]
    Pending(u32),
    /// `wait`: the seconds until the oldest of them is an hour old.
    #[error("the agent started {most} runs within the hour")]
    PerHour { most: u32, wait: u32 },
}

impl Capped {
    /// The name of the limit in figures and logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending(_) => "pending",
            Self::PerHour { .. } => "per_hour",
        }
    }
}
