//! What a run adds to the thread of its session.

use app::api::threads::MessageRole;
use domain::{
    audit::EntryKind,
    checkpoint::Ticket,
    decision::DecisionRecord,
    id::{AttachmentId, TicketId},
    run::Run,
    state::{EndReason, Ending, RunState},
    step::{Closing, Outcome},
};
use serde_json::json;
use uuid::Uuid;

use crate::ports::{Ids, MessageRow};

/// The messages of a change, in order: what was asked, what a person decided, what is asked of people,
/// and how it ended.
pub(super) fn messages(outcome: &Outcome, begins: bool, ids: &dyn Ids) -> Vec<MessageRow> {
    let run = &outcome.run;
    let mut rows = Vec::new();
    if begins {
        rows.push(prompt(run));
    }
    let decided = match outcome.closed.as_ref().map(|closed| &closed.how) {
        Some(Closing::Decided { record, .. }) => Some(record),
        _ => None,
    };
    let asked = outcome.opened.as_ref().map(|ticket| question(run, ticket));
    let answered = decided.map(|record| decision(run, record));
    let (one, other) = if outcome.passes_at_once() { (asked, answered) } else { (answered, asked) };
    rows.extend(one.into_iter().chain(other));
    if let (RunState::Ended(ending), true) = (&run.state, ends(outcome))
        // A rejection has said it already.
        && (decided.is_none() || ending.reason == EndReason::Done)
    {
        rows.push(end(run, ending));
    }
    // In the order of their ids, too: they are of one moment.
    let mut fresh: Vec<Uuid> = rows.iter().map(|_| ids.uuid()).collect();
    fresh.sort_unstable();
    for (row, id) in rows.iter_mut().zip(fresh) {
        row.id = id;
    }
    rows
}

fn ends(outcome: &Outcome) -> bool {
    outcome.entries.iter().any(|entry| entry.kind == EntryKind::Ended)
}

fn row(run: &Run, role: MessageRole, author: &str, text: String) -> MessageRow {
    MessageRow {
        id: Uuid::nil(),
        owner: run.owner,
        session: run.session().to_owned(),
        run: Some(run.id),
        ticket: None,
        role,
        author: author.to_owned(),
        text,
        props: "{}".to_owned(),
        attachments: Vec::new(),
        created_at: run.updated_at,
    }
}

fn prompt(run: &Run) -> MessageRow {
    let attachments = run.input.attachments.iter().filter_map(|id| id.parse().ok());
    MessageRow {
        attachments: attachments.collect::<Vec<AttachmentId>>(),
        ..row(run, MessageRole::User, &run.owner_name, run.input.prompt.clone())
    }
}

fn about(ticket: TicketId, props: &serde_json::Value, row: MessageRow) -> MessageRow {
    MessageRow { ticket: Some(ticket), props: props.to_string(), ..row }
}

fn question(run: &Run, ticket: &Ticket) -> MessageRow {
    let props = json!({
        "checkpoint_type": ticket.checkpoint.name(),
        "proposal_digest": ticket.proposal.digest,
        "reasons": ticket.reasons,
    });
    let row = row(run, MessageRole::Checkpoint, &run.provider, ticket.message.clone());
    about(ticket.id, &props, row)
}

fn decision(run: &Run, record: &DecisionRecord) -> MessageRow {
    let by = record.by.name();
    let mut text = format!("{} by {by}", record.action.past());
    text[..1].make_ascii_uppercase();
    if let Some(reason) = &record.reason {
        text = format!("{text}: {reason}");
    }
    let props = json!({"action": record.action.name(), "via": record.via.name()});
    about(record.ticket, &props, row(run, MessageRole::System, by, text))
}

fn end(run: &Run, ending: &Ending) -> MessageRow {
    match (&run.response, ending.reason) {
        (Some(response), EndReason::Done) => MessageRow {
            attachments: response.files.iter().map(|file| file.id).collect(),
            ..row(run, MessageRole::Assistant, &run.provider, response.summary.clone())
        },
        _ => row(run, MessageRole::System, "Countersign", ending.message.clone()),
    }
}
