//! Tells those who wait for a ticket that another instance closed it.

use std::time::Duration;

use domain::{audit::EntryKind, id::TicketId};
use tokio::time::timeout;

use super::Orchestrator;
use crate::ports::{FeedEntry, FeedItem, StoreError, Told};

/// The longest wait before looking again: a hint may be lost.
const LOOK: Duration = Duration::from_secs(5);
const AT_ONCE: u32 = 200;

impl Orchestrator {
    /// Follows the feed; never returns.
    pub(super) async fn tell_who_waits(&self) {
        let mut head = self.store.head();
        let mut told = *head.borrow_and_update();
        loop {
            let _hint_or_time_to_look = timeout(LOOK, head.changed()).await;
            // Read before it is asked who waits: whoever comes later looks first, and sees all that came before.
            let goes_to = *head.borrow_and_update();
            if self.closed.receiver_count() == 0 {
                told = goes_to;
            } else if let Err(error) = self.tell_closed(&mut told).await {
                tracing::debug!(%error, "the feed could not be followed; trying again");
            }
        }
    }

    async fn tell_closed(&self, told: &mut i64) -> Result<(), StoreError> {
        loop {
            let entries = self.store.feed(*told, AT_ONCE).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            *told = last.number;
            for closed in entries.iter().filter_map(closed) {
                // Nobody waits for most of them.
                let _ = self.closed.send(closed);
            }
        }
    }
}

/// The ticket that an entry closes.
fn closed(item: &FeedItem) -> Option<TicketId> {
    let Told::Happened(FeedEntry { entry, .. }) = &item.what else { return None };
    use EntryKind::{TicketClosed, TicketDecided, TicketExpired};
    let closes = matches!(entry.kind, TicketDecided | TicketExpired | TicketClosed);
    entry.facts.get("ticket").filter(|_| closes)?.parse().ok()
}
