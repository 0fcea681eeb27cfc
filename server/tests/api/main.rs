//! The whole server in one process, asked as its clients ask it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod actions;
mod again;
mod again_all;
mod answers;
mod approvals;
mod at_once;
mod bad_input;
mod callbacks;
mod caps;
mod clocks;
#[path = "../support/postgres.rs"]
mod databases;
mod decisions;
mod described;
mod doors;
mod full_disk;
mod functions;
mod house;
mod keys;
mod links;
mod lists;
mod live;
mod logs;
mod metrics;
mod nasty;
mod nasty_agents;
mod nasty_doors;
mod nasty_requests;
mod nasty_shown;
mod new_run;
mod people;
mod refused;
mod rights;
mod runs;
mod sessions;
mod site;
#[path = "../support/mod.rs"]
mod support;
mod swapped;
mod threads;
mod understood;
mod uploads;
mod waiting;
