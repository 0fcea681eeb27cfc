//! What tests an agent's cap, as the first statements of what it starts.

use chrono::{DateTime, TimeDelta, Utc};
use domain::run::Run;

use super::{
    engine::{Engine, NoRows, Write},
    sql::caps as sql,
    value::values,
};
use crate::ports::Cap;

const HOUR: TimeDelta = TimeDelta::hours(1);

pub(super) fn capped<E: Engine>(cap: &Cap, run: &Run) -> Vec<Write> {
    let Cap { agent, pending, per_hour } = *cap;
    let now = run.created_at;
    // One at a time for each agent: without it two would each count without the other.
    let lock = E::LOCK_AGENT.map(|lock| Write::new(lock, values![agent]));
    let forget = Write::new(sql::FORGET_STARTS, values![agent, now - HOUR]);
    let start = Write::new(sql::START, values![agent, now, run.id, per_hour]);
    let start = start.or(NoRows::TooOften { agent, most: per_hour, now });
    let room = Write::new(sql::ROOM, values![agent, pending]).or(NoRows::TooMany(pending));
    lock.into_iter().chain([forget, start, room]).collect()
}

/// The seconds until the oldest of them is an hour old.
pub(super) fn wait(oldest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> u32 {
    let left = oldest.map_or(HOUR, |oldest| oldest + HOUR - now).num_seconds();
    u32::try_from(left.clamp(0, 3_600)).unwrap_or(3_600) + 1
}
