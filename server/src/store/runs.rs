//! Runs, tickets, decisions, history and the outbox.

use std::time::Duration;

use app::api::page::{MAX_LIMIT, Page, PageRequest};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    id::{PersonId, RunId, TicketId},
    state::Status,
};
use uuid::Uuid;

use super::{
    SqlStore, commit,
    cursor::Place,
    engine::{Engine, Write},
    rows, sql,
    ticket_columns::is_queue_key,
    value::{Fields, Value, values},
};
use crate::ports::{
    Change, ClaimedEffect, Committed, Feed, FeedEntry, FeedItem, IdempotencyKey, RunFilter, RunRow,
    RunStore, StoreError, StoredRun, StoredTicket, TicketFilter, TicketRow, UsedKey,
};

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl<E: Engine> RunStore for SqlStore<E> {
    async fn commit(&self, change: &Change) -> Answer<Committed> {
        let commit::Plan { writes, in_turn, version_from, claimed } =
            commit::plan(change, &self.engine)?;
        let numbers = match in_turn {
            true => self.engine.in_turn(writes).await?,
            false => self.engine.change(writes).await?,
        };
        let number = |index: usize| numbers.get(index).copied().flatten();
        let version = number(version_from).ok_or(StoreError::Conflict)?;
        let claimed = claimed.into_iter().filter_map(|(index, effect)| {
            let (id, lease) = (number(index)?, change.lease?.id);
            Some(ClaimedEffect { id, run: change.outcome.run.id, effect, lease, claims: 1 })
        });
        Ok(Committed { version, claimed: claimed.collect() })
    }

    async fn load(&self, run: RunId) -> Answer<Option<StoredRun>> {
        let row = self.engine.read_one(sql::runs::LOAD_RUN, values![run]).await?;
        row.as_ref().map(rows::stored_run).transpose()
    }

    async fn ticket(&self, ticket: TicketId) -> Answer<Option<StoredTicket>> {
        let row = self.engine.read_one(sql::tickets::TICKET, values![ticket]).await?;
        row.as_ref().map(rows::stored_ticket).transpose()
    }

    async fn tickets_of(&self, run: RunId) -> Answer<Vec<StoredTicket>> {
        let found = self.engine.read(sql::tickets::TICKETS_OF, values![run]).await?;
        found.iter().map(rows::stored_ticket).collect()
    }

    async fn runs(&self, filter: &RunFilter, page: PageRequest) -> Answer<Page<RunRow>> {
        let after = Place::after(page.cursor.as_deref())?;
        let limit = page.limit.clamp(1, MAX_LIMIT);
        let mut total = 0;
        let mut items = Vec::new();
        for list in run_lists(filter) {
            let mut values = values![after.at, after.id, limit + 1];
            values.extend(list.values.clone());
            for row in self.engine.read(list.page, values).await? {
                items.push(rows::run_row(&row)?);
            }
            total += self.total(list.count, list.values).await?;
        }
        items.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.run)));
        let next = cut(&mut items, limit)
            .map(|last| Place { at: last.created_at, id: last.run.as_uuid() }.to_cursor());
        Ok(Page { items, total, next })
    }

    async fn open_tickets(
        &self,
        filter: &TicketFilter,
        page: PageRequest,
    ) -> Answer<Page<TicketRow>> {
        let after = page.cursor.unwrap_or_default();
        if !after.is_empty() && !is_queue_key(&after) {
            return Err(StoreError::BadCursor);
        }
        let limit = page.limit.clamp(1, MAX_LIMIT);
        let (list, count, of) = open_list(filter);
        let mut values = values![after, limit + 1];
        values.extend(of.clone());
        let found = self.engine.read(list, values).await?;
        let mut items = found
            .iter()
            .map(|row| Ok((row.text("queue_key")?, rows::ticket_row(row)?)))
            .collect::<Answer<Vec<_>>>()?;
        let next = cut(&mut items, limit).map(|(key, _)| key.clone());
        let total = self.total(count, of).await?;
        Ok(Page { items: items.into_iter().map(|(_, row)| row).collect(), total, next })
    }

    async fn next_queued(&self, owner: PersonId, session: &str) -> Answer<Option<RunId>> {
        let row = self.engine.read_one(sql::runs::NEXT_QUEUED, values![owner, session]).await?;
        row.map(|row| Ok(RunId::from_uuid(row.id("run_id")?))).transpose()
    }

    async fn due(&self, now: DateTime<Utc>, limit: u32) -> Answer<Vec<RunId>> {
        let found = self.engine.read(sql::runs::DUE, values![now, limit]).await?;
        found.iter().map(|row| Ok(RunId::from_uuid(row.id("run_id")?))).collect()
    }

    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: Uuid,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Answer<Vec<ClaimedEffect>> {
        let claim = Write::new(E::CLAIM, values![now, lease, until, limit]);
        let found = self.engine.write(vec![claim]).await?;
        let mut effects = found
            .iter()
            .flatten()
            .map(|row| rows::claimed(row, lease))
            .collect::<Answer<Vec<_>>>()?;
        effects.sort_by_key(|effect| effect.id);
        Ok(effects)
    }

    async fn renew(&self, effect: &ClaimedEffect, until: DateTime<Utc>) -> Answer<bool> {
        let renew = Write::new(sql::outbox::RENEW, values![effect.id, effect.lease, until]);
        let rows = self.engine.write(vec![renew]).await?;
        Ok(rows.iter().flatten().next().is_some())
    }

    async fn put_off(
        &self,
        effect: &ClaimedEffect,
        until: DateTime<Utc>,
        claims: u32,
    ) -> Answer<()> {
        self.run(sql::outbox::PUT_OFF, values![effect.id, effect.lease, until, claims]).await
    }

    async fn finish(&self, effect: &ClaimedEffect) -> Answer<()> {
        self.engine.write(vec![commit::finish(effect)]).await.map(drop)
    }

    async fn finish_unless_queued(
        &self,
        effect: &ClaimedEffect,
        owner: PersonId,
        session: &str,
    ) -> Answer<bool> {
        let values = values![effect.id, effect.lease, owner, session];
        let finish = Write::new(sql::outbox::FINISH_UNLESS_QUEUED, values);
        let rows = self.engine.write(vec![finish]).await?;
        Ok(rows.iter().flatten().next().is_some())
    }

    async fn next_wake(&self) -> Answer<Option<DateTime<Utc>>> {
        let ready = self.engine.read_one(sql::outbox::NEXT_READY, Vec::new()).await?;
        let ready = ready.map(|row| row.opt_time("ready_at")).transpose()?.flatten();
        let wakes = self.engine.read_one(sql::runs::NEXT_WAKE, Vec::new()).await?;
        let wakes = wakes.map(|row| row.opt_time("wakes_at")).transpose()?.flatten();
        Ok(ready.into_iter().chain(wakes).min())
    }

    async fn history(&self, run: RunId) -> Answer<Vec<FeedEntry>> {
        let found = self.engine.read(sql::feed::HISTORY, values![run]).await?;
        found.iter().map(rows::feed_entry).collect()
    }

    async fn used_key(&self, scope: &str, key: &str) -> Answer<Option<UsedKey>> {
        let row = self.engine.read_one(sql::runs::USED_KEY, values![scope, key]).await?;
        row.as_ref().map(rows::used_key).transpose()
    }

    async fn save_draft(
        &self,
        ticket: TicketId,
        person: PersonId,
        text: &str,
        at: DateTime<Utc>,
    ) -> Answer<()> {
        if text.is_empty() {
            return self.run(sql::tickets::DROP_DRAFT, values![ticket, person]).await;
        }
        self.run(sql::tickets::SAVE_DRAFT, values![ticket, person, text, at]).await
    }

    async fn draft(&self, ticket: TicketId, person: PersonId) -> Answer<Option<String>> {
        let row = self.engine.read_one(sql::tickets::DRAFT, values![ticket, person]).await?;
        row.map(|row| row.text("text")).transpose()
    }

    async fn seen(
        &self,
        ticket: TicketId,
        person: PersonId,
        at: DateTime<Utc>,
        dwell: Duration,
        key: Option<&IdempotencyKey>,
    ) -> Answer<()> {
        let dwell = i64::try_from(dwell.as_millis()).unwrap_or(i64::MAX);
        let mut writes: Vec<Write> = commit::keyed(key, at).into_iter().collect();
        writes.push(Write::new(sql::tickets::SEEN, values![ticket, person, at, dwell]));
        self.engine.write(writes).await.map(drop)
    }

    async fn ready(&self) -> Answer<()> {
        self.engine.read(E::READY, Vec::new()).await.map(drop)
    }

    async fn written_elsewhere(&self) {
        self.engine.head().written_elsewhere().await;
    }
}

#[async_trait]
impl<E: Engine> Feed for SqlStore<E> {
    async fn feed(&self, after: i64, limit: u32) -> Answer<Vec<FeedItem>> {
        let found = self.engine.read(sql::feed::FEED, values![after, limit]).await?;
        found.iter().map(rows::feed_item).collect()
    }

    async fn feed_end(&self) -> Answer<i64> {
        let row = self.engine.read_one(E::FEED_HEAD, Vec::new()).await?;
        row.map_or(Ok(0), |row| row.int("number"))
    }
}

impl<E: Engine> SqlStore<E> {
    /// What a statement counts as `total`.
    pub(super) async fn total(&self, count: &'static str, values: Vec<Value>) -> Answer<u64> {
        let row = self.engine.read_one(count, values).await?;
        row.map_or(Ok(0), |row| Ok(row.int("total")?.unsigned_abs()))
    }

    /// Runs one statement, whatever it finds.
    pub(super) async fn run(&self, sql: &'static str, values: Vec<Value>) -> Answer<()> {
        self.engine.write(vec![Write::new(sql, values)]).await.map(drop)
    }
}

/// A list whose rows one index gives in the right order.
struct RunList {
    page: &'static str,
    count: &'static str,
    values: Vec<Value>,
}

/// The lists that a filter's runs are merged from: one a status, so that no list has to be sorted.
fn run_lists(filter: &RunFilter) -> Vec<RunList> {
    let mut statuses = filter.statuses.clone();
    statuses.sort_unstable();
    statuses.dedup();
    let RunFilter { session, owner, user, agent, .. } = filter;
    if owner.is_some() || user.is_some() || agent.is_some() {
        let statuses = if statuses.is_empty() { Status::ALL } else { &statuses };
        let of = |status: &Status| RunList {
            page: sql::runs::RUNS_OF_MORE,
            count: sql::runs::COUNT_OF_MORE,
            values: values![status.name(), session.clone(), *owner, user.clone(), agent.clone()],
        };
        return statuses.iter().map(of).collect();
    }
    if let Some(session) = filter.session.as_deref() {
        let statuses = if statuses.is_empty() { Status::ALL } else { &statuses };
        let of = |status: &Status| RunList {
            page: sql::runs::RUNS_OF_SESSION_AND_STATUS,
            count: sql::runs::COUNT_OF_SESSION_AND_STATUS,
            values: values![status.name(), session],
        };
        return statuses.iter().map(of).collect();
    }
    if statuses.is_empty() {
        let (page, count) = (sql::runs::RUNS, sql::runs::COUNT_RUNS);
        return vec![RunList { page, count, values: Vec::new() }];
    }
    let of = |status: &Status| RunList {
        page: sql::runs::RUNS_OF_STATUS,
        count: sql::runs::COUNT_OF_STATUS,
        values: values![status.name()],
    };
    statuses.iter().map(of).collect()
}

/// The list of open tickets, its count, and what both filter by.
fn open_list(filter: &TicketFilter) -> (&'static str, &'static str, Vec<Value>) {
    if *filter == TicketFilter::default() {
        return (sql::tickets::OPEN_TICKETS, sql::tickets::COUNT_OPEN, Vec::new());
    }
    let TicketFilter { session, user, agent, checkpoint, owner } = filter.clone();
    let checkpoint = checkpoint.map(|checkpoint| checkpoint.name());
    let values = values![session, user, agent, checkpoint, owner];
    (sql::tickets::OPEN_TICKETS_OF, sql::tickets::COUNT_OPEN_OF, values)
}

/// Cuts a list to a page; gives the page's last item if there are more.
pub(super) fn cut<T>(items: &mut Vec<T>, limit: u32) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| more)
}
