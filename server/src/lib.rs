//! Countersign, the server: storage, orchestration, providers, files and the doors.

pub mod ports;
pub mod store;
