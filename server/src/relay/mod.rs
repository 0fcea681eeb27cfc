//! Redis, where there is one: it carries words between instances, and keeps copies for whoever only looks. It may be
//! absent, slow, empty or lie, and nothing is wrong, only later: what it says is never believed, but looked up.

mod copies;
mod link;
mod seal;
mod words;

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    config::RedisUrl,
    ports::{Ids, Pictures, Store, StoreError},
};
use copies::Copies;
use link::Link;
use seal::Seal;

/// How long the doctor waits for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The name of the secret that seals copies.
const SECRET: &str = "copies";

/// The way to Redis and what goes over it, until it is dropped.
pub struct Relay {
    pub pictures: Arc<dyn Pictures>,
    _stop: DropGuard,
}

impl Relay {
    /// Begins to carry words, and puts copies in front of `pictures`. Redis doesn't have to be there.
    ///
    /// # Errors
    ///
    /// Storage's, when it can't keep the secret.
    pub async fn start(
        url: &RedisUrl,
        store: &Arc<dyn Store>,
        pictures: Arc<dyn Pictures>,
        ids: &dyn Ids,
    ) -> Result<Self, StoreError> {
        let client = client(url).map_err(StoreError::Unavailable)?;
        let fresh = domain::digest::Digest::of(&ids.secret()).to_string();
        let seal = Seal::new(&store.shared_secret(SECRET, &fresh).await?);
        let stop = CancellationToken::new();
        let link = Arc::new(Link::default());
        let name = ids.uuid().to_string();
        let run = |task| tokio::spawn(stop.clone().run_until_cancelled_owned(task));
        run(link::keep(client.clone(), link.clone(), url.place()).boxed());
        run(words::say(link.clone(), store.clone(), name.clone()).boxed());
        run(words::listen(client, store.clone(), name).boxed());
        let pictures = Arc::new(Copies { pictures, store: store.clone(), link, seal });
        Ok(Self { pictures, _stop: stop.drop_guard() })
    }
}

/// Whether Redis answers.
///
/// # Errors
///
/// Why it doesn't, without the URL.
pub async fn ping(url: &RedisUrl) -> Result<(), String> {
    let client = client(url)?;
    match tokio::time::timeout(PATIENCE, link::connect(&client)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

fn client(url: &RedisUrl) -> Result<redis::Client, String> {
    let client = redis::Client::open(url.as_str());
    client.map_err(|error| format!("the URL of Redis can't be used: {}", error.category()))
}
