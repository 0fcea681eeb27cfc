//! The server functions of the run's page: a translation of forms into calls of `RunService`, and of its
//! answers into a redirect for plain forms or a value for the page that is alive.

#![expect(clippy::too_many_arguments, reason = "an argument is a field of the form")]

use std::collections::BTreeMap;

use domain::{
    digest::Digest,
    id::{RunId, TicketId},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use super::{runs::RunView, tickets::Decided};
use crate::{error::ApiError, wire::Answer};

/// What came of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Reply {
    Decided(Box<Decided>),
    /// Done, and nothing else to say.
    Done,
    /// A plain form was sent on to this address, which says what happened.
    SeeOther(String),
}

/// The key of a field in a posted form. A key that starts with a digit would be taken for a place in a list.
#[must_use]
pub fn posted_name(field: &str) -> String {
    let plain = field.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if plain { format!("fields[{field}]") } else { format!("fields[.{field}]") }
}

/// A form can carry a field of this name; the others are edited as JSON.
#[must_use]
pub fn can_be_posted(field: &str) -> bool {
    !field.is_empty() && !field.contains(['[', ']'])
}

/// A run and all that its page shows.
#[server(prefix = "/ui", endpoint = "load_run", input = GetUrl, output = Answer)]
pub async fn load_run(run: RunId) -> Result<RunView, ApiError> {
    let (context, caller) = super::port::ServerContext::authenticated()?;
    let view = context.runs.run(&caller, run).await?;
    if let Some(open) = &view.ticket {
        // Best effort: who opened a ticket is worth a record, not a failed page.
        let looked = std::time::Duration::ZERO;
        let _ = context.runs.seen(&caller, open.ticket.id, looked, None).await;
    }
    Ok(view)
}

/// Decides a ticket, or keeps what was typed (`action` empty or `keep`), with one issue mended (`fix`) or one
/// field as it was proposed (`reset`).
#[server(prefix = "/ui", endpoint = "decide", output = Answer)]
pub async fn decide(
    run: RunId,
    ticket: TicketId,
    version: u32,
    digest: Digest,
    #[server(default)] key: String,
    #[server(default)] view: String,
    #[server(default)] action: String,
    #[server(default)] fields: BTreeMap<String, String>,
    #[server(default)] document: String,
    #[server(default)] reason: String,
    #[server(default)] fix: String,
    #[server(default)] reset: String,
) -> Result<Reply, ApiError> {
    let form = on_the_server::DecisionForm {
        run,
        ticket,
        version,
        digest,
        key,
        action,
        fields,
        document,
        reason,
        fix,
        reset,
    };
    let done = form.done();
    on_the_server::reply(run, &view, done, form.send().await)
}

/// Keeps what was typed so far, so that it survives a reload.
#[server(prefix = "/ui", endpoint = "keep_draft", output = Answer)]
pub async fn keep_draft(
    ticket: TicketId,
    #[server(default)] fields: BTreeMap<String, String>,
    #[server(default)] document: String,
    #[server(default)] reason: String,
) -> Result<(), ApiError> {
    let (context, caller) = super::port::ServerContext::authenticated()?;
    let edits = on_the_server::edits(fields, document);
    let draft = super::tickets::Draft { edits, reason, issues: Vec::new() };
    context.runs.save_draft(&caller, ticket, draft).await
}

/// Asks the run to pause before its next side effect.
#[server(prefix = "/ui", endpoint = "pause_run", output = Answer)]
pub async fn pause_run(run: RunId) -> Result<Reply, ApiError> {
    let result = async {
        let (context, caller) = super::port::ServerContext::authenticated()?;
        context.runs.pause(&caller, run, None).await.map(|_| Reply::Done)
    };
    on_the_server::reply(run, "", "pausing", result.await)
}

/// Ends the run.
#[server(prefix = "/ui", endpoint = "cancel_run", output = Answer)]
pub async fn cancel_run(run: RunId) -> Result<Reply, ApiError> {
    let result = async {
        let (context, caller) = super::port::ServerContext::authenticated()?;
        context.runs.cancel(&caller, run).await.map(|()| Reply::Done)
    };
    on_the_server::reply(run, "", "cancelled", result.await)
}

/// Stops the countdown to the automatic approval.
#[server(prefix = "/ui", endpoint = "hold_countdown", output = Answer)]
pub async fn hold_countdown(run: RunId, ticket: TicketId) -> Result<Reply, ApiError> {
    let result = async {
        let (context, caller) = super::port::ServerContext::authenticated()?;
        context.runs.hold(&caller, run, ticket, None).await.map(|_| Reply::Done)
    };
    on_the_server::reply(run, "", "held", result.await)
}

#[cfg(feature = "ssr")]
#[path = "actions_server.rs"]
mod on_the_server;
