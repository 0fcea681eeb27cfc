//! What the server offers to pages and programs: view models, the port, and the server functions.

pub mod access;
pub mod page;
#[cfg(feature = "ssr")]
pub mod port;
