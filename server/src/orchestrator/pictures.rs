//! What people look at, read from storage itself.

use std::sync::Arc;

use async_trait::async_trait;
use domain::id::{RunId, TicketId};

use crate::ports::{Picture, Pictures, Store, StoreError, TicketPicture};

/// Pictures without a copy in between.
pub struct Direct(pub Arc<dyn Store>);

#[async_trait]
impl Pictures for Direct {
    async fn picture(&self, run: RunId) -> Result<Option<Picture>, StoreError> {
        let Some(stored) = self.0.load(run).await? else { return Ok(None) };
        let tickets = self.0.tickets_of(run).await?;
        let history = self.0.history(run).await?;
        let history = history.into_iter().map(|entry| entry.entry).collect();
        Ok(Some(Picture { run: stored.run, tickets, history }))
    }

    async fn ticket_picture(&self, ticket: TicketId) -> Result<Option<TicketPicture>, StoreError> {
        let Some(ticket) = self.0.ticket(ticket).await? else { return Ok(None) };
        let stored = self.0.load(ticket.run).await?;
        Ok(stored.map(|stored| TicketPicture { run: stored.run, ticket }))
    }
}
