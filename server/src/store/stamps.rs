//! What copies elsewhere are held against, and how far the feed goes.

use async_trait::async_trait;
use domain::id::{RunId, TicketId};
use tokio::sync::watch;

use super::{
    SqlStore,
    engine::{Engine, Write},
    sql,
    value::{Fields, Value, values},
};
use crate::ports::{Fanout, Feed as _, Stamp, Stamps, StoreError, Wired};

#[async_trait]
impl<E: Engine> Stamps for SqlStore<E> {
    async fn stamp(&self, run: RunId) -> Result<Option<Stamp>, StoreError> {
        self.stamp_by(sql::stamps::OF_RUN, values![run]).await
    }

    async fn ticket_stamp(&self, ticket: TicketId) -> Result<Option<Stamp>, StoreError> {
        self.stamp_by(sql::stamps::OF_TICKET, values![ticket]).await
    }

    async fn shared_secret(&self, name: &str, fresh: &str) -> Result<String, StoreError> {
        let keep = Write::new(sql::stamps::KEEP_SECRET, values![name, fresh]);
        let rows = self.engine.write(vec![keep]).await?;
        let kept = rows.iter().flatten().next().map(|row| row.text("secret"));
        kept.unwrap_or_else(|| Err(StoreError::Broken("a secret was not kept".to_owned())))
    }
}

impl<E: Engine> SqlStore<E> {
    async fn stamp_by(
        &self,
        sql: &'static str,
        of: Vec<Value>,
    ) -> Result<Option<Stamp>, StoreError> {
        let row = self.engine.read_one(sql, of).await?;
        row.map(|row| {
            Ok(Stamp { version: row.int("version")?, updated_at: row.time("updated_at")? })
        })
        .transpose()
    }
}

impl<E: Engine> Fanout for SqlStore<E> {
    fn head(&self) -> watch::Receiver<i64> {
        self.engine.head().all.head()
    }
}

#[async_trait]
impl<E: Engine> Wired for SqlStore<E> {
    fn numbered_here(&self) -> watch::Receiver<i64> {
        self.engine.head().here.head()
    }

    async fn look_elsewhere(&self) -> Result<(), StoreError> {
        self.engine.head().heard(self.feed_end().await?);
        Ok(())
    }
}
