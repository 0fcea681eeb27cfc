//! What the server offers to pages and programs: view models, the port, and the server functions.

pub mod access;
pub mod actions;
#[cfg(feature = "ssr")]
pub(crate) mod answer;
#[cfg(feature = "ssr")]
pub mod asked;
pub mod attachments;
#[cfg(feature = "ssr")]
mod fresh_key;
#[cfg(feature = "ssr")]
mod fresh_link;
pub mod keys;
pub mod keys_notice;
pub mod lists;
pub mod notice;
pub mod page;
pub mod people;
pub mod people_notice;
#[cfg(feature = "ssr")]
pub mod port;
pub mod providers;
pub mod runs;
pub mod session;
pub mod threads;
pub mod tickets;
