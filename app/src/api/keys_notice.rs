//! What became of a change to a key.

use super::notice::{FAILED, FORBIDDEN, INVALID, NOT_FOUND, NOT_POSSIBLE, Notice};

// The secret itself is shown once; this stands on the page afterwards.
pub const MADE: Notice = Notice::done("made", "The key was made. Its secret is not shown again.");
pub const REVOKED: Notice =
    Notice::done("revoked", "The key is revoked. It stopped working at once.");

pub const ALL: [Notice; 7] = [
    MADE,
    REVOKED,
    Notice::refused(
        INVALID,
        "No key was made. Give a name of up to 100 characters, and no more than 3650 days.",
    ),
    Notice::refused(NOT_POSSIBLE, "No key was made: there are 100 keys in use. Revoke some first."),
    Notice::refused(FORBIDDEN, "Nothing was changed. Only admins may make keys for agents."),
    Notice::refused(NOT_FOUND, "Nothing was changed. There is no such key."),
    Notice::refused(FAILED, "Could not save. Nothing was changed. Try again."),
];
