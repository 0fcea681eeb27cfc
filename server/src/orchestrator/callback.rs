//! Calls agents back: each is told once or more often what became of its question, until it says that it heard.

mod message;
mod sign;

use std::time::Duration;

use app::error::ApiError;
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    access::{Caller, Right, authorize},
    id::{PersonId, TicketId},
};

pub(super) use sign::Secret;

use super::{Fault, Orchestrator, fault::told};
use crate::ports::{ClaimedEffect, Egress, EgressError, Fetched, Incoming, Outgoing, StoreError};

/// After that nobody is told any more; who asks is told at any time.
const LIFE: TimeDelta = TimeDelta::hours(24);
const LONGEST_PAUSE: u32 = 3_600;
/// How many are under way at once, so that slow ones don't keep runs from going on.
pub(super) const AT_ONCE: usize = 8;
const SECRET: &str = "callbacks";

/// There is no way out.
pub(super) struct Nowhere;

#[async_trait]
impl Egress for Nowhere {
    fn fault(&self, _: &str) -> Option<&'static str> {
        Some("is not possible: this server goes nowhere")
    }

    async fn post(&self, _: Outgoing) -> Result<Incoming, EgressError> {
        Err(EgressError::NotAllowed("is not possible: this server goes nowhere"))
    }

    async fn fetch(&self, _: &str) -> Result<Fetched, EgressError> {
        Err(EgressError::NotAllowed("is not possible: this server goes nowhere"))
    }
}

impl Orchestrator {
    /// Tells the agent that asked what became of its ticket.
    pub(super) async fn call_back(
        &self,
        claimed: &ClaimedEffect,
        ticket: TicketId,
    ) -> Result<(), Fault> {
        let Ok(_place) = self.callbacks.try_acquire() else {
            // It was no try.
            let claims = claimed.claims.saturating_sub(1);
            return Ok(self.put_off(claimed, Duration::from_secs(1), claims).await?);
        };
        let stored = self.store.load(claimed.run).await?.ok_or(Fault::NoSuchRun)?;
        let asked = self.store.ticket(ticket).await?.ok_or(Fault::NoSuchRun)?;
        let url = stored.run.action.as_ref().and_then(|action| action.callback.clone());
        let (Some(url), Some(closed_at)) = (url, asked.closed_at) else { return Ok(()) };
        if self.clock.now() - closed_at > LIFE {
            self.metrics.called_back("given_up");
            tracing::warn!(run = %claimed.run, %ticket, "an agent could not be called back for a day");
            return Ok(());
        }
        let body = message::of(&stored.run, &asked, closed_at);
        let owner = stored.run.owner;
        let headers =
            self.callback_secret_of(owner).await?.headers(ticket, self.clock.now(), &body);
        let answer = self.egress.post(Outgoing { url, headers, body }).await;
        self.called_back(claimed, ticket, answer).await
    }

    async fn called_back(
        &self,
        claimed: &ClaimedEffect,
        ticket: TicketId,
        answer: Result<Incoming, EgressError>,
    ) -> Result<(), Fault> {
        let why = match answer {
            Ok(Incoming { status: 200..=299, .. }) => {
                self.metrics.called_back("delivered");
                tracing::info!(event = "callback", run = %claimed.run, %ticket, "the agent was called back");
                return Ok(());
            }
            Ok(Incoming { status, .. }) => format!("the answer was {status}"),
            Err(error) => error.to_string(),
        };
        self.metrics.called_back("failed");
        let tries = claimed.claims;
        // Each claim's lease is random.
        let pause = pause_after(tries, claimed.lease.as_bytes()[15]);
        tracing::warn!(run = %claimed.run, %ticket, tries, why, "an agent could not be called back; trying again");
        Ok(self.put_off(claimed, pause, claimed.claims).await?)
    }

    async fn put_off(
        &self,
        claimed: &ClaimedEffect,
        pause: Duration,
        claims: u32,
    ) -> Result<(), StoreError> {
        let pause = TimeDelta::from_std(pause).unwrap_or(LIFE);
        self.store.put_off(claimed, self.clock.now() + pause, claims).await
    }

    /// What callbacks to this account are signed with, as it is given to the account itself.
    pub(super) async fn told_callback_secret(&self, caller: &Caller) -> Result<String, ApiError> {
        authorize(caller, Right::Start)?;
        let secret = self.callback_secret_of(caller.person).await.map_err(told)?;
        Ok(secret.to_string())
    }

    /// Each account has its own, derived from one of this installation's: nobody can sign for another.
    async fn callback_secret_of(&self, owner: PersonId) -> Result<Secret, StoreError> {
        let fresh = sign::fresh(self.ids.secret());
        let root = self.store.secret(SECRET, &fresh, self.clock.now()).await?;
        Ok(Secret::of(&root, owner.as_uuid()))
    }
}

/// One second, then twice as long each time, an hour at most; and up to a quarter longer, so that calls which failed
/// together don't come back together.
fn pause_after(tries: u32, spread: u8) -> Duration {
    let seconds = 1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(LONGEST_PAUSE);
    let pause = Duration::from_secs(seconds.min(LONGEST_PAUSE).into());
    pause + pause / 4 * u32::from(spread) / u32::from(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_stay_at_an_hour() {
        let seconds = |tries| pause_after(tries, 0).as_secs();
        assert_eq!([1, 2, 3, 12].map(seconds), [1, 2, 4, 2048]);
        assert_eq!(
            [0, 13, 31, 32, 33, 64, u32::MAX].map(seconds),
            [1, 3600, 3600, 3600, 3600, 3600, 3600]
        );
    }

    #[test]
    fn pauses_are_up_to_a_quarter_longer() {
        let longest = |tries| pause_after(tries, u8::MAX);
        assert_eq!(longest(1), Duration::from_millis(1_250));
        assert_eq!(longest(13), Duration::from_secs(4_500));
        assert!(pause_after(3, 100) > pause_after(3, 50));
    }
}
