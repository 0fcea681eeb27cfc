//! What the pages and the doors need from the server: traits that the server implements.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::{Caller, Role},
    id::PersonId,
};

use super::access::{OneTimeLink, PersonView, Welcome};
use crate::error::ApiError;

/// A session's secret as the cookie carries it; only its hash is stored.
#[derive(Clone)]
pub struct SessionToken(pub String);

/// Accounts and sessions. Each method that takes a [`Caller`] authorises it itself.
#[async_trait]
pub trait AccountService: Send + Sync {
    /// The caller behind a session; `None` if it ended, expired, or its person is disabled.
    async fn caller(&self, token: &SessionToken) -> Result<Option<Caller>, ApiError>;

    /// Checks a password. Wrong e-mail address and wrong password are one answer, after the same work.
    ///
    /// # Errors
    ///
    /// [`ApiError::TooMany`] after five failures in a minute for this address and `source`.
    async fn sign_in(
        &self,
        email: &str,
        password: &str,
        source: &str,
    ) -> Result<SessionToken, ApiError>;

    async fn sign_out(&self, token: &SessionToken) -> Result<(), ApiError>;

    /// Who the one-time link is for; `NotFound` if it is unknown, used or too old.
    async fn welcome(&self, link_token: &str) -> Result<Welcome, ApiError>;

    /// Uses up a one-time link: sets name and password (12 characters or more) and signs in.
    /// `email` is taken only from the very first account.
    async fn accept(
        &self,
        link_token: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<SessionToken, ApiError>;

    async fn people(&self, caller: &Caller) -> Result<Vec<PersonView>, ApiError>;

    async fn invite(
        &self,
        caller: &Caller,
        name: &str,
        email: &str,
        role: Role,
    ) -> Result<OneTimeLink, ApiError>;

    /// Changes a role at once, also for open sessions. The last active admin can't be changed.
    async fn set_role(&self, caller: &Caller, person: PersonId, role: Role)
    -> Result<(), ApiError>;

    /// Disables (ending all sessions) or enables a person. The last active admin can't be disabled.
    async fn set_disabled(
        &self,
        caller: &Caller,
        person: PersonId,
        disabled: bool,
    ) -> Result<(), ApiError>;

    /// Ends all sessions of a person and makes a one-time link for a new password.
    async fn reset(&self, caller: &Caller, person: PersonId) -> Result<OneTimeLink, ApiError>;
}

/// What each request of a page carries.
#[derive(Clone)]
pub struct ServerContext {
    pub accounts: Arc<dyn AccountService>,
    /// `None` on the pages that anybody may see.
    pub caller: Option<Caller>,
    /// The moment at which the request came in.
    pub now: DateTime<Utc>,
}

impl ServerContext {
    /// The context of the request that is being answered.
    ///
    /// # Panics
    ///
    /// Outside a request: a fault in how the router was put together.
    #[must_use]
    pub fn current() -> Self {
        leptos::prelude::expect_context::<Self>()
    }

    /// The context and the caller, for what only signed-in people may do.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotSignedIn`].
    pub fn authenticated() -> Result<(Self, Caller), ApiError> {
        let context = Self::current();
        let caller = context.caller.clone().ok_or(ApiError::NotSignedIn)?;
        Ok((context, caller))
    }
}
