//! The server: store, orchestrator, providers, files and doors.

pub mod files;
pub mod provider;
