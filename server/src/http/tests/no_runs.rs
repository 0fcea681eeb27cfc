//! Runs that are never there, for the tests of what stands around them.

use app::{
    api::{
        asked::{Asked, NewAction, Report},
        attachments::AttachmentView,
        page::{Page, PageRequest},
        port::{ActionService, AttachTo, ByteStream, RunService, Upload},
        providers::ProviderView,
        runs::{Inbox, NewRun, RunSummary, RunView, RunsFilter, Started},
        tickets::{Decided, DecisionRequest, Draft},
    },
    error::ApiError,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    access::Caller,
    id::{AttachmentId, RunId, TicketId},
    state::Status,
};

use crate::ports::{Counts, StoreError};

pub(super) struct NoRuns;

#[async_trait]
impl RunService for NoRuns {
    async fn start(&self, _: &Caller, _: NewRun, _: Option<&str>) -> Result<Started, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn run(&self, _: &Caller, _: RunId) -> Result<RunView, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn state(&self, _: &Caller, _: RunId) -> Result<String, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn runs(
        &self,
        _: &Caller,
        _: RunsFilter,
        _: PageRequest,
    ) -> Result<Page<RunSummary>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn inbox(&self, _: &Caller, _: PageRequest) -> Result<Inbox, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn decide(&self, _: &Caller, _: DecisionRequest) -> Result<Decided, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn open_ticket(
        &self,
        _: &Caller,
        _: RunId,
        _: Option<&str>,
    ) -> Result<TicketId, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn pause(&self, _: &Caller, _: RunId) -> Result<(), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn cancel(&self, _: &Caller, _: RunId) -> Result<(), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn hold(&self, _: &Caller, _: RunId, _: TicketId) -> Result<(), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn save_draft(&self, _: &Caller, _: TicketId, _: Draft) -> Result<(), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn seen(&self, _: &Caller, _: TicketId, _: std::time::Duration) -> Result<(), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn providers(&self, _: &Caller) -> Result<Vec<ProviderView>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn attach(&self, _: &Caller, _: AttachTo, _: Upload) -> Result<AttachmentView, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn attachments(&self, _: &Caller, _: &str) -> Result<Vec<AttachmentView>, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn download(
        &self,
        _: &Caller,
        _: AttachmentId,
    ) -> Result<(AttachmentView, ByteStream), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn preview(&self, _: &Caller, _: AttachmentId) -> Result<(String, Bytes), ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn ready(&self) -> Result<(), ApiError> {
        Err(ApiError::Unavailable)
    }
}

#[async_trait]
impl crate::ports::Census for NoRuns {
    async fn counts(&self, _: &[Status]) -> Result<Counts, StoreError> {
        Ok(Counts::default())
    }
}

#[async_trait]
impl ActionService for NoRuns {
    async fn ask(&self, _: &Caller, _: NewAction, _: Option<&str>) -> Result<Asked, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn asked(
        &self,
        _: &Caller,
        _: TicketId,
        _: std::time::Duration,
    ) -> Result<Asked, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn report(&self, _: &Caller, _: Report) -> Result<Asked, ApiError> {
        Err(ApiError::Unavailable)
    }
}
