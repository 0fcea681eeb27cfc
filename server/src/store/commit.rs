//! A change, laid out as the statements that write it.

use chrono::{DateTime, Utc};
use domain::{
    audit::{Entry, EntryKind},
    checkpoint::Ticket,
    decision::Actor,
    effect::Effect,
    patch::to_json_patch,
    policy::OnTimeout,
    step::{Closed, Closing, Outcome},
};

use super::{
    caps::capped,
    columns::run_values,
    engine::{Engine, NoRows, Write},
    sql,
    ticket_columns::{changing_values, ticket_values},
    value::{to_json, values},
};
use crate::ports::{
    Change, ClaimedEffect, IdempotencyKey, Lease, MessageRow, StoreError, TicketStatus,
};

/// A change's statements, which of them gives the run's new version, and which of them give the ids of the effects
/// under the change's lease. No statement has to see what another one writes.
pub(super) struct Plan {
    pub writes: Vec<Write>,
    /// What is counted is counted behind the agent's lock, and a ticket is closed only after it was opened.
    pub in_turn: bool,
    pub version_from: usize,
    pub claimed: Vec<(usize, Effect)>,
}

/// Lays out a change. What can refuse it comes first: the key, the agent's cap, the lease, the run's version,
/// the ticket.
pub(super) fn plan<E: Engine>(change: &Change, engine: &E) -> Result<Plan, StoreError> {
    let outcome = &change.outcome;
    let mut writes = Vec::new();
    writes.extend(keyed(change.key.as_ref(), outcome.run.updated_at));
    writes.extend(change.cap.iter().flat_map(|cap| capped::<E>(cap, &outcome.run)));
    writes.extend(change.finishes.as_ref().map(|effect| finish(effect).or(NoRows::Conflict)));
    let version_from = writes.len();
    writes.push(write_run(change)?);
    let opened = outcome.opened.as_ref().map(|ticket| open(outcome, ticket)).transpose()?;
    let (first, last) = if outcome.passes_at_once() { (opened, None) } else { (None, opened) };
    writes.extend(first);
    if let Some(closed) = &outcome.closed {
        writes.push(close(closed, outcome, engine));
        writes.extend(decide(closed, outcome)?);
        writes.extend(drop_draft(closed));
    }
    if let Some(ticket) = &outcome.changed {
        let mut values = changing_values(ticket)?;
        values.extend(values![ticket.version.saturating_sub(1)]);
        writes.push(Write::new(sql::tickets::CHANGE, values).or(NoRows::Conflict));
    }
    writes.extend(last);
    writes.extend(said(&change.messages)?);
    writes.extend(append::<E>(outcome)?);
    writes.extend(outcome.entries.iter().filter_map(|entry| attempt(outcome, entry)));
    let mut claimed = Vec::new();
    for effect in &outcome.effects {
        let lease = change.lease.filter(|lease| claimed.len() < lease.effects && effect.is_ready());
        claimed.extend(lease.map(|_| (writes.len(), effect.clone())));
        writes.push(add_effect(outcome, effect, lease)?);
    }
    let in_turn = change.cap.is_some() || outcome.passes_at_once();
    Ok(Plan { writes, in_turn, version_from, claimed })
}

/// What keeps a key; it comes first in a change, which a known key refuses.
pub(super) fn keyed(key: Option<&IdempotencyKey>, used_at: DateTime<Utc>) -> Option<Write> {
    let IdempotencyKey { scope, key, request, answer, reply } = key?;
    let (scope, key, reply) = (scope.as_str(), key.as_str(), reply.as_str());
    let values = values![scope, key, *request, *answer, used_at, reply];
    Some(Write::new(sql::runs::USE_KEY, values).or(NoRows::KeyUsed(values![scope, key])))
}

/// Messages of one session, and what keeps that session in the list.
pub(super) fn said(messages: &[MessageRow]) -> Result<Vec<Write>, StoreError> {
    let told = messages.iter().map(add_message).collect::<Result<Vec<_>, _>>()?;
    let mut writes: Vec<Write> = told.into_iter().flatten().collect();
    writes.extend(messages.last().map(|last| {
        let values = values![last.owner, last.session.as_str(), last.id, last.created_at];
        Write::new(sql::sessions::TOUCH_THREAD, values)
    }));
    Ok(writes)
}

/// Adds a message, and tells of it.
fn add_message(message: &MessageRow) -> Result<[Write; 2], StoreError> {
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
    Ok(Write::new(statement, values).or(NoRows::Conflict).giving("version"))
}

fn open(outcome: &Outcome, ticket: &Ticket) -> Result<Write, StoreError> {
    Ok(Write::new(sql::tickets::OPEN, ticket_values(&outcome.run, ticket)?))
}

fn close<E: Engine>(closed: &Closed, outcome: &Outcome, engine: &E) -> Write {
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
        return Write::new(sql::tickets::CLOSE, values).or(NoRows::Conflict);
    }
    values.extend(values![engine.clock_offset()]);
    let late = NoRows::Late { ticket: ticket.id, version: ticket.version };
    Write::new(E::CLOSE_IN_TIME, values).or(late)
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

/// What somebody typed is of no use once they decided.
fn drop_draft(closed: &Closed) -> Option<Write> {
    let Closing::Decided { record, .. } = &closed.how else { return None };
    let Actor::Person { id, .. } = &record.by else { return None };
    Some(Write::new(sql::tickets::DROP_DRAFT, values![record.ticket, *id]))
}

fn append<E: Engine>(outcome: &Outcome) -> Result<Vec<Write>, StoreError> {
    let (run, session, entries) = (outcome.run.id, outcome.run.session(), &outcome.entries);
    let columns = entries.iter().map(columns).collect::<Result<Vec<_>, _>>()?;
    let Some(append_all) = E::APPEND_ALL.filter(|_| entries.len() > 1) else {
        let of = |(entry, columns): (&Entry, [String; 6])| {
            let [kind, step, status, actor, message, facts] = columns;
            let values = values![run, session, kind, step, status, entry.at, actor, message, facts];
            Write::new(sql::feed::APPEND, values)
        };
        return Ok(entries.iter().zip(columns).map(of).collect());
    };
    let list = |column: usize| columns.iter().map(|all| all[column].clone()).collect::<Vec<_>>();
    let at: Vec<_> = entries.iter().map(|entry| entry.at).collect();
    let values = values![run, session, list(0), list(1), list(2), at, list(3), list(4), list(5)];
    Ok(vec![Write::new(append_all, values)])
}

/// Kind, step, status, actor, message and facts of an entry.
fn columns(entry: &Entry) -> Result<[String; 6], StoreError> {
    Ok([
        to_json(&entry.kind)?.trim_matches('"').to_owned(),
        entry.step.name().to_owned(),
        entry.status.name().to_owned(),
        to_json(&entry.actor)?,
        entry.message.clone(),
        to_json(&entry.facts)?,
    ])
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
            let (digest, warrant) = (fact("digest")?, fact("warrant")?);
            let begun = entry_of(outcome, EntryKind::CallStarted, attempt).map(|begun| begun.at);
            let phase = if begun.is_some() { "sending" } else { "ready" };
            let values = values![run, attempt, digest, warrant, entry.at, key, phase, begun];
            Some(Write::new(sql::outbox::PREPARE_ATTEMPT, values))
        }
        EntryKind::CallStarted if entry_of(outcome, EntryKind::CallPrepared, attempt).is_some() => {
            None
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

/// The change's entry of this kind about an attempt.
fn entry_of(outcome: &Outcome, kind: EntryKind, attempt: u32) -> Option<&Entry> {
    let attempt = attempt.to_string();
    let mut entries = outcome.entries.iter();
    entries.find(|entry| entry.kind == kind && entry.facts.get("attempt") == Some(&attempt))
}

fn add_effect(
    outcome: &Outcome,
    effect: &Effect,
    lease: Option<Lease>,
) -> Result<Write, StoreError> {
    let kind = match effect {
        Effect::Prepare { .. } => "prepare",
        Effect::Call { .. } => "call",
        Effect::StopCall { .. } => "stop_call",
        Effect::TakeTurn => "take_turn",
        Effect::CallBack { .. } => "call_back",
    };
    let run = &outcome.run;
    let (id, until) = (lease.map(|lease| lease.id), lease.map(|lease| lease.until));
    let claims = i64::from(lease.is_some());
    let (effect, effect_time) = (to_json(effect)?, effect.not_before());
    let values = values![run.id, kind, effect, run.updated_at, effect_time, id, until, claims];
    Ok(Write::new(sql::outbox::ADD, values).giving("effect_id"))
}
