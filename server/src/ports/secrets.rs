//! What this installation signs with.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;

/// Secrets that are made once and shared by all instances.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// The secret of this name: the one that is stored, or else `fresh`, which is kept from here on.
    async fn secret(
        &self,
        name: &str,
        fresh: &str,
        at: DateTime<Utc>,
    ) -> Result<String, StoreError>;
}
