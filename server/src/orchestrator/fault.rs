//! What a caller is told when something didn't work. Causes are logged here, once.

use app::error::ApiError;
use domain::{
    id::{RunId, TicketId},
    issue::Issue,
    step::Refusal,
};

use super::{Fault, Orchestrator, caps::over};
use crate::{
    files::FilesError,
    idempotency::key_used,
    ports::{StoreError, StoredTicket, TicketStatus},
};

impl From<StoreError> for ApiErrorOf {
    fn from(error: StoreError) -> Self {
        Self(match error {
            StoreError::Full => ApiError::Full,
            StoreError::Conflict | StoreError::Unavailable(_) => {
                tracing::warn!(%error, "storage did not answer");
                ApiError::Unavailable
            }
            StoreError::TooLate => ApiError::Gone("the deadline is over".to_owned()),
            StoreError::Capped(capped) => over(capped),
            StoreError::KeyUsed(_) => key_used(),
            StoreError::BadCursor => ApiError::BadRequest(
                "this cursor leads nowhere; start at the first page".to_owned(),
            ),
            StoreError::SessionBusy | StoreError::Duplicate | StoreError::Broken(_) => {
                tracing::error!(%error, "storage failed");
                ApiError::Internal
            }
        })
    }
}

impl From<FilesError> for ApiErrorOf {
    fn from(error: FilesError) -> Self {
        Self(match error {
            FilesError::Full => ApiError::Full,
            error => {
                tracing::error!(%error, "files failed");
                ApiError::Unavailable
            }
        })
    }
}

/// An [`ApiError`] made from a port's error; lets `?` turn one into the other.
pub(super) struct ApiErrorOf(ApiError);

impl From<ApiErrorOf> for ApiError {
    fn from(ApiErrorOf(error): ApiErrorOf) -> Self {
        error
    }
}

/// Turns a port's error into what the caller is told.
pub(super) fn told<E>(error: E) -> ApiError
where
    ApiErrorOf: From<E>,
{
    ApiErrorOf::from(error).0
}

impl Orchestrator {
    /// What the caller is told of a fault; for a ticket that is closed, how it was closed.
    pub(super) async fn explain(
        &self,
        fault: Fault,
        run: RunId,
        ticket: Option<TicketId>,
    ) -> ApiError {
        let refusal = match fault {
            Fault::NoSuchRun => return ApiError::NotFound("run".to_owned()),
            Fault::Store(error) => return told(error),
            Fault::Refused(refusal) => refusal,
        };
        let stored = match ticket {
            Some(ticket) => match self.store.ticket(ticket).await {
                // Another run's ticket is none of this one's, whatever became of it.
                Ok(stored) => stored.filter(|stored| stored.run == run),
                Err(error) => return told(error),
            },
            None => None,
        };
        match (refusal, stored) {
            (Refusal::Stale, Some(stored)) => ApiError::Changed(Box::new(stored.ticket)),
            (Refusal::NotOpen(_) | Refusal::Ended(_), Some(stored)) => closed(stored),
            (Refusal::NotOpen(_) | Refusal::Ended(_), None) if ticket.is_some() => {
                ApiError::NotFound("ticket".to_owned())
            }
            (Refusal::NotOpen(_), None) => ApiError::NotFound("ticket".to_owned()),
            (refusal @ Refusal::Expired(_), _) => ApiError::Gone(refusal.to_string()),
            (Refusal::Invalid(issues), _) => ApiError::Invalid(issues),
            (Refusal::ReasonMissing, _) => {
                let issue = Issue::error("/reason", "say why: the agent is told");
                ApiError::Invalid(vec![issue])
            }
            (refusal @ Refusal::NotAllowed { .. }, _) => {
                ApiError::Invalid(vec![Issue::error("/action", refusal.to_string())])
            }
            (refusal, _) => ApiError::NotPossible(refusal.to_string()),
        }
    }
}

fn closed(stored: StoredTicket) -> ApiError {
    match (stored.status, stored.decision) {
        (_, Some(decision)) => ApiError::AlreadyDecided(Box::new(decision)),
        (TicketStatus::Expired, None) => {
            ApiError::Gone("the deadline is over; it was not approved".to_owned())
        }
        (_, None) => {
            let why = stored.closed_reason.unwrap_or_else(|| "it was withdrawn".to_owned());
            ApiError::Gone(format!("this ticket is closed: {why}"))
        }
    }
}
