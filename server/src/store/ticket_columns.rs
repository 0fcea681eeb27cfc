//! The columns of a ticket, written from the ticket and its run, and the key that sorts open ones.

use chrono::{DateTime, Utc};
use domain::{checkpoint::Ticket, run::Run};

use super::{
    columns::short_prompt,
    value::{Value, to_json, values},
};
use crate::ports::StoreError;

/// What can change while a ticket is open: its id first, then `$2` to `$8`.
pub(super) fn changing_values(ticket: &Ticket) -> Result<Vec<Value>, StoreError> {
    Ok(values![
        ticket.id,
        ticket.version,
        queue_key(ticket),
        i64::try_from(ticket.blocking()).unwrap_or(i64::MAX),
        ticket.overdue,
        ticket.expires_at,
        ticket.auto_approve_at,
        to_json(ticket)?,
    ])
}

/// All values of a new ticket, `$1` to `$22`.
pub(super) fn ticket_values(run: &Run, ticket: &Ticket) -> Result<Vec<Value>, StoreError> {
    let mut values = changing_values(ticket)?;
    values.extend(values![
        run.id,
        ticket.checkpoint.name(),
        run.input.user_id.as_str(),
        run.session(),
        run.input.agent_email.as_str(),
        run.provider.as_str(),
        run.owner_name.as_str(),
        short_prompt(run),
        ticket.message.as_str(),
        ticket.created_at,
        ticket.proposal.digest,
        ticket.policy.name(),
        ticket.policy_version,
        to_json(&ticket.allowed)?,
    ]);
    Ok(values)
}

/// Sorts as text in the order of the inbox: overdue first, then by deadline (none last), then the
/// oldest first. One column, so that one index serves the list and its pages.
pub(super) fn queue_key(ticket: &Ticket) -> String {
    let urgency = u8::from(!ticket.overdue);
    let deadline = ticket.expires_at.map_or(i64::MAX, micros);
    let created = micros(ticket.created_at);
    format!("{urgency}-{deadline:019}-{created:019}-{}", ticket.id)
}

/// Times before 1970 sort as 1970.
fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros().max(0)
}

/// Says whether a text can be a [`queue_key`].
pub(super) fn is_queue_key(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(4, '-').collect();
    let digits =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let [urgency, deadline, created, id] = parts[..] else { return false };
    digits(urgency, 1) && digits(deadline, 19) && digits(created, 19) && id.len() == 36
}
