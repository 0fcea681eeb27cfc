//! The statements, as text a person can read. Both databases share them: `$1`, `ON CONFLICT` and
//! `RETURNING` mean the same in both. What differs stands with the engine.

pub(super) mod accounts;
pub(super) mod attachments;
pub(super) mod caps;
pub(super) mod census;
pub(super) mod feed;
pub(super) mod keys;
pub(super) mod outbox;
pub(super) mod runs;
pub(super) mod secrets;
pub(super) mod sessions;
pub(super) mod stamps;
pub(super) mod tickets;
pub(super) mod upkeep;
