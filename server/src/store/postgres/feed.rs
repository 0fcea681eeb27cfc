//! Gives committed events their place in the feed.
//!
//! Each instance does so for all events it finds, one instance at a time, and no deciding transaction
//! waits for it. The order is consistent with each run's own: an event's predecessor in its run was
//! committed before the event was written, so whoever sees the one sees the other.

use std::{sync::Arc, time::Duration};

use sqlx::{Connection, PgConnection, PgPool, Row};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::notices;
use crate::store::head::FeedHead;

/// The longest wait before looking again, for what a process left that died after its commit.
const LOOK: Duration = Duration::from_secs(5);
/// What is committed meanwhile shares the next batch.
const PAUSE: Duration = Duration::from_millis(20);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

const WAITING: &str = "SELECT event_id FROM hitl_step_events WHERE number IS NULL LIMIT 1";

pub(super) const HEAD: &str = "SELECT number FROM hitl_feed_head";

/// In a statement of its own: the next one then sees everything that was committed before it.
const TAKE_TURN: &str = "SELECT number FROM hitl_feed_head FOR UPDATE";

/// Gives no row if nothing waits.
const NUMBER: &str = "
    WITH waiting AS (
        SELECT event_id FROM hitl_step_events
        WHERE number IS NULL ORDER BY event_id LIMIT 1000),
    placed AS (
        SELECT event_id, row_number() OVER (ORDER BY event_id) AS place FROM waiting),
    numbered AS (
        UPDATE hitl_step_events AS event SET number = head.number + placed.place
        FROM placed, hitl_feed_head AS head WHERE event.event_id = placed.event_id
        RETURNING event.number)
    UPDATE hitl_feed_head SET number = last.number
    FROM (SELECT MAX(number) AS number FROM numbered) AS last WHERE last.number IS NOT NULL
    RETURNING hitl_feed_head.number";

/// Numbers events whenever some were committed; never returns.
pub(super) async fn number_events(
    pool: PgPool,
    instance: i64,
    committed: Arc<Notify>,
    head: Arc<FeedHead>,
) {
    loop {
        let pause = match number_all(&pool, instance, &head).await {
            Ok(()) => PAUSE,
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => {
                tracing::warn!(%error, "events wait for their place in the feed; trying again");
                AFTER_TROUBLE
            }
        };
        sleep(pause).await;
        if pause == PAUSE {
            let _woken_or_time_to_look = timeout(LOOK, committed.notified()).await;
        }
    }
}

/// How far the feed goes.
pub(super) async fn head(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query(HEAD).fetch_one(connection).await?.try_get("number")
}

async fn number_all(pool: &PgPool, instance: i64, head: &FeedHead) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let numbered = number_on(&mut connection, instance, head).await;
    if numbered.is_err() {
        // Its server may only read by now: the next try is made on another one.
        connection.close_on_drop();
    }
    numbered
}

async fn number_on(
    connection: &mut PgConnection,
    instance: i64,
    head: &FeedHead,
) -> Result<(), sqlx::Error> {
    while sqlx::query(WAITING).fetch_optional(&mut *connection).await?.is_some() {
        let mut turn = connection.begin().await?;
        sqlx::query(TAKE_TURN).execute(&mut *turn).await?;
        let row = sqlx::query(NUMBER).fetch_optional(&mut *turn).await?;
        let number = row.map(|row| row.try_get("number")).transpose()?;
        if let Some(number) = number {
            // Sent by the server after the commit. Only whoever has the turn sends one, so that
            // commits don't wait for each other's notices.
            notices::send(&mut turn, instance, number).await?;
        }
        turn.commit().await?;
        number.inspect(|number| head.numbered(*number));
    }
    Ok(())
}
