//! What a callback says: only what doesn't change any more, so that it says the same each time.

use chrono::{DateTime, Utc};
use domain::{
    decision::{Action, DecisionRecord},
    id::{RunId, TicketId},
    patch::to_json_patch,
    run::Run,
};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::ports::StoredTicket;

#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: DateTime<Utc>,
    data: Closed<'a>,
}

/// As in the answer to `GET /approvals/{id}`.
#[derive(Serialize)]
struct Closed<'a> {
    approval_id: TicketId,
    run_id: RunId,
    action: &'a str,
    status: &'static str,
    decision: Option<&'a DecisionRecord>,
    final_arguments: Option<Box<RawValue>>,
    answer: Option<Box<RawValue>>,
    patch: Option<Box<RawValue>>,
    reason: Option<&'a str>,
}

pub(super) fn of(run: &Run, closed: &StoredTicket, at: DateTime<Utc>) -> String {
    let raw = |text: String| RawValue::from_string(text).ok();
    let decision = closed.decision.as_ref();
    let arguments = |of: &[Action]| {
        let draft = run.draft.as_ref()?;
        decision.filter(|record| of.contains(&record.action))?;
        raw(draft.payload.clone())
    };
    let said = decision.and_then(|record| record.reason.as_deref());
    let message = Message {
        r#type: "approval.closed",
        timestamp: at,
        data: Closed {
            approval_id: closed.ticket.id,
            run_id: run.id,
            action: run.action.as_ref().map_or("", |action| &action.name),
            status: closed.status.name(),
            decision,
            final_arguments: arguments(&[Action::Approve, Action::Edit]),
            answer: arguments(&[Action::Respond]),
            patch: decision.map(|record| to_json_patch(&record.changes)).and_then(raw),
            reason: said.or(closed.closed_reason.as_deref()),
        },
    };
    serde_json::to_string(&message).expect("it is made of plain values")
}
