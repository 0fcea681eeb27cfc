//! Redis, where the settings name one.

use super::Finding;
use crate::{config::Config, relay};

const ABOUT: &str = "Redis";

pub(super) async fn look(config: &Config) -> Option<Finding> {
    let url = config.redis.as_ref()?;
    let place = url.place();
    Some(match relay::ping(url).await {
        Ok(()) => Finding::ok(ABOUT, format!("{place} answers")),
        Err(why) => {
            let says = format!(
                "{place}: {why}; start it or correct `redis_url`, everything goes on without it"
            );
            Finding::warn(ABOUT, says)
        }
    })
}
