//! The whole server in one process, asked as its clients ask it.

mod bad_input;
mod decisions;
mod doors;
mod full_disk;
mod functions;
mod house;
mod logs;
mod rights;
mod runs;
#[path = "../support/mod.rs"]
mod support;
mod uploads;
