//! Countersign, the server: storage, orchestration, providers, files and the doors.

pub mod files;
pub mod ports;
pub mod provider;
