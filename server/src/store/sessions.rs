//! Threads and histories of sessions.

use app::api::page::{MAX_LIMIT, Page, PageRequest};
use async_trait::async_trait;
use domain::id::PersonId;

use super::{
    SqlStore,
    commit::{add_message, keyed},
    cursor::Place,
    engine::{Engine, Write},
    rows,
    runs::cut,
    sql::sessions as sql,
    value::values,
};
use crate::ports::{DecisionRow, IdempotencyKey, MessageRow, SessionStore, StoreError};

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl<E: Engine> SessionStore for SqlStore<E> {
    async fn add_message(&self, message: &MessageRow, key: Option<&IdempotencyKey>) -> Answer<()> {
        let mut writes: Vec<Write> = keyed(key, message.created_at).into_iter().collect();
        writes.extend(add_message(message)?);
        self.engine.write(writes).await.map(drop)
    }

    async fn messages(
        &self,
        session: &str,
        owner: Option<PersonId>,
        page: PageRequest,
    ) -> Answer<Page<MessageRow>> {
        let (found, total) =
            self.of_session(sql::MESSAGES, sql::COUNT_MESSAGES, session, owner, &page).await?;
        let mut items = found.iter().map(rows::message).collect::<Answer<Vec<_>>>()?;
        let next = cut(&mut items, limit(&page))
            .map(|last| Place { at: last.created_at, id: last.id }.to_cursor());
        Ok(Page { items, total, next })
    }

    async fn decisions(
        &self,
        session: &str,
        owner: Option<PersonId>,
        page: PageRequest,
    ) -> Answer<Page<DecisionRow>> {
        let (found, total) =
            self.of_session(sql::DECISIONS, sql::COUNT_DECISIONS, session, owner, &page).await?;
        let mut items = found.iter().map(rows::decision).collect::<Answer<Vec<_>>>()?;
        let next = cut(&mut items, limit(&page))
            .map(|last| Place { at: last.record.at, id: last.record.ticket.as_uuid() }.to_cursor());
        Ok(Page { items, total, next })
    }
}

impl<E: Engine> SqlStore<E> {
    async fn of_session(
        &self,
        list: &'static str,
        count: &'static str,
        session: &str,
        owner: Option<PersonId>,
        page: &PageRequest,
    ) -> Answer<(Vec<E::Row>, u64)> {
        let after = match page.cursor.as_deref() {
            None => Place::earliest(),
            cursor => Place::after(cursor)?,
        };
        let values = values![after.at, after.id, limit(page) + 1, session, owner];
        let found = self.engine.read(list, values).await?;
        let total = self.total(count, values![session, owner]).await?;
        Ok((found, total))
    }
}

fn limit(page: &PageRequest) -> u32 {
    page.limit.clamp(1, MAX_LIMIT)
}
