//! Deadlines are set by this machine's clock and kept by the database's. While the two disagree, nothing is done here that
//! depends on time: another instance does it, or this one when its clock is right again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::step::Outcome;

use super::Orchestrator;
use crate::{clock, ports::StoreError};

/// Whether the clock was wrong when it was last compared.
#[derive(Clone, Default)]
pub(super) struct WrongClock(Arc<AtomicBool>);

impl Orchestrator {
    /// Compares the clock with the database's; says once what is wrong and what to do.
    pub(super) async fn clock_is_right(&self) -> Result<bool, StoreError> {
        let fault = clock::fault(&*self.clock, &*self.store).await?;
        let was_wrong = self.wrong_clock.0.swap(fault.is_some(), Ordering::SeqCst);
        match &fault {
            Some(why) if !was_wrong => tracing::error!("{why}; until then this instance rests"),
            None if was_wrong => tracing::info!("this machine's clock is right again"),
            _ => {}
        }
        if fault.is_some() {
            // What is committed meanwhile isn't begun here either.
            self.crew.leave_work();
        }
        Ok(fault.is_none())
    }

    /// The deadlines of a ticket that a wrong clock opens would come too early.
    pub(super) fn may_open(&self, outcome: &Outcome) -> Result<(), StoreError> {
        if outcome.opened.is_some() && self.wrong_clock.0.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("this machine's clock is wrong".to_owned()));
        }
        Ok(())
    }
}
