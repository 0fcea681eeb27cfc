//! Records of uploads and results.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::{AttachmentId, PersonId};

use super::{
    SqlStore,
    commit::keyed,
    engine::{Engine, Write},
    rows,
    sql::attachments as sql,
    value::{Fields, values},
};
use crate::ports::{AttachmentRow, AttachmentStore, IdempotencyKey, StoreError};

#[async_trait]
impl<E: Engine> AttachmentStore for SqlStore<E> {
    async fn add_attachment(
        &self,
        row: &AttachmentRow,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError> {
        let values = values![
            row.id,
            row.owner,
            row.session.as_str(),
            row.uploaded_by,
            row.digest,
            row.name.as_str(),
            row.media_type.as_str(),
            i64::try_from(row.size).unwrap_or(i64::MAX),
            row.made_by,
            row.created_at,
        ];
        let mut writes: Vec<Write> = keyed(key, row.created_at).into_iter().collect();
        writes.push(Write::new(sql::ADD, values));
        self.engine.write(writes).await.map(drop)
    }

    async fn attachment(&self, id: AttachmentId) -> Result<Option<AttachmentRow>, StoreError> {
        let row = self.engine.read_one(sql::GET, values![id]).await?;
        row.as_ref().map(rows::attachment).transpose()
    }

    async fn attachments(
        &self,
        owner: PersonId,
        session: &str,
    ) -> Result<Vec<AttachmentRow>, StoreError> {
        let found = self.engine.read(sql::OF_SESSION, values![owner, session]).await?;
        found.iter().map(rows::attachment).collect()
    }

    async fn uploaded_since(
        &self,
        owner: PersonId,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let row = self.engine.read_one(sql::UPLOADED_SINCE, values![owner, since]).await?;
        row.map_or(Ok(0), |row| Ok(row.int("total")?.unsigned_abs()))
    }
}
