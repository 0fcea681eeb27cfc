//! What became of a change to an account.

use super::notice::{FAILED, FORBIDDEN, INVALID, NOT_FOUND, NOT_POSSIBLE, Notice};

pub const INVITED: Notice = Notice::done("invited", "Invited.");
pub const LINK_MADE: Notice =
    Notice::done("link", "A new link was made. Their sessions have ended.");
pub const ROLE_CHANGED: Notice = Notice::done("role", "The role was changed. It counts at once.");
pub const DISABLED: Notice =
    Notice::done("disabled", "The account is disabled. Its sessions have ended.");
pub const ENABLED: Notice = Notice::done("enabled", "The account is enabled again.");

pub const ALL: [Notice; 10] = [
    INVITED,
    LINK_MADE,
    ROLE_CHANGED,
    DISABLED,
    ENABLED,
    Notice::refused(
        INVALID,
        "Nothing was changed. Give a name and an e-mail address like mara@example.org.",
    ),
    Notice::refused(
        NOT_POSSIBLE,
        "Nothing was changed. Either this address has an account already, or it would leave the server without \
         an active admin.",
    ),
    Notice::refused(FORBIDDEN, "Nothing was changed. Only admins may do this."),
    Notice::refused(NOT_FOUND, "Nothing was changed. There is no such person."),
    Notice::refused(FAILED, "Could not save. Nothing was changed. Try again."),
];
