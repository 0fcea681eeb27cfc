//! One module a route: loads data and lays out parts.

mod run;

pub use run::{RunDetail, RunPage};
