//! The whole server in one process, asked as its clients ask it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod actions;
mod again;
mod approvals;
mod bad_input;
#[path = "../support/postgres.rs"]
mod databases;
mod decisions;
mod doors;
mod full_disk;
mod functions;
mod house;
mod keys;
mod lists;
mod logs;
mod metrics;
mod nasty;
mod people;
mod rights;
mod runs;
mod site;
#[path = "../support/mod.rs"]
mod support;
mod threads;
mod uploads;
