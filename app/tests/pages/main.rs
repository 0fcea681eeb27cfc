//! Pages as a browser without scripts gets them, from a server that is made up.
#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

// The samples name it as the crate does that they belong to.
use app::api;

mod browser;
mod fake;
mod fake_accounts;
mod fake_threads;
mod gate;
mod inbox;
mod keys;
mod new_run;
mod people;
mod run;
mod runs;
#[path = "../../src/run/fixtures.rs"]
#[expect(dead_code, reason = "the unit tests use the rest of the samples")]
mod samples;
mod sessions;
mod whole;
