//! The live bridge: follows the feed once, and tells whoever listens, each what they may know and asked for.
//!
//! The feed's own numbers do the work. The [`Hub`] keeps its last frames, each written once for everybody; a client is
//! no more than the number up to which it was served. So one that is behind costs nothing and holds nobody up, and one
//! that comes back goes on from its number, out of the hub's memory or, further back, out of the table. The words come
//! from outside, through [`Wording`] and [`Desk`]: what a frame says and who may ask for what is the doors' business.

mod allowance;
mod close;
mod connection;
mod follower;
mod frame;
mod hub;
mod outbox;
mod places;
mod socket;
mod source;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use close::Close;
pub use follower::follow;
pub use frame::{About, Frame, Topics, is_a_step};
pub use hub::{Hub, Listener, Next};
pub use places::{Full, Kind, Place, Places};
pub use socket::{Socket, converse};
pub use source::{Begun, Past, Source};
pub use words::{Answer, Desk, Read, Wording};

use crate::ports::Feed;

/// What the doors need to let clients listen. Cheap to clone.
#[derive(Clone)]
pub struct Bridge {
    pub hub: Arc<Hub>,
    pub places: Arc<Places>,
    pub feed: Arc<dyn Feed>,
}

impl Bridge {
    #[must_use]
    pub fn new(feed: Arc<dyn Feed>, places: Arc<Places>) -> Self {
        Self { hub: Arc::default(), places, feed }
    }
}

/// A message to the server may have so many bytes …
pub const MOST_IN: usize = 64 * 1024;
/// … and one to the client so many: what is larger is fetched.
pub const MOST_OUT: usize = 256 * 1024;
/// How many entries of the feed a client may be behind and still be told them one by one.
pub const MOST_BEHIND: i64 = 5_000;
/// How often a client hears of the server even if nothing happens.
pub const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(25);
