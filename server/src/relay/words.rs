//! Words between instances: "there is something to look at".

use std::{sync::Arc, time::Duration};

use futures::{FutureExt as _, StreamExt as _};
use redis::{Client, Msg, RedisError};
use tokio::time::{sleep, timeout};

use super::link::Link;
use crate::ports::Store;

const CHANNEL: &str = "countersign:feed";
/// What is said meanwhile is one word.
const PAUSE: Duration = Duration::from_millis(20);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
const CONNECT: Duration = Duration::from_secs(2);
/// A connection on which nothing came for so long may be dead without a sign of it.
const QUIET: Duration = Duration::from_secs(30);

/// Says how far this instance has numbered the feed; never returns while storage is in use.
pub(super) async fn say(link: Arc<Link>, store: Arc<dyn Store>, name: String) {
    let mut here = store.numbered_here();
    while here.changed().await.is_ok() {
        let number = *here.borrow_and_update();
        let mut publish = redis::cmd("PUBLISH");
        // Lost if Redis is in trouble: whoever follows looks by itself.
        let _heard_by: Option<i64> =
            link.ask(publish.arg(CHANNEL).arg(format!("{name} {number}"))).await;
        sleep(PAUSE).await;
    }
}

/// Lets storage look whenever another instance says something, or may have; never returns.
pub(super) async fn listen(client: Client, store: Arc<dyn Store>, name: String) {
    loop {
        if let Err(error) = hear(&client, &store, &name).await {
            tracing::debug!(%error, "the connection for words was lost");
        }
        sleep(AFTER_TROUBLE).await;
    }
}

async fn hear(client: &Client, store: &Arc<dyn Store>, name: &str) -> Result<(), RedisError> {
    let subscribe = async {
        let mut connection = client.get_async_pubsub().await?;
        connection.subscribe(CHANNEL).await?;
        Ok::<_, RedisError>(connection)
    };
    let too_slow = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    let mut words = timeout(CONNECT, subscribe).await.map_err(too_slow)??.into_on_message();
    loop {
        // First for whatever was said while nobody listened. The number that was said is not believed.
        if let Err(error) = store.look_elsewhere().await {
            tracing::debug!(%error, "a word could not be followed");
        }
        sleep(PAUSE).await;
        let mut from_elsewhere = false;
        while !from_elsewhere {
            let Ok(Some(word)) = timeout(QUIET, words.next()).await else { return Ok(()) };
            from_elsewhere = is_from_elsewhere(&word, name);
        }
        while let Some(Some(_)) = words.next().now_or_never() {}
    }
}

fn is_from_elsewhere(word: &Msg, name: &str) -> bool {
    word.get_payload::<String>().is_ok_and(|word| !word.starts_with(name))
}
