//! What callers ask for: the [`RunService`] behind every door.

mod decide;
mod files;
mod start;

use std::time::Duration;

use app::{
    api::{
        attachments::AttachmentView,
        page::{Page, PageRequest},
        port::{AttachTo, ByteStream, RunService, Upload},
        providers::ProviderView,
        runs::{Inbox, NewRun, RunSummary, RunView, RunsFilter, Started},
        tickets::{Decided, DecisionRequest, Draft},
    },
    error::ApiError,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    access::{Caller, Right, authorize},
    event::Event,
    id::{AttachmentId, RunId, TicketId},
};

use super::{Orchestrator, With, fault::told, view};
use crate::ports::{RunFilter, StoredRun, StoredTicket};

impl Orchestrator {
    /// A run that the caller may know of.
    async fn stored(&self, caller: &Caller, run: RunId) -> Result<StoredRun, ApiError> {
        let stored = self.store.load(run).await.map_err(told)?;
        let stored = stored.filter(|stored| caller.knows(stored.run.owner));
        stored.ok_or_else(|| ApiError::NotFound("run".to_owned()))
    }

    /// A ticket of a run that the caller may know of.
    async fn known_ticket(
        &self,
        caller: &Caller,
        ticket: TicketId,
    ) -> Result<StoredTicket, ApiError> {
        let unknown = || ApiError::NotFound("ticket".to_owned());
        let stored = self.store.ticket(ticket).await.map_err(told)?.ok_or_else(unknown)?;
        if caller.only_own().is_some() {
            let known = self.stored(caller, stored.run).await;
            known.map_err(|error| match error {
                ApiError::NotFound(_) => unknown(),
                error => error,
            })?;
        }
        Ok(stored)
    }

    /// Says something to a run that the caller may know of.
    async fn tell(
        &self,
        caller: &Caller,
        run: RunId,
        event: Event,
        ticket: Option<TicketId>,
    ) -> Result<(), ApiError> {
        if caller.only_own().is_some() {
            self.stored(caller, run).await?;
        }
        match self.apply(run, event, With::default()).await {
            Ok(_) => Ok(()),
            Err(fault) => Err(self.explain(fault, run, ticket).await),
        }
    }
}

#[async_trait]
impl RunService for Orchestrator {
    async fn start(
        &self,
        caller: &Caller,
        new: NewRun,
        key: Option<&str>,
    ) -> Result<Started, ApiError> {
        authorize(caller, Right::Start)?;
        self.start_run(caller, new, key).await
    }

    async fn run(&self, caller: &Caller, run: RunId) -> Result<RunView, ApiError> {
        authorize(caller, Right::Read)?;
        let stored = self.stored(caller, run).await?;
        self.run_view(caller, &stored.run).await
    }

    async fn state(&self, caller: &Caller, run: RunId) -> Result<String, ApiError> {
        authorize(caller, Right::Read)?;
        let stored = self.stored(caller, run).await?;
        serde_json::to_string(&stored.run).map_err(|error| {
            tracing::error!(%error, "a run could not be written");
            ApiError::Internal
        })
    }

    async fn runs(
        &self,
        caller: &Caller,
        filter: RunsFilter,
        page: PageRequest,
    ) -> Result<Page<RunSummary>, ApiError> {
        authorize(caller, Right::List)?;
        let filter = RunFilter { session: filter.session, statuses: filter.statuses };
        let rows = self.store.runs(&filter, page).await.map_err(told)?;
        Ok(rows.map(view::run_summary))
    }

    async fn inbox(&self, caller: &Caller, page: PageRequest) -> Result<Inbox, ApiError> {
        authorize(caller, Right::List)?;
        let rows = self.store.open_tickets(page).await.map_err(told)?;
        Ok(Inbox { page: rows.map(view::inbox_item), now: self.clock.now() })
    }

    async fn decide(&self, caller: &Caller, request: DecisionRequest) -> Result<Decided, ApiError> {
        authorize(caller, Right::Decide)?;
        self.decide_ticket(caller, request).await
    }

    async fn open_ticket(
        &self,
        caller: &Caller,
        run: RunId,
        key: Option<&str>,
    ) -> Result<TicketId, ApiError> {
        authorize(caller, Right::Decide)?;
        if let Some(decided) = self.decided_with(caller, run, key).await? {
            return Ok(decided);
        }
        let stored = self.stored(caller, run).await?;
        let open = stored.run.state.ticket().map(|ticket| ticket.id);
        open.ok_or_else(|| ApiError::NotFound("open ticket of this run".to_owned()))
    }

    async fn pause(&self, caller: &Caller, run: RunId) -> Result<(), ApiError> {
        authorize(caller, Right::Start)?;
        self.tell(caller, run, Event::PauseRequested { by: caller.actor() }, None).await
    }

    async fn cancel(&self, caller: &Caller, run: RunId) -> Result<(), ApiError> {
        authorize(caller, Right::Start)?;
        self.tell(caller, run, Event::CancelRequested { by: caller.actor() }, None).await
    }

    async fn hold(&self, caller: &Caller, run: RunId, ticket: TicketId) -> Result<(), ApiError> {
        authorize(caller, Right::Decide)?;
        self.tell(caller, run, Event::Held { ticket, by: caller.actor() }, Some(ticket)).await
    }

    async fn save_draft(
        &self,
        caller: &Caller,
        ticket: TicketId,
        draft: Draft,
    ) -> Result<(), ApiError> {
        authorize(caller, Right::Decide)?;
        self.known_ticket(caller, ticket).await?;
        self.keep_draft(caller, ticket, &draft).await
    }

    async fn seen(
        &self,
        caller: &Caller,
        ticket: TicketId,
        dwell: Duration,
    ) -> Result<(), ApiError> {
        authorize(caller, Right::Witness)?;
        self.known_ticket(caller, ticket).await?;
        self.store.seen(ticket, caller.person, self.clock.now(), dwell).await.map_err(told)
    }

    async fn providers(&self, caller: &Caller) -> Result<Vec<ProviderView>, ApiError> {
        authorize(caller, Right::Read)?;
        Ok(self.providers.iter().map(|provider| view::provider(provider.capabilities())).collect())
    }

    async fn attach(
        &self,
        caller: &Caller,
        to: AttachTo,
        upload: Upload,
    ) -> Result<AttachmentView, ApiError> {
        authorize(caller, Right::Start)?;
        self.take_upload(caller, to, upload).await
    }

    async fn attachments(
        &self,
        caller: &Caller,
        session: &str,
    ) -> Result<Vec<AttachmentView>, ApiError> {
        authorize(caller, Right::Read)?;
        let rows = self.store.attachments(caller.person, session).await.map_err(told)?;
        Ok(rows.iter().map(view::attachment).collect())
    }

    async fn download(
        &self,
        caller: &Caller,
        attachment: AttachmentId,
    ) -> Result<(AttachmentView, ByteStream), ApiError> {
        authorize(caller, Right::Read)?;
        self.stream_attachment(caller, attachment).await
    }

    async fn preview(
        &self,
        caller: &Caller,
        attachment: AttachmentId,
    ) -> Result<(String, Bytes), ApiError> {
        authorize(caller, Right::Read)?;
        self.draw_preview(caller, attachment).await
    }

    async fn ready(&self) -> Result<(), ApiError> {
        self.store.ready().await.map_err(told)
    }
}
