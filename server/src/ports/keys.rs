//! What keys need from storage.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    digest::Digest,
    id::{KeyId, PersonId},
};

use super::{IdempotencyKey, StoreError, UsedKey};

/// A key: stored under the SHA-256 of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub id: KeyId,
    pub hash: Digest,
    /// How the secret begins, so that people know it again.
    pub hint: String,
    /// An agent's key has its agent's name.
    pub name: String,
    pub holder: KeyHolder,
    pub read_only: bool,
    pub made_by: PersonId,
    pub created_at: DateTime<Utc>,
    /// `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// In whose name a key acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHolder {
    Person(PersonId),
    Agent(PersonId),
}

/// An agent's account. Its keys come and go; what it started stays its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    pub id: PersonId,
    /// Unique.
    pub name: String,
    pub created_at: DateTime<Utc>,
}

/// Keys and the agents that have them.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// The agent of this name: the one that is stored, or else `agent`, which is added.
    async fn agent(&self, agent: &AgentRow) -> Result<AgentRow, StoreError>;

    /// Adds a key; `KeyUsed` if the idempotency key `once` is known.
    async fn add_key(&self, key: &KeyRow, once: Option<&IdempotencyKey>) -> Result<(), StoreError>;

    /// What an idempotency key was used for; `None` if it is a fresh one.
    async fn used_for(&self, once: &IdempotencyKey) -> Result<Option<UsedKey>, StoreError>;

    async fn key(&self, hash: &Digest) -> Result<Option<KeyRow>, StoreError>;

    /// Keys, a person's own or everybody's: the newest first, and revoked ones after the others.
    async fn keys(&self, of: Option<PersonId>, limit: u32) -> Result<Vec<KeyRow>, StoreError>;

    /// Notes that a key was used.
    async fn touch_key(&self, key: KeyId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends a key for good, anybody's or only that of a person; one that is revoked already stays as it
    /// is. `Conflict` if there is no such key.
    async fn revoke_key(
        &self,
        key: KeyId,
        of: Option<PersonId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;
}
