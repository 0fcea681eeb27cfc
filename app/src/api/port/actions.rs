//! Agents' own actions, as doors use them.

use std::time::Duration;

use async_trait::async_trait;
use domain::{access::Caller, id::TicketId};

use crate::{
    api::{
        asked::{Asked, NewAction, Report},
        port::Once,
    },
    error::ApiError,
};

/// Actions that an agent asks about and then does itself. Each method authorises its caller itself.
#[async_trait]
pub trait ActionService: Send + Sync {
    /// Opens the ticket of an action, in a run of its own. The same request again under an idempotency key
    /// gets the answer that it got first, whatever became of the ticket since.
    async fn ask(
        &self,
        caller: &Caller,
        new: NewAction,
        key: Option<&str>,
    ) -> Result<Once<Asked>, ApiError>;

    /// A ticket, whatever became of it: as soon as it isn't open, or else after `wait`.
    async fn asked(
        &self,
        caller: &Caller,
        ticket: TicketId,
        wait: Duration,
    ) -> Result<Asked, ApiError>;

    /// What callbacks to the caller are signed with.
    async fn callback_secret(&self, caller: &Caller) -> Result<String, ApiError>;

    /// Takes in what became of an allowed action, once, from whoever asked. The same report again
    /// changes nothing.
    async fn report(
        &self,
        caller: &Caller,
        report: Report,
        key: Option<&str>,
    ) -> Result<Once<Asked>, ApiError>;
}
