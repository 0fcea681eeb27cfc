//! The rules of a run, proven on whole runs.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod actions;
mod bench;
mod histories;
mod properties;
mod restore;
mod rules;
mod tickets;
mod walk;
