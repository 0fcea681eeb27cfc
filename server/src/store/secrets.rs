//! Secrets of this installation.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    SqlStore,
    engine::{Engine, Write},
    sql::secrets as sql,
    value::{Fields, unreadable, values},
};
use crate::ports::{SecretStore, StoreError};

#[async_trait]
impl<E: Engine> SecretStore for SqlStore<E> {
    async fn secret(
        &self,
        name: &str,
        fresh: &str,
        at: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        if let Some(row) = self.engine.read_one(sql::SECRET, values![name]).await? {
            return row.text("secret");
        }
        self.engine.write(vec![Write::new(sql::ADD_SECRET, values![name, fresh, at])]).await?;
        let row = self.engine.read_one(sql::SECRET, values![name]).await?;
        row.ok_or_else(|| unreadable("hitl_secrets.name"))?.text("secret")
    }
}
