//! Server functions that read lists: the inbox, the runs, the providers, the files of a session.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

use super::{
    attachments::AttachmentView,
    page::Page,
    providers::ProviderView,
    runs::{Inbox, RunSummary},
};
#[cfg(feature = "ssr")]
use crate::{
    api::{
        page::PageRequest,
        port::ServerContext,
        runs::{InboxFilter, RunsFilter},
    },
    error::ApiError::BadRequest,
};
use crate::{error::ApiError, wire::Answer};

/// Runs and the time at which they were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunList {
    pub page: Page<RunSummary>,
    pub now: DateTime<Utc>,
}

/// Open tickets, the most urgent first.
#[server(prefix = "/ui", endpoint = "load_inbox", input = GetUrl, output = Answer)]
pub async fn load_inbox(cursor: Option<String>) -> Result<Inbox, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let page = PageRequest { cursor, ..PageRequest::default() };
    context.runs.inbox(&caller, InboxFilter::default(), page).await
}

/// How many tickets are open.
#[server(prefix = "/ui", endpoint = "count_inbox", input = GetUrl, output = Answer)]
pub async fn count_inbox() -> Result<u64, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let page = PageRequest { cursor: None, limit: 1 };
    let inbox = context.runs.inbox(&caller, InboxFilter::default(), page).await?;
    Ok(inbox.page.total)
}

/// Runs, newest first. `status` is a status by name, or `active` for all that aren't over.
#[server(prefix = "/ui", endpoint = "load_runs", input = GetUrl, output = Answer)]
pub async fn load_runs(
    status: Option<String>,
    session: Option<String>,
    cursor: Option<String>,
) -> Result<RunList, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let filter =
        RunsFilter { session, statuses: statuses(status.as_deref())?, ..RunsFilter::default() };
    let page = PageRequest { cursor, ..PageRequest::default() };
    let page = context.runs.runs(&caller, filter, page).await?;
    Ok(RunList { page, now: context.now })
}

/// What runs can call.
#[server(prefix = "/ui", endpoint = "load_providers", input = GetUrl, output = Answer)]
pub async fn load_providers() -> Result<Vec<ProviderView>, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    context.runs.providers(&caller).await
}

/// One of the caller's sessions, and its files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionFiles {
    pub session: String,
    /// For the form that is filled in there: sent twice, it is one request.
    pub key: String,
    /// The newest first.
    pub files: Vec<AttachmentView>,
}

/// The files of one of the caller's sessions; without a name, a session that doesn't exist yet.
#[server(prefix = "/ui", endpoint = "load_session_files", input = GetUrl, output = Answer)]
pub async fn load_session_files(session: Option<String>) -> Result<SessionFiles, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let key = context.fresh.to_string();
    let Some(session) = session else {
        return Ok(SessionFiles { session: key.clone(), key, files: Vec::new() });
    };
    let files = context.runs.attachments(&caller, &session).await?;
    Ok(SessionFiles { session, key, files })
}

#[cfg(feature = "ssr")]
fn statuses(name: Option<&str>) -> Result<Vec<domain::state::Status>, ApiError> {
    use domain::state::Status;

    match name {
        None | Some("") => Ok(Vec::new()),
        Some("active") => Ok(vec![Status::Queued, Status::Running, Status::AwaitingHuman]),
        Some(name) => match Status::from_name(name) {
            Some(status) => Ok(vec![status]),
            None => Err(BadRequest(format!("there is no status “{name}”"))),
        },
    }
}
