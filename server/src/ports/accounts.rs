//! What accounts need from storage.

use std::any::Any;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{access::Role, digest::Digest, id::PersonId};

use super::{IdempotencyKey, KeyStore, StoreError};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    /// Lower case; unique.
    pub email: String,
    pub role: Role,
    /// Argon2id in PHC format; `None` until a password was set.
    pub password: Option<String>,
    pub disabled: bool,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// A session or one-time link: stored under the SHA-256 of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub hash: Digest,
    pub person: PersonId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// The right to do something while nobody else does; given back when it is dropped.
pub type Alone = Box<dyn Any + Send>;

/// Accounts, sessions, one-time links, and keys.
#[async_trait]
pub trait AccountStore: KeyStore {
    /// Waits until no other process on this database changes accounts, and keeps them from it. Within a
    /// process callers take turns by themselves.
    async fn alone(&self) -> Result<Alone, StoreError> {
        Ok(Box::new(()))
    }

    /// Adds an account; `Duplicate` if the e-mail address is taken.
    async fn add_person(&self, person: &PersonRow) -> Result<(), StoreError>;

    /// Adds an account with its first one-time link. `KeyUsed` if the idempotency key is known, else
    /// `Duplicate` if the e-mail address is taken.
    async fn invite(
        &self,
        person: &PersonRow,
        link: &TokenRow,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError>;

    async fn person(&self, id: PersonId) -> Result<Option<PersonRow>, StoreError>;

    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError>;

    /// All accounts, by name.
    async fn people(&self) -> Result<Vec<PersonRow>, StoreError>;

    /// Writes name, e-mail address, role, password and `disabled`. `Conflict` if that would leave
    /// nobody with role admin, a password and the right to sign in although there was one before.
    async fn update_person(&self, person: &PersonRow) -> Result<(), StoreError>;

    async fn add_session(&self, session: &TokenRow) -> Result<(), StoreError>;

    async fn session(&self, hash: &Digest) -> Result<Option<TokenRow>, StoreError>;

    /// A session, and whose it is.
    async fn signed_in(&self, hash: &Digest) -> Result<Option<(TokenRow, PersonRow)>, StoreError> {
        let Some(session) = self.session(hash).await? else { return Ok(None) };
        Ok(self.person(session.person).await?.map(|person| (session, person)))
    }

    /// Notes that a session was used.
    async fn touch_session(&self, hash: &Digest, at: DateTime<Utc>) -> Result<(), StoreError>;

    async fn end_session(&self, hash: &Digest) -> Result<(), StoreError>;

    /// Ends every session and takes back every one-time link of a person.
    async fn end_all(&self, person: PersonId) -> Result<(), StoreError>;

    /// Takes away a person's password, sessions and earlier links, and adds a link for a new password.
    /// The last active admin keeps the password. `KeyUsed` if the idempotency key is known.
    async fn reset(
        &self,
        person: &PersonRow,
        link: &TokenRow,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError>;

    /// Adds a one-time link; earlier ones of the same person no longer work.
    async fn add_link(&self, link: &TokenRow) -> Result<(), StoreError>;

    async fn link(&self, hash: &Digest) -> Result<Option<TokenRow>, StoreError>;

    /// Uses up a link, sets the account's name, e-mail address and password, ends its other sessions
    /// and adds a session, all at once. `Conflict` if the link is gone.
    async fn accept_link(
        &self,
        hash: &Digest,
        person: &PersonRow,
        session: &TokenRow,
    ) -> Result<(), StoreError>;
}

/// Hears that somebody's rights changed, or that one of their sessions or keys is over.
pub trait AccessWatch: Send + Sync {
    fn access_changed(&self, person: PersonId);
}
