//! What a caller may know of: what isn't theirs is as if it didn't exist.

use std::{sync::Arc, time::Duration};

use app::{api::tickets::TicketOf, error::ApiError};
use domain::{
    access::Caller,
    id::{RunId, TicketId},
    run::Run,
    state::Status,
};
use tokio::time::Instant;

use super::told;
use crate::{
    orchestrator::Orchestrator,
    ports::{Picture, StoredRun, StoredTicket, TicketPicture},
};

impl Orchestrator {
    /// A run that the caller may know of.
    pub(super) async fn stored(&self, caller: &Caller, run: RunId) -> Result<StoredRun, ApiError> {
        let stored = self.store.load(run).await.map_err(told)?;
        let stored = stored.filter(|stored| caller.knows(stored.run.owner));
        stored.ok_or_else(|| ApiError::NotFound("run".to_owned()))
    }

    /// The run as it is when it neither works nor queues, or else after `wait` or when the server stops.
    pub(super) async fn rested(
        &self,
        caller: &Caller,
        run: RunId,
        wait: Duration,
    ) -> Result<Arc<Run>, ApiError> {
        let until = Instant::now() + wait;
        // Listening begins before the look, so that nothing falls between the two.
        let mut listener = self.waiting.listen(run);
        let mut seen = Arc::new(self.stored(caller, run).await?.run);
        while is_at_work(&seen) && listener.waits(until) {
            seen = match listener.heard(until).await {
                Some(news) => news,
                None => Arc::new(self.stored(caller, run).await?.run),
            };
        }
        Ok(seen)
    }

    /// A ticket of a run that the caller may know of.
    pub(super) async fn known_ticket(
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

    /// A run to look at, that the caller may know of.
    pub(super) async fn shown(&self, caller: &Caller, run: RunId) -> Result<Picture, ApiError> {
        let picture = self.pictures.picture(run).await.map_err(told)?;
        let picture = picture.filter(|picture| caller.knows(picture.run.owner));
        picture.ok_or_else(|| ApiError::NotFound("run".to_owned()))
    }

    /// A ticket to look at, of a run that the caller may know of.
    pub(super) async fn shown_ticket(
        &self,
        caller: &Caller,
        ticket: TicketId,
    ) -> Result<TicketPicture, ApiError> {
        let picture = self.pictures.ticket_picture(ticket).await.map_err(told)?;
        let picture = picture.filter(|picture| caller.knows(picture.run.owner));
        picture.ok_or_else(|| ApiError::NotFound("ticket".to_owned()))
    }

    pub(super) async fn ticket_of(
        &self,
        caller: Option<&Caller>,
        shown: TicketPicture,
    ) -> Result<TicketOf, ApiError> {
        let TicketPicture { run, ticket } = shown;
        let view = self.one_ticket(caller, &run, &ticket).await?;
        Ok(TicketOf { run: run.id, session: ticket.session, user: run.input.user_id, view })
    }
}

fn is_at_work(run: &Run) -> bool {
    matches!(run.state.status(), Status::Queued | Status::Running)
}
