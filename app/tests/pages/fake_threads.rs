//! The sessions that the made-up server knows.

use app::{
    api::{
        page::{Page, PageRequest},
        port::{Once, ThreadService},
        threads::{
            AskedTicket, HistoryItem, MessageRole, MessageView, NewMessage, Posted, SessionSummary,
            ThreadEntry, ThreadView,
        },
        tickets::TicketState,
    },
    error::ApiError,
};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    access::Caller,
    checkpoint::CheckpointType,
    id::{PersonId, RunId, TicketId},
};
use uuid::Uuid;

use crate::fake::{Fake, noon};

pub fn session(owner: u128, name: &str) -> SessionSummary {
    SessionSummary {
        owner: PersonId::from_uuid(Uuid::from_u128(owner)),
        owner_name: "Mara Keller".into(),
        session: name.into(),
        title: "Make it smaller".into(),
        waiting: 0,
        last_at: noon() - TimeDelta::hours(3),
    }
}

/// An empty session of the person who looks.
pub fn thread() -> ThreadView {
    ThreadView {
        owner: PersonId::from_uuid(Uuid::from_u128(1)),
        owner_name: "Mara Keller".into(),
        session: "s 1".into(),
        title: String::new(),
        entries: Vec::new(),
        earlier: None,
        open: None,
        busy: false,
        files: Vec::new(),
        now: noon(),
    }
}

pub fn said(number: u128, role: MessageRole, text: &str) -> ThreadEntry {
    ThreadEntry {
        id: Uuid::from_u128(number),
        run: Some(RunId::from_uuid(Uuid::from_u128(7))),
        role,
        author: "Mara Keller".into(),
        text: text.into(),
        files: Vec::new(),
        asks: None,
        at: noon() - TimeDelta::minutes(5),
    }
}

pub fn asks(ticket: TicketId, state: TicketState) -> Option<AskedTicket> {
    Some(AskedTicket { ticket, checkpoint: CheckpointType::PayloadReview, state, draft: None })
}

#[async_trait]
impl ThreadService for Fake {
    async fn sessions(
        &self,
        _: &Caller,
        search: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<SessionSummary>, ApiError> {
        self.note(format!("sessions {search:?} {:?}", page.cursor))?;
        let (items, total) = (self.sessions.clone(), self.sessions.len() as u64);
        Ok(Page { items, total, next: self.next.clone() })
    }

    async fn thread(
        &self,
        _: &Caller,
        owner: PersonId,
        session: &str,
        page: PageRequest,
    ) -> Result<ThreadView, ApiError> {
        self.note(format!("thread {} {session} {:?}", owner.as_uuid().as_u128(), page.cursor))?;
        self.thread.clone().ok_or_else(|| ApiError::NotFound("session".into()))
    }

    async fn messages(
        &self,
        _: &Caller,
        _: &str,
        _: Option<PersonId>,
        _: PageRequest,
    ) -> Result<Page<MessageView>, ApiError> {
        Err(ApiError::Internal)
    }

    async fn post(
        &self,
        _: &Caller,
        _: &str,
        _: NewMessage,
        _: Option<&str>,
    ) -> Result<Once<Posted>, ApiError> {
        Err(ApiError::Internal)
    }

    async fn history(
        &self,
        _: &Caller,
        _: &str,
        _: Option<PersonId>,
        _: PageRequest,
    ) -> Result<Page<HistoryItem>, ApiError> {
        Err(ApiError::Internal)
    }
}
