//! Copies of what is read often.
//!
//! Why a copy is never an old one: each read asks the database first for the stamp that the run has at that moment, and
//! takes a copy only if it carries this very stamp. A stamp belongs to one state for good, because whatever changes a
//! run, its tickets or its history counts its version up in the same transaction. A copy is made only if the stamp
//! was the same before and after what it holds was read. So a copy that is late, or put back by somebody, is passed over.
//! Why it is never a false one: it is sealed with a secret that only the database has, together with its key.
//! Why it decides nothing: decisions and all other changes read storage itself, and there is no way from here to there.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    id::{RunId, TicketId},
    run::Run,
    state::Status,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{link::Link, seal::Seal};
use crate::ports::{Picture, Pictures, Stamp, Store, StoreError, TicketPicture};

/// In seconds.
const KEPT: u32 = 3600;
/// In bytes: what is larger takes Redis longer than the database.
const LARGEST: usize = 256 * 1024;

/// Takes a key away, unless it says something else by now.
const DELETE_IF: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end";

pub(super) struct Copies {
    /// Where copies are made from.
    pub pictures: Arc<dyn Pictures>,
    pub store: Arc<dyn Store>,
    pub link: Arc<Link>,
    pub seal: Seal,
}

#[async_trait]
impl Pictures for Copies {
    async fn picture(&self, run: RunId) -> Result<Option<Picture>, StoreError> {
        if !self.link.is_up() {
            return self.pictures.picture(run).await;
        }
        let Some(stamp) = self.store.stamp(run).await? else { return Ok(None) };
        let key = format!("hitl:state:{run}");
        if let Some(copy) = self.copy(&key, stamp).await {
            return Ok(Some(copy));
        }
        let picture = self.pictures.picture(run).await?;
        if self.store.stamp(run).await? == Some(stamp) {
            self.keep(key, stamp, picture.as_ref());
            if let Some(picture) = &picture {
                self.point_to(&picture.run);
            }
        }
        Ok(picture)
    }

    async fn ticket_picture(&self, ticket: TicketId) -> Result<Option<TicketPicture>, StoreError> {
        if !self.link.is_up() {
            return self.pictures.ticket_picture(ticket).await;
        }
        let Some(stamp) = self.store.ticket_stamp(ticket).await? else { return Ok(None) };
        let key = format!("hitl:approval:{ticket}");
        if let Some(copy) = self.copy(&key, stamp).await {
            return Ok(Some(copy));
        }
        let picture = self.pictures.ticket_picture(ticket).await?;
        if self.store.ticket_stamp(ticket).await? == Some(stamp) {
            self.keep(key, stamp, picture.as_ref());
        }
        Ok(picture)
    }
}

impl Copies {
    async fn copy<T: DeserializeOwned>(&self, key: &str, stamp: Stamp) -> Option<T> {
        let copy: Option<Vec<u8>> = self.link.ask(redis::cmd("GET").arg(key)).await?;
        self.seal.open(key, stamp, &copy?)
    }

    /// Nobody waits for it.
    fn keep<T: Serialize>(&self, key: String, stamp: Stamp, of: Option<&T>) {
        let copy = of.and_then(|of| self.seal.close(&key, stamp, of));
        let Some(copy) = copy.filter(|copy| copy.len() <= LARGEST) else { return };
        let mut set = redis::cmd("SET");
        set.arg(key).arg(copy).arg("EX").arg(KEPT);
        self.say(set);
    }

    /// Says which run of a session is active, to programs that look into Redis by themselves. The product never reads
    /// it: two callers' sessions may have the same name.
    fn point_to(&self, run: &Run) {
        let key = format!("session:{}:active_run", run.session());
        let id = run.id.to_string();
        let mut command;
        if matches!(run.state.status(), Status::Running | Status::AwaitingHuman) {
            command = redis::cmd("SET");
            command.arg(key).arg(id).arg("EX").arg(KEPT);
        } else {
            command = redis::cmd("EVAL");
            command.arg(DELETE_IF).arg(1).arg(key).arg(id);
        }
        self.say(command);
    }

    fn say(&self, command: redis::Cmd) {
        let link = self.link.clone();
        tokio::spawn(async move {
            let _said: Option<redis::Value> = link.ask(&command).await;
        });
    }
}
