//! Countersign, the server: storage, orchestration, providers, files and the doors.

pub mod accounts;
pub mod clock;
pub mod config;
pub mod http;
pub mod ids;
pub mod ports;
pub mod telemetry;
