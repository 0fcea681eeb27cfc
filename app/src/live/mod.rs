//! What goes on at this moment, told over one socket: the wire format that server and browser share.

mod ask;
pub mod close;
pub mod message;
mod raw;
#[cfg(test)]
mod tests;

pub use ask::{ApprovalResponse, Ask, CancelApproval, ListPending, Ping, Scope, Subscribe};
pub use message::Message;
pub use raw::Raw;

/// Where the socket is.
pub const PATH: &str = "/api/hitl/ws";
/// The version of these messages; a client that finds another one in `HITL_WELCOME` reloads itself.
pub const PROTOCOL: u32 = 1;
