//! A word to the other instances that there is something to look at. A notice may be lost: everybody
//! looks by themselves every few seconds.

use std::{sync::Arc, time::Duration};

use sqlx::{PgConnection, PgPool, Row, postgres::PgListener};
use tokio::{sync::Notify, time::sleep};

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

/// Wakes whoever waits whenever another instance sent a notice, or may have sent one; never returns.
pub(super) async fn listen(pool: PgPool, instance: i64, elsewhere: Arc<Notify>) {
    let own = format!("{instance} ");
    loop {
        match hear(&pool, &own, &elsewhere).await {
            sqlx::Error::PoolClosed => return,
            error => tracing::debug!(%error, "the connection for notices was lost"),
        }
        sleep(AFTER_TROUBLE).await;
    }
}

async fn hear(pool: &PgPool, own: &str, elsewhere: &Notify) -> sqlx::Error {
    let mut listener = match PgListener::connect_with(pool).await {
        Ok(listener) => listener,
        Err(error) => return error,
    };
    if let Err(error) = listener.listen(CHANNEL).await {
        return error;
    }
    // Whatever was sent while nobody listened.
    elsewhere.notify_one();
    loop {
        match listener.try_recv().await {
            Ok(Some(notice)) if notice.payload().starts_with(own) => {}
            Ok(_notice_or_reconnected) => elsewhere.notify_one(),
            Err(error) => return error,
        }
    }
}
