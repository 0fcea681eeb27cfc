//! What callers ask for: the [`RunService`] behind every door.

mod actions;
mod decide;
mod draft;
mod edited;
mod files;
mod known;
mod once;
mod start;
mod threads;
mod words;

use std::{sync::Arc, time::Duration};

use app::{
    api::{
        attachments::AttachmentView,
        page::{Page, PageRequest},
        port::{AttachTo, ByteStream, Once, RunService, Upload},
        providers::ProviderView,
        runs::{
            Inbox, InboxFilter, NewRun, Progress, RunDocument, RunSummary, RunView, RunsFilter,
            Started,
        },
        tickets::{Decided, DecisionRequest, Draft, TicketOf},
    },
    error::ApiError,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    access::{Caller, Right, authorize},
    event::Event,
    id::{AttachmentId, RunId, TicketId},
    run::Run,
    state::RunState,
    step::Refusal,
};

use super::{Fault, Keyed, Orchestrator, With, fault::told, view};
use crate::{
    idempotency,
    ports::{
        Announcer, IdempotencyKey, RunFilter, StoreError, StoredTicket, TicketFilter, TicketStatus,
    },
};

impl Orchestrator {
    /// Takes a step that has nothing to answer but that it was taken.
    async fn tell(
        &self,
        caller: &Caller,
        run: RunId,
        event: Event,
        ticket: Option<TicketId>,
        key: Option<IdempotencyKey>,
    ) -> Result<Once<()>, ApiError> {
        if caller.only_own().is_some() {
            self.stored(caller, run).await?;
        }
        if let Some(before) = self.before(key.as_ref()).await? {
            return Ok(before);
        }
        let keyed =
            key.clone().map(|key| Keyed { key, reply: Arc::new(|_| idempotency::NOTHING.into()) });
        match self.apply(run, event, With { key: keyed, ..With::default() }).await {
            Ok(_) => Ok(Once::first(())),
            Err(Fault::Store(StoreError::KeyUsed(used))) => {
                idempotency::replay(key.as_ref(), &used)
            }
            Err(fault) => Err(self.explain(fault, run, ticket).await),
        }
    }

    /// What a late answer is told that names no ticket: how the last one was closed, as if it were named.
    async fn none_open(&self, run: &Run) -> ApiError {
        let tickets = match self.store.tickets_of(run.id).await {
            Ok(tickets) => tickets,
            Err(error) => return told(error),
        };
        let over =
            |of: &&StoredTicket| matches!(of.status, TicketStatus::Decided | TicketStatus::Expired);
        let last = tickets.iter().rfind(over).map(|of| of.ticket.id);
        let refusal = match (last, &run.state) {
            (Some(ticket), _) => Refusal::NotOpen(ticket),
            (None, RunState::Ended(ending)) => Refusal::Ended(ending.reason),
            (None, _) => return ApiError::NotFound("open ticket of this run".to_owned()),
        };
        self.explain(refusal.into(), run.id, last).await
    }
}

#[async_trait]
impl RunService for Orchestrator {
    async fn start(
        &self,
        caller: &Caller,
        new: NewRun,
        key: Option<&str>,
    ) -> Result<Once<Started>, ApiError> {
        authorize(caller, Right::Start)?;
        self.start_run(caller, new, key).await
    }

    async fn run(&self, caller: &Caller, run: RunId) -> Result<RunView, ApiError> {
        authorize(caller, Right::Read)?;
        let picture = self.shown(caller, run).await?;
        self.run_view(caller, &picture).await
    }

    async fn progress(
        &self,
        caller: &Caller,
        run: RunId,
        wait: Duration,
    ) -> Result<Progress, ApiError> {
        authorize(caller, Right::Read)?;
        let run = self.rested(caller, run, wait).await?;
        self.progress_of(&run).await
    }

    async fn document(&self, caller: &Caller, run: RunId) -> Result<RunDocument, ApiError> {
        authorize(caller, Right::Read)?;
        let picture = self.shown(caller, run).await?;
        let view = self.run_view(caller, &picture).await?;
        Ok(RunDocument { run: picture.run, view })
    }

    async fn runs(
        &self,
        caller: &Caller,
        filter: RunsFilter,
        page: PageRequest,
    ) -> Result<Page<RunSummary>, ApiError> {
        authorize(caller, Right::Read)?;
        let RunsFilter { session, statuses, user, agent } = filter;
        let filter = RunFilter { session, statuses, user, agent, owner: caller.only_own() };
        let rows = self.store.runs(&filter, page).await.map_err(told)?;
        Ok(rows.map(view::run_summary))
    }

    async fn inbox(
        &self,
        caller: &Caller,
        filter: InboxFilter,
        page: PageRequest,
    ) -> Result<Inbox, ApiError> {
        authorize(caller, Right::Read)?;
        let InboxFilter { session, user, agent, checkpoint } = filter;
        let owner = caller.only_own();
        let filter = TicketFilter { session, user, agent, checkpoint, owner };
        let rows = self.store.open_tickets(&filter, page).await.map_err(told)?;
        Ok(Inbox { page: rows.map(view::inbox_item), now: self.clock.now() })
    }

    async fn ticket(&self, caller: &Caller, ticket: TicketId) -> Result<TicketOf, ApiError> {
        authorize(caller, Right::Read)?;
        let shown = self.shown_ticket(caller, ticket).await?;
        self.ticket_of(Some(caller), shown).await
    }

    async fn decide(
        &self,
        caller: &Caller,
        request: DecisionRequest,
    ) -> Result<Once<Decided>, ApiError> {
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
        match stored.run.state.ticket() {
            Some(open) => Ok(open.id),
            None => Err(self.none_open(&stored.run).await),
        }
    }

    async fn pause(
        &self,
        caller: &Caller,
        run: RunId,
        key: Option<&str>,
    ) -> Result<Once<()>, ApiError> {
        authorize(caller, Right::Start)?;
        let key = idempotency::key(caller, "pause", key, &run, run.as_uuid())?;
        self.tell(caller, run, Event::PauseRequested { by: caller.actor() }, None, key).await
    }

    async fn cancel(&self, caller: &Caller, run: RunId) -> Result<(), ApiError> {
        authorize(caller, Right::Start)?;
        let by = caller.actor();
        self.tell(caller, run, Event::CancelRequested { by }, None, None).await.map(drop)
    }

    async fn hold(
        &self,
        caller: &Caller,
        run: RunId,
        ticket: TicketId,
        key: Option<&str>,
    ) -> Result<Once<()>, ApiError> {
        authorize(caller, Right::Decide)?;
        let key = idempotency::key(caller, "hold", key, &ticket, ticket.as_uuid())?;
        let by = caller.actor();
        self.tell(caller, run, Event::Held { ticket, by }, Some(ticket), key).await
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

    async fn drop_draft(&self, caller: &Caller, ticket: TicketId) -> Result<(), ApiError> {
        authorize(caller, Right::Decide)?;
        self.known_ticket(caller, ticket).await?;
        let now = self.clock.now();
        self.store.save_draft(ticket, caller.person, "", now).await.map_err(told)
    }

    async fn seen(
        &self,
        caller: &Caller,
        ticket: TicketId,
        dwell: Duration,
        key: Option<&str>,
    ) -> Result<Once<()>, ApiError> {
        authorize(caller, Right::Witness)?;
        self.known_ticket(caller, ticket).await?;
        let what = (ticket, dwell.as_millis());
        let key = idempotency::key(caller, "seen", key, &what, ticket.as_uuid())?;
        let (by, now) = (caller.person, self.clock.now());
        match self.store.seen(ticket, by, now, dwell, key.as_ref()).await {
            Ok(()) => Ok(Once::first(())),
            Err(error) => once::replay_or_told(key.as_ref(), error),
        }
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
        key: Option<&str>,
    ) -> Result<Once<AttachmentView>, ApiError> {
        authorize(caller, Right::Start)?;
        self.take_upload(caller, to, upload, key).await
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

#[async_trait]
impl Announcer for Orchestrator {
    async fn announced(&self, ticket: TicketId) -> Result<TicketOf, ApiError> {
        let unknown = || ApiError::NotFound("ticket".to_owned());
        let shown = self.pictures.ticket_picture(ticket).await.map_err(told)?;
        self.ticket_of(None, shown.ok_or_else(unknown)?).await
    }
}
