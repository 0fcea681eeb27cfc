//! The codes that the server ends a connection with. After any of them but [`SIGNED_OUT`] a client comes back.

/// The server stops, starts anew, or can't tell for the moment what happens.
pub const LEAVING: u16 = 1001;
/// A message was larger than 64 KiB.
pub const TOO_LARGE: u16 = 1009;
/// The client reads too slowly; what it missed it gets with its `after`, or as a snapshot.
pub const TOO_SLOW: u16 = 4008;
/// Nothing was heard from the client for a minute.
pub const SILENT: u16 = 4009;
/// The client sends too many messages.
pub const TOO_MANY: u16 = 4029;
/// The session or the key is over: sign in again.
pub const SIGNED_OUT: u16 = 4401;
