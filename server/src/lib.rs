//! Countersign, the server: storage, orchestration, providers, files and the doors.

mod crash;
pub mod files;
pub mod orchestrator;
pub mod ports;
pub mod provider;
