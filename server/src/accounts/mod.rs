//! Accounts: passwords, sessions, one-time links, and the people who have them.

mod first;
mod key_secret;
mod keys;
mod links;
#[cfg(test)]
pub(crate) mod memory;
mod names;
mod password;
mod people;
mod service;
mod sessions;
#[cfg(test)]
mod tests;
mod throttle;

use std::sync::Arc;

use app::error::ApiError;
use domain::id::PersonId;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

pub use self::password::{Cost, Passwords};
use self::throttle::Throttle;
use crate::ports::{AccessWatch, AccountStore, Alone, Clock, Ids, StoreError};

/// The service behind [`app::api::port::AccountService`].
pub struct Accounts {
    store: Arc<dyn AccountStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    passwords: Passwords,
    throttle: Throttle,
    /// One-time links start with it.
    public_url: Url,
    /// Held while an account is read, changed and written: the store writes whole rows.
    changes: Mutex<()>,
    watch: Option<Arc<dyn AccessWatch>>,
}

impl Accounts {
    #[must_use]
    pub fn new(
        store: Arc<dyn AccountStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        passwords: Passwords,
        public_url: Url,
    ) -> Self {
        let throttle = Throttle::default();
        let (changes, watch) = (Mutex::new(()), None);
        Self { store, clock, ids, passwords, throttle, public_url, changes, watch }
    }

    /// Tells `watch` of every right that changes and every session and key that ends.
    #[must_use]
    pub fn watched_by(self, watch: Arc<dyn AccessWatch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    fn access_changed(&self, person: PersonId) {
        if let Some(watch) = &self.watch {
            watch.access_changed(person);
        }
    }

    /// Waits until nobody else changes accounts, in this process or another one.
    async fn alone(&self) -> Result<(MutexGuard<'_, ()>, Alone), ApiError> {
        let here = self.changes.lock().await;
        Ok((here, self.store.alone().await.map_err(failed)?))
    }
}

/// What a caller may know of a failure of storage that has no meaning of its own here.
fn failed(error: StoreError) -> ApiError {
    match error {
        StoreError::Full => ApiError::Full,
        StoreError::Unavailable(cause) => {
            tracing::warn!("accounts: storage is unavailable: {cause}");
            ApiError::Unavailable
        }
        error => {
            tracing::error!("accounts: {error}");
            ApiError::Internal
        }
    }
}
