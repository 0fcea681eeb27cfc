//! Requests that come again under their idempotency key.

use app::{api::port::Once, error::ApiError};
use serde::de::DeserializeOwned;

use crate::{
    idempotency::replay,
    orchestrator::{Orchestrator, fault::told},
    ports::{IdempotencyKey, StoreError},
};

/// What came of a write that may have found its key used.
pub(super) fn replay_or_told<T: DeserializeOwned>(
    key: Option<&IdempotencyKey>,
    error: StoreError,
) -> Result<Once<T>, ApiError> {
    match error {
        StoreError::KeyUsed(used) => replay(key, &used),
        error => Err(told(error)),
    }
}

impl Orchestrator {
    /// The answer that was given before under this key; `None` if there was none yet.
    pub(super) async fn before<T: DeserializeOwned>(
        &self,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<Once<T>>, ApiError> {
        let Some(key) = key else { return Ok(None) };
        let used = self.store.used_key(&key.scope, &key.key).await.map_err(told)?;
        used.map(|used| replay(Some(key), &used)).transpose()
    }
}
