//! Countersign, the server: storage, orchestration, providers, files and the doors.

pub mod accounts;
pub mod bridge;
pub mod clock;
pub mod config;
mod crash;
pub mod egress;
pub mod files;
pub mod http;
mod idempotency;
pub mod ids;
mod nearest;
pub mod observe;
pub mod operator;
pub mod orchestrator;
pub mod ports;
pub mod provider;
pub mod relay;
pub mod startup;
pub mod store;
pub mod telemetry;
