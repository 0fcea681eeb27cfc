//! Which decisions count: on this ticket, in time, on what was seen, allowed, and complete.

use super::{
    super::{Refusal, end, transition::Transition},
    record::subject,
};
use crate::{
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Answer, Decision, Edited},
    issue::{Issue, blocking},
    json::Json,
};

pub fn check(t: &Transition, ticket: &Ticket, decision: &Decision) -> Result<(), Refusal> {
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
