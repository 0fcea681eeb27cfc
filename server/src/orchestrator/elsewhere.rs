//! Tells those who wait for a run that another instance wrote it.

use std::time::Duration;

use tokio::time::timeout;

use super::Orchestrator;
use crate::ports::{StoreError, Told};

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
            if !self.waiting.is_anybody() {
                told = goes_to;
            } else if let Err(error) = self.tell_written(&mut told).await {
                tracing::debug!(%error, "the feed could not be followed; trying again");
            }
        }
    }

    async fn tell_written(&self, told: &mut i64) -> Result<(), StoreError> {
        loop {
            let items = self.store.feed(*told, AT_ONCE).await?;
            let Some(last) = items.last() else { return Ok(()) };
            *told = last.number;
            for item in &items {
                if let Told::Happened(entry) = &item.what {
                    self.waiting.hint(entry.run);
                }
            }
        }
    }
}
