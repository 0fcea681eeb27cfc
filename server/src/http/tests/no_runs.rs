//! Runs that are never there, for the tests of what stands around them.

use app::{
    api::{
        asked::{Asked, NewAction, Report},
        attachments::AttachmentView,
        page::{Page, PageRequest},
        port::{ActionService, AttachTo, ByteStream, Once, RunService, ThreadService, Upload},
        providers::ProviderView,
        runs::{
            Inbox, InboxFilter, NewRun, Progress, RunDocument, RunSummary, RunView, RunsFilter,
            Started,
        },
        threads::{HistoryItem, MessageView, NewMessage, Posted, SessionSummary, ThreadView},
        tickets::{Decided, DecisionRequest, Draft, TicketOf},
    },
    error::ApiError,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    access::Caller,
    id::{AttachmentId, PersonId, RunId, TicketId},
    state::Status,
};

use crate::ports::{Announcer, Counts, Feed, FeedItem, StoreError};

pub(super) struct NoRuns;

type Key<'a> = Option<&'a str>;

/// Methods that never do what they are for.
macro_rules! nothing {
    ($($name:ident($($kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl RunService for NoRuns {
            $(async fn $name(&self, _: &Caller, $(_: $kind),*) -> Result<$answer, ApiError> {
                Err(ApiError::Unavailable)
            })*

            async fn ready(&self) -> Result<(), ApiError> {
                Err(ApiError::Unavailable)
            }
        }
    };
}

nothing! {
    start(NewRun, Key<'_>) -> Once<Started>;
    run(RunId) -> RunView;
    progress(RunId, std::time::Duration) -> Progress;
    document(RunId) -> RunDocument;
    runs(RunsFilter, PageRequest) -> Page<RunSummary>;
    inbox(InboxFilter, PageRequest) -> Inbox;
    ticket(TicketId) -> TicketOf;
    decide(DecisionRequest) -> Once<Decided>;
    open_ticket(RunId, Key<'_>) -> TicketId;
    pause(RunId, Key<'_>) -> Once<()>;
    cancel(RunId) -> ();
    hold(RunId, TicketId, Key<'_>) -> Once<()>;
    save_draft(TicketId, Draft) -> ();
    drop_draft(TicketId) -> ();
    seen(TicketId, std::time::Duration, Key<'_>) -> Once<()>;
    providers() -> Vec<ProviderView>;
    attach(AttachTo, Upload, Key<'_>) -> Once<AttachmentView>;
    attachments(&str) -> Vec<AttachmentView>;
    download(AttachmentId) -> (AttachmentView, ByteStream);
    preview(AttachmentId) -> (String, Bytes);
}

#[async_trait]
impl ThreadService for NoRuns {
    async fn sessions(
        &self,
        _: &Caller,
        _: Option<&str>,
        _: PageRequest,
    ) -> Result<Page<SessionSummary>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn thread(
        &self,
        _: &Caller,
        _: PersonId,
        _: &str,
        _: PageRequest,
    ) -> Result<ThreadView, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn messages(
        &self,
        _: &Caller,
        _: &str,
        _: Option<PersonId>,
        _: PageRequest,
    ) -> Result<Page<MessageView>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn post(
        &self,
        _: &Caller,
        _: &str,
        _: NewMessage,
        _: Option<&str>,
    ) -> Result<Once<Posted>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn history(
        &self,
        _: &Caller,
        _: &str,
        _: Option<PersonId>,
        _: PageRequest,
    ) -> Result<Page<HistoryItem>, ApiError> {
        Err(ApiError::Unavailable)
    }
}

#[async_trait]
impl crate::ports::Census for NoRuns {
    async fn counts(&self, _: &[Status]) -> Result<Counts, StoreError> {
        Ok(Counts::default())
    }

    async fn clock(&self) -> Result<Option<chrono::DateTime<chrono::Utc>>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl ActionService for NoRuns {
    async fn ask(
        &self,
        _: &Caller,
        _: NewAction,
        _: Option<&str>,
    ) -> Result<Once<Asked>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn asked(
        &self,
        _: &Caller,
        _: TicketId,
        _: std::time::Duration,
    ) -> Result<Asked, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn callback_secret(&self, _: &Caller) -> Result<String, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn report(
        &self,
        _: &Caller,
        _: Report,
        _: Option<&str>,
    ) -> Result<Once<Asked>, ApiError> {
        Err(ApiError::Unavailable)
    }
}

#[async_trait]
impl Announcer for NoRuns {
    async fn announced(&self, _: TicketId) -> Result<TicketOf, ApiError> {
        Err(ApiError::Unavailable)
    }
}

#[async_trait]
impl Feed for NoRuns {
    async fn feed(&self, _: i64, _: u32) -> Result<Vec<FeedItem>, StoreError> {
        Ok(Vec::new())
    }

    async fn feed_end(&self) -> Result<i64, StoreError> {
        Ok(0)
    }
}
