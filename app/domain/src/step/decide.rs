//! What people say: decisions on tickets, stopping a countdown, asking for a pause.

use super::{Closing, Refusal, action, call, end, review, transition::Transition};
use crate::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Actor, Answer, Decision, DecisionRecord, Edited},
    id::TicketId,
    information::{Known, Source},
    issue::{Issue, blocking},
    json::{Json, top_key},
    patch::{Change, Op, diff},
    policy::Review,
    run::{Edit, Response, proposal_digest},
    state::{EndReason, Open, RunState, Warrant},
};

pub(super) fn decided(t: &mut Transition, open: &Open, decision: Decision) -> Result<(), Refusal> {
    check(t, &open.ticket, &decision)?;
    let (text, changes) = record(t, &open.ticket, &decision);
    apply(t, open, decision, text, &changes);
    Ok(())
}

fn check(t: &Transition, ticket: &Ticket, decision: &Decision) -> Result<(), Refusal> {
    if decision.ticket != ticket.id {
        return Err(Refusal::NotOpen(decision.ticket));
    }
    if let Some(deadline) = ticket.expires_at
        && deadline <= t.at.now
        && !end::escalates(&t.run.config, ticket)
    {
        return Err(Refusal::Expired(deadline));
    }
    let stale = decision.version.is_some_and(|version| version != ticket.version)
        || decision.digest.is_some_and(|digest| digest != ticket.proposal.digest);
    if stale {
        return Err(Refusal::Stale);
    }
    let action = decision.answer.action();
    if !ticket.allows(action) {
        return Err(Refusal::NotAllowed { action, allowed: ticket.allowed.clone() });
    }
    match &decision.answer {
        Answer::Reject { reason } if reason.trim().is_empty() => Err(Refusal::ReasonMissing),
        Answer::Approve if ticket.blocking() > 0 => {
            Err(Refusal::Invalid(ticket.issues.iter().filter(|i| i.blocks()).cloned().collect()))
        }
        Answer::Respond(edited) if ticket.checkpoint == CheckpointType::Action => {
            let words = decision.note.as_deref().unwrap_or_default();
            let says_something = !words.trim().is_empty() || edited.text != ticket.proposal.text;
            if says_something { valid(ticket, edited) } else { Err(Refusal::ReasonMissing) }
        }
        Answer::Edit(edited) | Answer::Respond(edited) => valid(ticket, edited),
        Answer::Approve | Answer::Reject { .. } | Answer::Retry | Answer::Cancel => Ok(()),
    }
}

fn valid(ticket: &Ticket, edited: &Edited) -> Result<(), Refusal> {
    match Json::parse(&edited.text) {
        Err(fault) => return Err(Refusal::Invalid(vec![fault.into()])),
        Ok(json) if subject(ticket) == Subject::Information && json.type_name() != "object" => {
            return Err(Refusal::Invalid(vec![Issue::error("", "must be an object of fields")]));
        }
        Ok(_) => {}
    }
    if blocking(&edited.issues) > 0 {
        let blocking = edited.issues.iter().filter(|issue| issue.blocks());
        return Err(Refusal::Invalid(blocking.cloned().collect::<Vec<Issue>>()));
    }
    Ok(())
}

/// What a form or an edit at this ticket is. A result that a person enters for a call whose outcome
/// is unknown replaces no proposal.
fn subject(ticket: &Ticket) -> Subject {
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
fn record(t: &mut Transition, ticket: &Ticket, decision: &Decision) -> (String, Vec<Change>) {
    let (subject, text, changes) = outcome(t, ticket, &decision.answer);
    let reason = match &decision.answer {
        Answer::Reject { reason } => Some(reason.clone()),
        _ => decision.note.clone(),
    };
    let record = DecisionRecord {
        ticket: ticket.id,
        action: decision.answer.action(),
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

/// Goes where the answer leads. Everything was checked before.
fn apply(t: &mut Transition, open: &Open, decision: Decision, text: String, changes: &[Change]) {
    use CheckpointType as C;
    let warrant = Warrant::Decision(open.ticket.id);
    let checkpoint = open.ticket.checkpoint;
    match (decision.answer, checkpoint) {
        (Answer::Cancel, _) => {
            let message = format!("The run was cancelled.{}", end::stop_call(t));
            end::end(t, EndReason::Cancelled, decision.by, message);
        }
        // A person settles what nobody knew: the call failed.
        (Answer::Reject { reason }, C::UnknownOutcome) => {
            end::end(t, EndReason::ProviderError, decision.by, reason);
        }
        (Answer::Reject { reason }, _) => end::end(t, EndReason::Rejected, decision.by, reason),

        (Answer::Approve, C::ManualPause) => review::resume(t, open.then, warrant),
        (Answer::Approve, C::InformationReview) => review::go(t, Review::PayloadReview),
        (Answer::Edit(_), C::InformationReview) | (Answer::Respond(_), C::FormRequirements) => {
            give(t, changes, &text);
            review::prepare(t, true);
        }
        (Answer::Respond(_), C::UnknownOutcome) => {
            let by = decision.by;
            let summary = format!("Result entered by {}", by.name());
            t.run.response = Some(Response {
                text,
                files: Vec::new(),
                summary: summary.clone(),
                quality: None,
                flags: Vec::new(),
                took_ms: 0,
            });
            end::end(t, EndReason::Done, by, summary);
        }

        (Answer::Approve | Answer::Edit(_), C::ResponseReview) if changes.is_empty() => {
            let summary = t.run.response.as_ref().map_or_else(String::new, |r| r.summary.clone());
            end::end(t, EndReason::Done, decision.by, summary);
        }
        (Answer::Edit(_), C::ResponseReview) => {
            if let Some(response) = &mut t.run.response {
                response.text = text;
            }
            end::end(t, EndReason::Done, decision.by, "Accepted with edits.".to_owned());
        }

        (Answer::Respond(_), C::Action) => action::answered(t, decision.by, text),
        (Answer::Edit(_) | Answer::Approve, C::Action) => action::allow(t, warrant, text),

        (Answer::Edit(edited), _) => {
            if let Some(draft) = &mut t.run.draft {
                draft.payload = text;
                draft.issues = edited.issues;
                draft.files = edited.files;
                draft.cost = edited.cost;
            }
            call::prepare(t, warrant, 1, None);
        }
        (Answer::Approve | Answer::Retry | Answer::Respond(_), _) => {
            call::prepare(t, warrant, 1, None);
        }
    }
}

/// Keeps the edited values: they outrank whatever is found. A value that was taken out stays out,
/// which is what `null` says here.
fn give(t: &mut Transition, changes: &[Change], edited: &str) {
    let edited = Json::parse(edited).unwrap_or_default();
    for change in changes {
        let field = top_key(&change.path);
        let value = edited.get(&field).unwrap_or(&Json::Null).to_text();
        t.run.given.retain(|known| known.field != field);
        t.run.given.push(Known { field, value, source: Source::Form });
    }
}

pub(super) fn held(
    t: &mut Transition,
    open: &Open,
    ticket: TicketId,
    by: Actor,
) -> Result<(), Refusal> {
    if open.ticket.id != ticket {
        return Err(Refusal::NotOpen(ticket));
    }
    if open.ticket.auto_approve_at.is_some() {
        t.change_ticket(|ticket| ticket.auto_approve_at = None);
        let message = format!("{} stopped the countdown", by.name());
        t.log_with(EntryKind::TicketChanged, by, message, &[("ticket", ticket.to_string())]);
    }
    Ok(())
}

pub(super) fn pause(t: &mut Transition, by: Actor) {
    debug_assert!(!matches!(t.run.state, RunState::AwaitingHuman(_)));
    if t.run.pause_requested.is_none() {
        let message = format!("{} asked for a pause", by.name());
        t.log(EntryKind::PauseRequested, by.clone(), message);
        t.run.pause_requested = Some(by);
    }
}
