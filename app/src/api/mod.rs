//! What the server offers to pages and programs: view models, the port, and the server functions.

pub mod access;
pub mod actions;
pub mod attachments;
pub mod page;
#[cfg(feature = "ssr")]
pub mod port;
pub mod providers;
pub mod runs;
pub mod tickets;
