//! What goes on at this moment, told over one socket: the wire format that server and browser share, and
//! [`use_live`], a page's end of the line.

mod ask;
#[cfg(feature = "hydrate")]
mod calm;
pub mod clock;
pub mod close;
#[cfg(feature = "hydrate")]
mod driver;
pub mod glance;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod glance_tests;
mod hook;
pub mod machine;
#[cfg(test)]
mod machine_tests;
pub mod message;
mod raw;
#[cfg(test)]
mod tests;

pub use ask::{ApprovalResponse, Ask, CancelApproval, ListPending, Ping, Scope, Subscribe};
#[cfg(feature = "hydrate")]
pub use calm::calmly;
pub use glance::{Change, Glance, What};
pub use hook::{Live, provide_live, use_live};
pub use machine::Link;
pub use message::Message;
pub use raw::Raw;

/// Where the socket is.
pub const PATH: &str = "/api/hitl/ws";
/// The version of these messages; a client that finds another one in `HITL_WELCOME` reloads itself.
pub const PROTOCOL: u32 = 1;
