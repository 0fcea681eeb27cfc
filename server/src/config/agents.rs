//! How much agents may ask of people.

use std::collections::BTreeMap;

use super::{
    sources::Sources,
    values::{Given, Wrong, wrong},
};

/// What each agent may start and have waiting, and those that may more or less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agents {
    pub each: Cap,
    /// By the agent's name.
    pub named: BTreeMap<String, Cap>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// Runs that wait for people, or may come to.
    pub pending: u32,
    /// Runs that are started within an hour.
    pub per_hour: u32,
}

const EACH: Cap = Cap { pending: 30, per_hour: 60 };
const MOST: u32 = 1_000_000;

pub(super) fn read(from: &mut Sources) -> Agents {
    Agents {
        each: Cap {
            pending: from.read("agents.pending", number).unwrap_or(EACH.pending),
            per_hour: from.read("agents.per_hour", number).unwrap_or(EACH.per_hour),
        },
        named: from.read("agents.limits", named).unwrap_or_default(),
    }
}

fn number(given: &Given) -> Result<u32, Wrong> {
    match given.number().and_then(|number| u32::try_from(number).ok()) {
        Some(number @ 0..=MOST) => Ok(number),
        _ => wrong("is not a number", format!("write a whole number from 0 to {MOST}")),
    }
}

fn named(given: &Given) -> Result<BTreeMap<String, Cap>, Wrong> {
    let hint = "write name=pending/per_hour, such as [\"mailer=100/1000\"]";
    let Some(items) = given.list() else { return wrong("is not a list of texts", hint) };
    let each = items.iter().map(|item| one(item).ok_or_else(|| item.clone()));
    match each.collect() {
        Ok(named) => Ok(named),
        Err(item) => wrong(format!("has {item:?}, which is no agent's limit"), hint),
    }
}

fn one(item: &str) -> Option<(String, Cap)> {
    let (name, cap) = item.rsplit_once('=')?;
    let (pending, per_hour) = cap.split_once('/')?;
    let number = |text: &str| text.trim().parse().ok().filter(|number| *number <= MOST);
    let cap = Cap { pending: number(pending)?, per_hour: number(per_hour)? };
    Some((name.trim().to_owned(), cap)).filter(|(name, _)| !name.is_empty())
}
