//! The thread and the history of a session: the [`ThreadService`] behind every door.

use app::{
    api::{
        page::{Page, PageRequest},
        port::{Once, ThreadService},
        threads::{
            HistoryItem, MessageRole, MessageView, NewMessage, Posted, Reply, SessionSummary,
            ThreadView,
        },
        tickets::{DecisionRequest, Edits},
    },
    error::ApiError,
};
use async_trait::async_trait;
use domain::{
    access::{Caller, Right, authorize},
    checkpoint::CheckpointType,
    decision::Action,
    id::PersonId,
    issue::Issue,
    json::Json,
};

use super::once;
use crate::{
    idempotency,
    orchestrator::{Orchestrator, fault::told, view},
    ports::{MessageRow, StoredTicket},
};

/// In characters.
const LONGEST_TEXT: usize = 20_000;
const LONGEST_SESSION: usize = 200;
const LONGEST_SEARCH: usize = 200;

#[async_trait]
impl ThreadService for Orchestrator {
    async fn sessions(
        &self,
        caller: &Caller,
        search: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<SessionSummary>, ApiError> {
        authorize(caller, Right::Read)?;
        let search = search.map(str::trim).filter(|search| !search.is_empty());
        if search.is_some_and(|search| search.chars().count() > LONGEST_SEARCH) {
            let message = format!("a search has at most {LONGEST_SEARCH} characters");
            return Err(ApiError::BadRequest(message));
        }
        let rows = self.store.threads(caller.only_own(), search, page).await.map_err(told)?;
        Ok(rows.map(view::session_summary))
    }

    async fn thread(
        &self,
        caller: &Caller,
        owner: PersonId,
        session: &str,
        page: PageRequest,
    ) -> Result<ThreadView, ApiError> {
        authorize(caller, Right::Read)?;
        if !caller.knows(owner) || !is_session(session) {
            return Err(ApiError::NotFound("session".to_owned()));
        }
        self.thread_view(caller, owner, session, page).await
    }

    async fn messages(
        &self,
        caller: &Caller,
        session: &str,
        owner: Option<PersonId>,
        page: PageRequest,
    ) -> Result<Page<MessageView>, ApiError> {
        authorize(caller, Right::Read)?;
        let owner = caller.only_own().or(owner);
        let rows = self.store.messages(session, owner, page).await.map_err(told)?;
        Ok(rows.map(MessageView::from))
    }

    async fn post(
        &self,
        caller: &Caller,
        session: &str,
        message: NewMessage,
        key: Option<&str>,
    ) -> Result<Once<Posted>, ApiError> {
        authorize(caller, Right::Start)?;
        checked(session, &message)?;
        let row = self.message(caller, session, &message);
        let key = idempotency::key(caller, "message", key, &(session, &message), row.id)?;
        if let Some(reply) = &message.answers {
            authorize(caller, Right::Decide)?;
            let ticket = self.known_ticket(caller, reply.ticket).await?;
            if ticket.session != session {
                return Err(ApiError::NotFound("ticket in this session".to_owned()));
            }
            let row = self.reply(caller, row, &ticket).await?;
            self.files_of(row.owner, session, "/attachments", &message.attachments).await?;
            let request = decision(&message, reply, &ticket)?;
            let posted = MessageView::from(row.clone());
            let answer = move |decided| Posted { message: posted.clone(), decided: Some(decided) };
            return self.decide_once(caller, &request, key, vec![row], answer).await;
        }
        self.files_of(row.owner, session, "/attachments", &message.attachments).await?;
        let posted = Posted { message: row.clone().into(), decided: None };
        let key = key.map(|key| idempotency::with_reply(key, &posted)).transpose()?;
        match self.store.add_message(&row, key.as_ref()).await {
            Ok(()) => Ok(Once::first(posted)),
            Err(error) => once::replay_or_told(key.as_ref(), error),
        }
    }

    async fn history(
        &self,
        caller: &Caller,
        session: &str,
        owner: Option<PersonId>,
        page: PageRequest,
    ) -> Result<Page<HistoryItem>, ApiError> {
        authorize(caller, Right::Read)?;
        let owner = caller.only_own().or(owner);
        let rows = self.store.decisions(session, owner, page).await.map_err(told)?;
        Ok(rows.map(|row| HistoryItem {
            run: row.run,
            checkpoint: row.checkpoint,
            record: row.record,
        }))
    }
}

impl Orchestrator {
    fn message(&self, caller: &Caller, session: &str, message: &NewMessage) -> MessageRow {
        MessageRow {
            id: self.ids.uuid(),
            owner: caller.person,
            session: session.to_owned(),
            run: None,
            ticket: None,
            role: MessageRole::User,
            author: caller.name.clone(),
            text: message.text.clone(),
            props: message.props.clone().unwrap_or_else(|| "{}".to_owned()),
            attachments: message.attachments.clone(),
            created_at: self.clock.now(),
        }
    }

    /// An answer belongs to the session of whoever asked.
    async fn reply(
        &self,
        caller: &Caller,
        row: MessageRow,
        to: &StoredTicket,
    ) -> Result<MessageRow, ApiError> {
        let owner = self.stored(caller, to.run).await?.run.owner;
        Ok(MessageRow { owner, run: Some(to.run), ticket: Some(to.ticket.id), ..row })
    }
}

fn decision(
    message: &NewMessage,
    reply: &Reply,
    to: &StoredTicket,
) -> Result<DecisionRequest, ApiError> {
    let word = Action::from_name(message.text.trim());
    let action = reply.action.or(word).ok_or_else(|| {
        let words = Action::ALL.map(Action::name).join(", ");
        let issue = format!("is missing; say one of {words}. Nothing was decided");
        ApiError::Invalid(vec![Issue::error("/action", issue)])
    })?;
    let reason = message.text.clone();
    // To another answer they belong as what was said with it; an agent's action has no place for a file.
    let into_document = action.writes() && to.ticket.checkpoint != CheckpointType::Action;
    let attachments = if into_document { message.attachments.clone() } else { Vec::new() };
    Ok(DecisionRequest {
        run: to.run,
        ticket: reply.ticket,
        action,
        version: reply.version,
        digest: reply.digest,
        edits: reply.edits.clone().map_or(Edits::None, Edits::Merge),
        attachments,
        reason: Some(reason).filter(|text| reply.action.is_some() && !text.trim().is_empty()),
        via: reply.via.clone(),
        key: None,
    })
}

fn is_session(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= LONGEST_SESSION
}

fn checked(session: &str, message: &NewMessage) -> Result<(), ApiError> {
    let mut issues = Vec::new();
    if !is_session(session) {
        return Err(ApiError::NotFound("session".to_owned()));
    }
    let answers = message.answers.as_ref().is_some_and(|reply| reply.action.is_some());
    if message.text.trim().is_empty() && message.attachments.is_empty() && !answers {
        issues.push(Issue::error("/text", "must not be empty"));
    }
    if message.text.chars().count() > LONGEST_TEXT {
        issues.push(Issue::error("/text", format!("has more than {LONGEST_TEXT} characters")));
    }
    if let Some(props) = &message.props
        && !matches!(Json::parse(props), Ok(Json::Object(_)))
    {
        issues.push(Issue::error("/props", "must be an object"));
    }
    if issues.is_empty() { Ok(()) } else { Err(ApiError::Invalid(issues)) }
}
