//! Who may do what: the one rule that stands behind every door.

use serde::{Deserialize, Serialize};

use crate::id::PersonId;

/// What an account may do; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Reads runs, tickets and files.
    Viewer,
    /// Starts runs and decides tickets as well.
    Reviewer,
    /// Manages people as well.
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Reviewer, Self::Admin];

    /// The role's name on the wire, in the database and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A signed-in person, with the rights they have at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// Something that a caller may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Read runs, tickets, sessions and files.
    Read,
    /// Start, pause and cancel runs; upload files.
    Start,
    /// Answer a ticket, or stop its countdown.
    Decide,
    /// Invite people, change roles, disable and reset accounts.
    ManagePeople,
}

/// Why a caller was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this needs the role “{}”; yours is “{}”", needs.name(), has.name())]
pub struct Denied {
    pub needs: Role,
    pub has: Role,
}

/// Says whether `caller` has `right`.
///
/// # Errors
///
/// [`Denied`] with the role that would be needed.
pub fn authorize(caller: &Caller, right: Right) -> Result<(), Denied> {
    let needs = match right {
        Right::Read => Role::Viewer,
        Right::Start | Right::Decide => Role::Reviewer,
        Right::ManagePeople => Role::Admin,
    };
    if caller.role >= needs { Ok(()) } else { Err(Denied { needs, has: caller.role }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_matrix_says() {
        let matrix = [
            (Role::Viewer, [true, false, false, false]),
            (Role::Reviewer, [true, true, true, false]),
            (Role::Admin, [true, true, true, true]),
        ];
        for (role, expected) in matrix {
            let caller = Caller {
                person: PersonId::from_uuid(uuid::Uuid::nil()),
                name: "Ada".to_owned(),
                email: "ada@example.org".to_owned(),
                role,
            };
            let rights = [Right::Read, Right::Start, Right::Decide, Right::ManagePeople];
            assert_eq!(rights.map(|right| authorize(&caller, right).is_ok()), expected, "{role:?}");
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
    }

    #[test]
    fn a_refusal_names_the_role_that_it_needs() {
        let refusal = Denied { needs: Role::Admin, has: Role::Viewer };
        assert_eq!(refusal.to_string(), "this needs the role “admin”; yours is “viewer”");
    }
}
