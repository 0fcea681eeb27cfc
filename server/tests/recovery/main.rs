//! The real program, killed at each boundary and at any moment, and started again on what it left.

#![expect(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

mod boundaries;
mod client;
mod kills;
mod lifecycle;
mod process;
mod story;
#[path = "../support/mod.rs"]
mod support;
