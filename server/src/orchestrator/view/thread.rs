//! A piece of a session's thread, with the ticket that waits in it and the uploads that wait for a message.

use std::collections::HashMap;

use app::{
    api::{
        attachments::AttachmentView,
        page::{MAX_LIMIT, PageRequest},
        threads::{AskedTicket, MessageRole, ThreadEntry, ThreadView},
        tickets::TicketState,
    },
    error::ApiError,
};
use domain::{
    access::Caller,
    id::{AttachmentId, PersonId, TicketId},
    state::Status,
};

use super::{attachment, ticket::ticket_state};
use crate::{
    orchestrator::{Orchestrator, fault::told},
    ports::{AttachmentRow, MessageRow, RunFilter, RunRow, StoredTicket},
};

impl Orchestrator {
    /// What a session's page shows to a caller who may know of it.
    pub(in crate::orchestrator) async fn thread_view(
        &self,
        caller: &Caller,
        owner: PersonId,
        session: &str,
        page: PageRequest,
    ) -> Result<ThreadView, ApiError> {
        let known = self.store.thread(owner, session).await.map_err(told)?;
        if known.is_none() && owner != caller.person {
            return Err(ApiError::NotFound("session".to_owned()));
        }
        let is_end = page.cursor.is_none();
        let rows = self.store.messages_before(owner, session, page).await.map_err(told)?;
        let files = self.store.attachments(owner, session).await.map_err(told)?;
        let runs = self.runs_of(owner, session, &[]).await?;
        let (owner_name, title) = match known {
            Some(row) => (row.owner_name, row.title),
            None => (caller.name.clone(), String::new()),
        };
        Ok(ThreadView {
            owner,
            owner_name,
            session: session.to_owned(),
            title,
            files: unused(&files, &rows.items, runs.first()),
            earlier: rows.next,
            entries: self.entries(caller, (owner, session), rows.items, &files).await?,
            open: if is_end { self.open_run(caller, owner, session).await? } else { None },
            busy: is_end && runs.iter().any(|run| is_busy(run.status)),
            now: self.clock.now(),
        })
    }

    /// The newest of a session's runs.
    async fn runs_of(
        &self,
        owner: PersonId,
        session: &str,
        statuses: &[Status],
    ) -> Result<Vec<RunRow>, ApiError> {
        let filter = RunFilter {
            session: Some(session.to_owned()),
            owner: Some(owner),
            statuses: statuses.to_vec(),
            ..RunFilter::default()
        };
        let page = PageRequest { cursor: None, limit: MAX_LIMIT };
        Ok(self.store.runs(&filter, page).await.map_err(told)?.items)
    }

    async fn open_run(
        &self,
        caller: &Caller,
        owner: PersonId,
        session: &str,
    ) -> Result<Option<app::api::runs::RunView>, ApiError> {
        let waiting = self.runs_of(owner, session, &[Status::AwaitingHuman]).await?;
        let Some(row) = waiting.first() else { return Ok(None) };
        let Some(picture) = self.pictures.picture(row.run).await.map_err(told)? else {
            return Ok(None);
        };
        let view = self.run_view(caller, &picture).await?;
        // It may have been decided since the list was read.
        Ok(Some(view).filter(|view| view.ticket.is_some()))
    }

    /// The messages in the order of time. What a ticket says of its own decision isn't said twice.
    async fn entries(
        &self,
        caller: &Caller,
        (owner, session): (PersonId, &str),
        newest_first: Vec<MessageRow>,
        files: &[AttachmentRow],
    ) -> Result<Vec<ThreadEntry>, ApiError> {
        let Some(since) = newest_first.last().map(|row| row.created_at) else {
            return Ok(Vec::new());
        };
        let tickets = self.store.tickets_of_thread(owner, session, since).await.map_err(told)?;
        let tickets: HashMap<TicketId, StoredTicket> =
            tickets.into_iter().map(|stored| (stored.ticket.id, stored)).collect();
        let files: HashMap<AttachmentId, AttachmentView> =
            files.iter().map(|row| (row.id, attachment(row))).collect();
        let said = |row: &MessageRow| row.role != MessageRole::System || row.ticket.is_none();
        let rows = newest_first.into_iter().rev().filter(said);
        let mut entries: Vec<_> = rows.map(|row| entry(row, &tickets, &files)).collect();
        let mut asked = entries.iter_mut().rev().filter_map(|entry| entry.asks.as_mut());
        if let Some(closed) = asked.find(|asked| asked.state != TicketState::Open) {
            closed.draft = self.draft_of(caller, closed.ticket).await?;
        }
        Ok(entries)
    }
}

fn entry(
    row: MessageRow,
    tickets: &HashMap<TicketId, StoredTicket>,
    files: &HashMap<AttachmentId, AttachmentView>,
) -> ThreadEntry {
    let asked = row.ticket.filter(|_| row.role == MessageRole::Checkpoint);
    let asked = asked.and_then(|id| tickets.get(&id));
    ThreadEntry {
        id: row.id,
        run: row.run,
        role: row.role,
        author: row.author,
        text: row.text,
        files: row.attachments.iter().filter_map(|id| files.get(id).cloned()).collect(),
        asks: asked.map(|stored| AskedTicket {
            ticket: stored.ticket.id,
            checkpoint: stored.ticket.checkpoint,
            state: ticket_state(stored),
            draft: None,
        }),
        at: row.created_at,
    }
}

/// Uploads since the newest run began that no message came with.
fn unused(
    files: &[AttachmentRow],
    messages: &[MessageRow],
    newest: Option<&RunRow>,
) -> Vec<AttachmentView> {
    let came_with = |id| messages.iter().any(|row| row.attachments.contains(&id));
    let waits = |row: &&AttachmentRow| {
        row.made_by.is_none()
            && newest.is_none_or(|run| row.created_at > run.created_at)
            && !came_with(row.id)
    };
    files.iter().filter(waits).map(attachment).collect()
}

const fn is_busy(status: Status) -> bool {
    matches!(status, Status::Queued | Status::Running)
}
