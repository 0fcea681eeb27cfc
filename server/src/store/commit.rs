//! A change, laid out as the statements that write it.

use chrono::{DateTime, Utc};
use domain::{
    audit::{Entry, EntryKind},
    decision::Actor,
    effect::Effect,
    patch::to_json_patch,
    policy::OnTimeout,
    step::{Closed, Closing, Outcome},
};

use super::{
    columns::run_values,
    engine::{Engine, NoRows, Write},
    sql,
    ticket_columns::{changing_values, ticket_values},
    value::{to_json, values},
};
use crate::ports::{Change, ClaimedEffect, IdempotencyKey, MessageRow, StoreError, TicketStatus};

/// A change's statements, and which of them gives the run's new version.
pub(super) struct Plan {
    pub writes: Vec<Write>,
    pub version_from: usize,
}

/// Lays out a change. What can refuse it comes first: the key, the lease, the run's version, the
/// ticket.
pub(super) fn plan<E: Engine>(change: &Change, engine: &E) -> Result<Plan, StoreError> {
    let outcome = &change.outcome;
    let mut writes = Vec::new();
    writes.extend(keyed(change.key.as_ref(), outcome.run.updated_at));
    writes.extend(change.finishes.as_ref().map(|effect| finish(effect).or(NoRows::Conflict)));
    let version_from = writes.len();
    writes.push(write_run(change)?);
    if let Some(closed) = &outcome.closed {
        writes.extend(close(closed, outcome, engine));
        writes.extend(decide(closed, outcome)?);
    }
    if let Some(ticket) = &outcome.changed {
        let mut values = changing_values(ticket)?;
        values.extend(values![ticket.version.saturating_sub(1)]);
        writes.push(Write::new(sql::tickets::CHANGE, values).or(NoRows::Conflict));
    }
    if let Some(ticket) = &outcome.opened {
        writes.push(Write::new(sql::tickets::OPEN, ticket_values(&outcome.run, ticket)?));
    }
    for message in &change.messages {
        writes.extend(add_message(message)?);
    }
    for entry in &outcome.entries {
        writes.push(append(outcome, entry)?);
        writes.extend(attempt(outcome, entry));
    }
    for effect in &outcome.effects {
        writes.push(add_effect(outcome, effect)?);
    }
    Ok(Plan { writes, version_from })
}

/// What keeps a key; it comes first in a change, which a known key refuses.
pub(super) fn keyed(key: Option<&IdempotencyKey>, used_at: DateTime<Utc>) -> Option<Write> {
    let IdempotencyKey { scope, key, request, answer, reply } = key?;
    let (scope, key, reply) = (scope.as_str(), key.as_str(), reply.as_str());
    let values = values![scope, key, *request, *answer, used_at, reply];
    Some(Write::new(sql::runs::USE_KEY, values).or(NoRows::KeyUsed(values![scope, key])))
}

/// Adds a message, and tells of it.
pub(super) fn add_message(message: &MessageRow) -> Result<[Write; 2], StoreError> {
    let values = values![
        message.id,
        message.owner,
        message.session.as_str(),
        message.run,
        message.ticket,
        message.role.name(),
        message.author.as_str(),
        message.text.as_str(),
        message.props.as_str(),
        to_json(&message.attachments)?,
        message.created_at,
    ];
    let place = values![message.session.as_str(), message.created_at, message.id];
    Ok([Write::new(sql::sessions::ADD_MESSAGE, values), Write::new(sql::feed::APPEND_SAID, place)])
}

pub(super) fn finish(effect: &ClaimedEffect) -> Write {
    Write::new(sql::outbox::FINISH, values![effect.id, effect.lease])
}

fn write_run(change: &Change) -> Result<Write, StoreError> {
    let mut values = run_values(&change.outcome.run)?;
    let statement = match change.from {
        None => sql::runs::INSERT_RUN,
        Some(version) => {
            values.extend(values![version]);
            sql::runs::UPDATE_RUN
        }
    };
    Ok(Write::new(statement, values).or(NoRows::Conflict))
}

fn close<E: Engine>(closed: &Closed, outcome: &Outcome, engine: &E) -> Vec<Write> {
    let ticket = &closed.ticket;
    let (status, at, reason) = match &closed.how {
        Closing::Decided { record, .. } => (TicketStatus::Decided, record.at, None),
        Closing::Expired => (TicketStatus::Expired, outcome.run.updated_at, None),
        Closing::Cancelled { reason } => {
            (TicketStatus::Cancelled, outcome.run.updated_at, Some(reason.as_str()))
        }
    };
    let mut values = values![ticket.id, ticket.version, status.name(), at, reason];
    if !has_to_be_in_time(closed, outcome) {
        return vec![Write::new(sql::tickets::CLOSE, values).or(NoRows::Conflict)];
    }
    values.extend(values![engine.clock_offset()]);
    let late = NoRows::Late { ticket: ticket.id, version: ticket.version };
    let lock = E::LOCK_TICKET.map(|lock| Write::new(lock, values![ticket.id]));
    lock.into_iter().chain([Write::new(E::CLOSE_IN_TIME, values).or(late)]).collect()
}

/// A person's decision has to come before the deadline; where a deadline only escalates, it may
/// come after it.
fn has_to_be_in_time(closed: &Closed, outcome: &Outcome) -> bool {
    let Closing::Decided { record, .. } = &closed.how else { return false };
    let by_a_person = matches!(record.by, Actor::Person { .. });
    by_a_person && outcome.run.config.on_timeout == OnTimeout::Fail
}

fn decide(closed: &Closed, outcome: &Outcome) -> Result<Option<Write>, StoreError> {
    let Closing::Decided { record, decided_text } = &closed.how else { return Ok(None) };
    let by_person = if let Actor::Person { id, .. } = &record.by { Some(*id) } else { None };
    let values = values![
        record.ticket,
        outcome.run.id,
        record.action.name(),
        by_person,
        record.by.name(),
        record.via.name().as_ref(),
        record.at,
        record.reason.clone(),
        record.proposed,
        record.decided,
        closed.ticket.proposal.text.as_str(),
        to_json_patch(&record.changes),
        decided_text.as_str(),
        to_json(record)?,
    ];
    Ok(Some(Write::new(sql::tickets::DECIDE, values)))
}

fn append(outcome: &Outcome, entry: &Entry) -> Result<Write, StoreError> {
    let values = values![
        outcome.run.id,
        outcome.run.session(),
        to_json(&entry.kind)?.trim_matches('"'),
        entry.step.name(),
        entry.status.name(),
        entry.at,
        to_json(&entry.actor)?,
        entry.message.as_str(),
        to_json(&entry.facts)?,
    ];
    Ok(Write::new(sql::feed::APPEND, values))
}

/// What an entry says about an attempt to call the provider.
fn attempt(outcome: &Outcome, entry: &Entry) -> Option<Write> {
    let run = outcome.run.id;
    let fact = |name: &str| entry.facts.get(name).map(String::as_str);
    let attempt: u32 = fact("attempt")?.parse().ok()?;
    let ended = |phase: &str| {
        let values = values![run, attempt, phase, entry.at, entry.message.as_str()];
        Write::new(sql::outbox::END_ATTEMPT, values)
    };
    match entry.kind {
        EntryKind::CallPrepared => {
            let key = format!("{run}:{attempt}");
            let values = values![run, attempt, fact("digest")?, fact("warrant")?, entry.at, key];
            Some(Write::new(sql::outbox::PREPARE_ATTEMPT, values))
        }
        EntryKind::CallStarted => {
            Some(Write::new(sql::outbox::START_ATTEMPT, values![run, attempt, entry.at]))
        }
        EntryKind::CallAnswered => Some(ended("answered")),
        EntryKind::CallFailed if outcome.leaves_call_unknown() => Some(ended("unknown")),
        EntryKind::CallFailed => Some(ended("failed")),
        _ => None,
    }
}

fn add_effect(outcome: &Outcome, effect: &Effect) -> Result<Write, StoreError> {
    let (kind, not_before) = match effect {
        Effect::Prepare { .. } => ("prepare", None),
        Effect::Call { not_before, .. } => ("call", *not_before),
        Effect::StopCall { .. } => ("stop_call", None),
        Effect::TakeTurn => ("take_turn", None),
    };
    let run = &outcome.run;
    let values = values![run.id, kind, to_json(effect)?, run.updated_at, not_before];
    Ok(Write::new(sql::outbox::ADD, values))
}
