//! A word to the other instances that there is something to look at. A notice may be lost: everybody
//! looks by themselves every few seconds.

use std::{convert::Infallible, sync::Arc, time::Duration};

use sqlx::{PgConnection, PgPool, Row, postgres::PgListener};
use tokio::time::sleep;

use super::feed;
use crate::store::head::FeedHead;

const CHANNEL: &str = "countersign_feed";
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// A number that no other process on this database has.
pub(super) async fn instance(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let row = sqlx::query("SELECT nextval('hitl_instances') AS instance").fetch_one(connection);
    row.await?.try_get("instance")
}

/// Says when the transaction is committed that the feed goes up to `number`.
pub(super) async fn send(
    connection: &mut PgConnection,
    instance: i64,
    number: i64,
) -> Result<(), sqlx::Error> {
    let notify = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL);
    notify.bind(format!("{instance} {number}")).execute(connection).await.map(drop)
}

/// Tells the head what other instances say; never returns.
pub(super) async fn listen(pool: PgPool, instance: i64, head: Arc<FeedHead>) {
    loop {
        match hear(&pool, instance, &head).await {
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::debug!(%error, "the connection for notices was lost"),
        }
        sleep(AFTER_TROUBLE).await;
    }
}

async fn hear(pool: &PgPool, instance: i64, head: &FeedHead) -> Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    look(pool, head).await?;
    loop {
        let notice = listener.try_recv().await?;
        match notice.and_then(|notice| parse(notice.payload())) {
            Some((of, _)) if of == instance => {}
            Some((_, number)) => head.heard(number),
            // The connection was lost and is there again.
            None => look(pool, head).await?,
        }
    }
}

/// Asks the database, for whatever was sent while nobody listened.
async fn look(pool: &PgPool, head: &FeedHead) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    head.heard(feed::head(&mut connection).await?);
    Ok(())
}

/// Whose notice it is, and how far the feed goes.
fn parse(payload: &str) -> Option<(i64, i64)> {
    let (instance, number) = payload.split_once(' ')?;
    Some((instance.parse().ok()?, number.parse().ok()?))
}
