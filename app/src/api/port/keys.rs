//! Keys, as pages and doors use them.

use async_trait::async_trait;
use domain::{access::Caller, id::KeyId};

use crate::{
    api::{
        keys::{KeyView, MadeKey, NewKey},
        port::Once,
    },
    error::ApiError,
};

/// Keys of agents and people. Each method that takes a [`Caller`] authorises it itself.
#[async_trait]
pub trait KeyService: Send + Sync {
    /// The caller behind a key, with the rights that its holder has at this moment.
    ///
    /// # Errors
    ///
    /// [`ApiError::KeyRefused`], or [`ApiError::TooMany`] after five keys in a minute from `source`
    /// that didn't work.
    async fn key_caller(&self, secret: &str, source: &str) -> Result<Caller, ApiError>;

    /// The keys that the caller may revoke, the newest first: their own; for an admin, all.
    async fn keys(&self, caller: &Caller) -> Result<Vec<KeyView>, ApiError>;

    /// Makes a key. Its secret is in the answer and nowhere else: given again under an idempotency key, the
    /// answer has an empty one.
    async fn make_key(
        &self,
        caller: &Caller,
        new: NewKey,
        key: Option<&str>,
    ) -> Result<Once<MadeKey>, ApiError>;

    /// Revokes a key at once and for good.
    async fn revoke_key(&self, caller: &Caller, key: KeyId) -> Result<(), ApiError>;

    /// Which of the caller's keys has this secret.
    async fn key_of_secret(
        &self,
        caller: &Caller,
        secret: &str,
    ) -> Result<Option<KeyView>, ApiError>;
}
