//! One module a route: loads data and lays out parts.

pub mod run;
