//! Threads and histories of sessions.

use app::api::page::{MAX_LIMIT, Page, PageRequest};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::PersonId;

use super::{
    SqlStore,
    commit::{keyed, said},
    cursor::Place,
    engine::{Engine, Write},
    rows,
    runs::cut,
    sql::{sessions as sql, tickets::TICKETS_OF_THREAD},
    value::values,
};
use crate::ports::{
    DecisionRow, IdempotencyKey, MessageRow, SessionStore, StoreError, StoredTicket, ThreadRow,
};

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl<E: Engine> SessionStore for SqlStore<E> {
    async fn add_message(&self, message: &MessageRow, key: Option<&IdempotencyKey>) -> Answer<()> {
        let mut writes: Vec<Write> = keyed(key, message.created_at).into_iter().collect();
        writes.extend(said(std::slice::from_ref(message))?);
        self.engine.write(writes).await.map(drop)
    }

    async fn threads(
        &self,
        owner: Option<PersonId>,
        search: Option<&str>,
        page: PageRequest,
    ) -> Answer<Page<ThreadRow>> {
        let after = Place::after(page.cursor.as_deref())?;
        let (list, count) = match search {
            None => (sql::THREADS, sql::COUNT_THREADS),
            Some(_) => (sql::THREADS_WITH, sql::COUNT_THREADS_WITH),
        };
        let search = search.map(|text| values![pattern(text)]).unwrap_or_default();
        let mut asked = values![after.at, after.id, limit(&page) + 1, owner];
        asked.extend(search.clone());
        let found = self.engine.read(list, asked).await?;
        let mut items = found.iter().map(rows::thread).collect::<Answer<Vec<_>>>()?;
        let next = cut(&mut items, limit(&page))
            .map(|last| Place { at: last.last_at, id: last.id }.to_cursor());
        let mut counted = values![owner];
        counted.extend(search);
        let total = self.total(count, counted).await?;
        Ok(Page { items, total, next })
    }

    async fn thread(&self, owner: PersonId, session: &str) -> Answer<Option<ThreadRow>> {
        let row = self.engine.read_one(sql::THREAD, values![owner, session]).await?;
        row.as_ref().map(rows::thread).transpose()
    }

    async fn messages_before(
        &self,
        owner: PersonId,
        session: &str,
        page: PageRequest,
    ) -> Answer<Page<MessageRow>> {
        let before = Place::after(page.cursor.as_deref())?;
        let values = values![before.at, before.id, limit(&page) + 1, session, owner];
        let found = self.engine.read(sql::MESSAGES_BEFORE, values).await?;
        let mut items = found.iter().map(rows::message).collect::<Answer<Vec<_>>>()?;
        let next = cut(&mut items, limit(&page))
            .map(|last| Place { at: last.created_at, id: last.id }.to_cursor());
        let total = self.total(sql::COUNT_MESSAGES, values![session, owner]).await?;
        Ok(Page { items, total, next })
    }

    async fn tickets_of_thread(
        &self,
        owner: PersonId,
        session: &str,
        since: DateTime<Utc>,
    ) -> Answer<Vec<StoredTicket>> {
        let found = self.engine.read(TICKETS_OF_THREAD, values![owner, session, since]).await?;
        found.iter().map(rows::stored_ticket).collect()
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

/// What a text must match that has `part` in it, whatever characters that holds.
fn pattern(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn limit(page: &PageRequest) -> u32 {
    page.limit.clamp(1, MAX_LIMIT)
}
