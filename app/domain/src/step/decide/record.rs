//! What stays of a decision: the record, the edit, and the exact document that was decided.

use super::super::{Closing, call, transition::Transition};
use crate::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Action, Actor, Answer, Decision, DecisionRecord},
    json::Json,
    patch::{Change, Op, diff},
    run::{Edit, proposal_digest},
};

/// What a form or an edit at this ticket is. A result that a person enters for a call whose outcome
/// is unknown replaces no proposal.
pub fn subject(ticket: &Ticket) -> Subject {
    match ticket.checkpoint {
        CheckpointType::UnknownOutcome => Subject::Response,
        _ => ticket.proposal.subject,
    }
}

/// The document that the decision is about, as it leaves the decision, and what was changed in it.
fn outcome(t: &Transition, ticket: &Ticket, answer: &Answer) -> (Subject, String, Vec<Change>) {
    let proposal = &ticket.proposal;
    match answer {
        Answer::Edit(edited) | Answer::Respond(edited) if subject(ticket) == proposal.subject => {
            match changes(&proposal.text, &edited.text) {
                // No value changed: the proposed bytes stand, whatever the form made of them.
                changes if changes.is_empty() => (proposal.subject, proposal.text.clone(), changes),
                changes => (proposal.subject, edited.text.clone(), changes),
            }
        }
        Answer::Edit(edited) | Answer::Respond(edited) => {
            (subject(ticket), edited.text.clone(), Vec::new())
        }
        // Sending again is a decision on the payload, also where its answer was on the table.
        Answer::Retry => (Subject::Payload, call::payload_text(t), Vec::new()),
        Answer::Approve | Answer::Reject { .. } | Answer::Cancel => {
            (proposal.subject, proposal.text.clone(), Vec::new())
        }
    }
}

/// Closes the ticket with the decision and keeps what was edited; gives the decided text and the
/// changes.
pub fn record(t: &mut Transition, ticket: &Ticket, decision: &Decision) -> (String, Vec<Change>) {
    let (subject, text, changes) = outcome(t, ticket, &decision.answer);
    let reason = match &decision.answer {
        Answer::Reject { reason } => Some(reason.clone()),
        _ => decision.note.clone(),
    };
    let record = DecisionRecord {
        ticket: ticket.id,
        action: taken(ticket, &decision.answer, &changes),
        by: decision.by.clone(),
        via: decision.via.clone(),
        at: t.at.now,
        reason,
        proposed: ticket.proposal.digest,
        decided: proposal_digest(subject, &t.run.provider, &text),
        changes: changes.clone(),
    };
    if !changes.is_empty() {
        t.run.edits.push(Edit {
            subject,
            by: record.by.clone(),
            at: record.at,
            changes: changes.clone(),
            before: record.proposed,
            after: record.decided,
        });
    }
    log(t, ticket, &record);
    t.run.last_decision = Some(record.clone());
    t.close(Closing::Decided { record: Box::new(record), decided_text: text.clone() });
    (text, changes)
}

/// An edit that changes nothing is an approval, and is kept as one where the ticket allows it.
fn taken(ticket: &Ticket, answer: &Answer, changes: &[Change]) -> Action {
    match answer.action() {
        Action::Edit if changes.is_empty() && ticket.allows(Action::Approve) => Action::Approve,
        action => action,
    }
}

fn changes(before: &str, after: &str) -> Vec<Change> {
    match (Json::parse(before), Json::parse(after)) {
        (Ok(before), Ok(after)) => diff(&before, &after),
        _ if before == after => Vec::new(),
        // A provider's answer may be beyond our limits: then it is replaced as a whole.
        _ => vec![Change {
            op: Op::Replace,
            path: String::new(),
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
        }],
    }
}

fn log(t: &mut Transition, ticket: &Ticket, record: &DecisionRecord) {
    let mut facts = vec![
        ("ticket", ticket.id.to_string()),
        ("action", record.action.name().to_owned()),
        ("via", record.via.name().into_owned()),
        ("proposed", record.proposed.to_string()),
        ("decided", record.decided.to_string()),
    ];
    if record.by == Actor::Policy {
        facts.push(("policy", ticket.policy.name().to_owned()));
        facts.push(("policy_version", ticket.policy_version.to_string()));
    }
    let title = ticket.checkpoint.title();
    let mut message = format!("{title}: {} by {}", record.action.past(), record.by.name());
    if let Some(reason) = &record.reason {
        message = format!("{message} — {reason}");
    }
    t.log_with(EntryKind::TicketDecided, record.by.clone(), message, &facts);
}
