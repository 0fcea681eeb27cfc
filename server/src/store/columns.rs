//! The columns of a run: all of them are written from the document, here and nowhere else.

use domain::{
    run::{Response, Run},
    state::{EndReason, RunState},
    step::wakes_at,
};
use serde_json::json;

use super::value::{Value, to_json, values};
use crate::ports::StoreError;

/// How much of a prompt a list shows, in characters.
const PROMPT_CHARS: usize = 200;

/// The beginning of the prompt, for lists.
pub(super) fn short_prompt(run: &Run) -> String {
    run.input.prompt.chars().take(PROMPT_CHARS).collect()
}

/// The values `$1` to `$34` of the statements that write a run: its id first, then its columns.
pub(super) fn run_values(run: &Run) -> Result<Vec<Value>, StoreError> {
    let mut values = summary(run);
    values.extend(documents(run)?);
    Ok(values)
}

fn summary(run: &Run) -> Vec<Value> {
    let timing = run.timing;
    values![
        run.id,
        run.state.status().name(),
        run.state.step().name(),
        end_reason(run).map(EndReason::name),
        run.owner,
        run.owner_name.as_str(),
        run.input.user_id.as_str(),
        run.session(),
        run.input.agent_email.as_str(),
        run.provider.as_str(),
        short_prompt(run),
        run.created_at,
        run.updated_at,
        run.state.ticket().and_then(|ticket| ticket.expires_at),
        wakes_at(run),
        timing.working_ms + timing.waiting_ms + timing.calling_ms,
        timing.waiting_ms,
        timing.calling_ms,
    ]
}

fn documents(run: &Run) -> Result<Vec<Value>, StoreError> {
    let draft = run.draft.as_ref();
    let response = run.response.as_ref();
    let ticket = run.state.ticket();
    let conversation = run.input.conversation.as_ref().or(run.input.chat_history.as_ref());
    Ok(values![
        to_json(run)?,
        to_json(&run.input)?,
        to_json(&run.config)?,
        draft.map(|draft| draft.payload.clone()),
        draft.map(|draft| to_json(&draft.issues)).transpose()?,
        draft.map(validation_summary),
        response.and_then(Response::answered).map(str::to_owned),
        response.map(to_json).transpose()?,
        final_result(run),
        ticket.map(|ticket| to_json(&ticket.allowed)).transpose()?,
        ticket.map(checkpoint_context),
        run.last_decision.as_ref().map(to_json).transpose()?,
        to_json(&run.edits)?,
        to_json(&run.given)?,
        conversation.map(to_json).transpose()?,
        run.capabilities.as_ref().map(to_json).transpose()?,
    ])
}

fn end_reason(run: &Run) -> Option<EndReason> {
    if let RunState::Ended(ending) = &run.state { Some(ending.reason) } else { None }
}

fn final_result(run: &Run) -> Option<String> {
    let done = end_reason(run) == Some(EndReason::Done);
    run.response.as_ref().filter(|_| done).map(|response| response.result().to_owned())
}

fn validation_summary(draft: &domain::run::Draft) -> String {
    let blocking = domain::issue::blocking(&draft.issues);
    json!({
        "issues": draft.issues.len(),
        "blocking": blocking,
        "confidence": draft.confidence,
        "payload_changes": draft.payload_changes,
    })
    .to_string()
}

fn checkpoint_context(ticket: &domain::checkpoint::Ticket) -> String {
    json!({
        "approval_id": ticket.id,
        "checkpoint_type": ticket.checkpoint.name(),
        "message": ticket.message,
        "reasons": ticket.reasons,
    })
    .to_string()
}
