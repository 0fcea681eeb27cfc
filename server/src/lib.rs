//! Countersign, the server: storage, orchestration, providers, files and the doors.

pub mod clock;
pub mod config;
pub mod ids;
pub mod ports;
pub mod telemetry;
