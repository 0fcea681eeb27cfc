//! Who may do what: the one rule that stands behind every door.

use serde::{Deserialize, Serialize};

use crate::{
    decision::{Actor, Via},
    id::{KeyId, PersonId},
};

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

/// Who asks for something, with the rights they have at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub kind: CallerKind,
    /// The account: a person's, or an agent's own.
    pub person: PersonId,
    pub name: String,
    /// Empty for agents.
    pub email: String,
    /// An agent has the least of them; what it may do beside that, [`authorize`] says.
    pub role: Role,
    /// The key that the request came with; `None` for a session of the browser.
    pub key: Option<KeyUse>,
}

/// What sort of caller it is.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    #[default]
    Person,
    /// A program that asks for approval. It never decides, and knows only what is its own.
    Agent,
}

/// The key that stands in for a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    pub id: KeyId,
    pub name: String,
    pub read_only: bool,
}

impl Caller {
    /// Who acts, for the record.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let (id, name) = (self.person, self.name.clone());
        match self.kind {
            CallerKind::Person => Actor::Person { id, name },
            CallerKind::Agent => Actor::Agent { id, name },
        }
    }

    /// The door that a decision came through, for the record: a key's use always shows.
    #[must_use]
    pub fn via(&self, door: Via) -> Via {
        self.key.as_ref().map_or(door, |key| Via::Key(key.name.clone()))
    }

    /// Whether the caller may know of what belongs to `owner`. An agent knows what is its own; to
    /// anybody else's it is told that there is no such thing.
    #[must_use]
    pub fn knows(&self, owner: PersonId) -> bool {
        self.only_own().is_none_or(|own| own == owner)
    }

    /// The only account whose things the caller may know of; `None` for everybody's.
    #[must_use]
    pub fn only_own(&self) -> Option<PersonId> {
        match self.kind {
            CallerKind::Person => None,
            CallerKind::Agent => Some(self.person),
        }
    }
}

/// Something that a caller may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Read and list runs, tickets, sessions and files.
    Read,
    /// Have it kept that one looked at a ticket.
    Witness,
    /// Start, pause and cancel runs; upload files.
    Start,
    /// Answer a ticket, or stop its countdown.
    Decide,
    /// Make and revoke keys of one's own.
    OwnKeys,
    /// Invite people, change roles, disable and reset accounts.
    ManagePeople,
    /// Make agents' keys, see all keys and revoke any.
    ManageKeys,
}

impl Right {
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Witness,
        Self::Start,
        Self::Decide,
        Self::OwnKeys,
        Self::ManagePeople,
        Self::ManageKeys,
    ];

    const fn role(self) -> Role {
        match self {
            Self::Read | Self::Witness | Self::OwnKeys => Role::Viewer,
            Self::Start | Self::Decide => Role::Reviewer,
            Self::ManagePeople | Self::ManageKeys => Role::Admin,
        }
    }

    /// A key that leaked must not open other ways in that outlive it.
    const fn needs_session(self) -> bool {
        matches!(self, Self::OwnKeys | Self::ManagePeople | Self::ManageKeys)
    }
}

/// Why a caller was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("this needs the role “{}”; yours is “{}”", needs.name(), has.name())]
    Role { needs: Role, has: Role },
    #[error("an agent's key can't do this; it takes a person")]
    Agent,
    #[error("this key may only read")]
    ReadOnly,
    #[error("this takes a person who is signed in; a key can't do it")]
    NeedsSession,
}

/// Says whether `caller` has `right`. Whose things it is about, [`Caller::knows`] says.
///
/// # Errors
///
/// [`Denied`] with what would be needed.
pub fn authorize(caller: &Caller, right: Right) -> Result<(), Denied> {
    if caller.key.as_ref().is_some_and(|key| key.read_only) && right != Right::Read {
        return Err(Denied::ReadOnly);
    }
    if caller.key.is_some() && right.needs_session() {
        return Err(Denied::NeedsSession);
    }
    match caller.kind {
        CallerKind::Agent if matches!(right, Right::Read | Right::Start) => Ok(()),
        CallerKind::Agent => Err(Denied::Agent),
        CallerKind::Person if caller.role >= right.role() => Ok(()),
        CallerKind::Person => Err(Denied::Role { needs: right.role(), has: caller.role }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_may_do_what_the_matrix_says() {
        let key =
            |read_only| Some(KeyUse { id: KeyId::from_uuid(nil()), name: "k".into(), read_only });
        let (viewer, reviewer, admin) = (Role::Viewer, Role::Reviewer, Role::Admin);
        // Read, Witness, Start, Decide, OwnKeys, ManagePeople, ManageKeys.
        for (role, key, expected) in [
            (Some(viewer), None, "yy--y--"),
            (Some(reviewer), None, "yyyyy--"),
            (Some(admin), None, "yyyyyyy"),
            (Some(viewer), key(false), "yy-----"),
            (Some(reviewer), key(false), "yyyy---"),
            (Some(admin), key(false), "yyyy---"),
            (Some(admin), key(true), "y------"),
            (None, key(false), "y-y----"),
            (None, key(true), "y------"),
        ] {
            let caller = Caller { key, ..caller(role) };
            let may = Right::ALL.map(|right| authorize(&caller, right).map_or('-', |()| 'y'));
            assert_eq!(String::from_iter(may), expected, "{caller:?}");
        }
    }

    #[test]
    fn an_agent_knows_only_what_is_its_own() {
        let other = PersonId::from_uuid(uuid::Uuid::from_u128(9));
        let (agent, person) = (caller(None), caller(Some(Role::Viewer)));

        assert!(agent.knows(agent.person) && !agent.knows(other));
        assert!(person.knows(other));
    }

    #[test]
    fn the_record_names_the_key_and_the_kind_of_caller() {
        let key = KeyUse { id: KeyId::from_uuid(nil()), name: "relay".into(), read_only: false };
        let by_key = Caller { key: Some(key), ..caller(Some(Role::Reviewer)) };

        assert_eq!(by_key.via(Via::Api), Via::Key("relay".into()));
        assert_eq!(caller(Some(Role::Reviewer)).via(Via::Browser), Via::Browser);
        assert!(matches!(by_key.actor(), Actor::Person { .. }));
        assert!(matches!(caller(None).actor(), Actor::Agent { .. }));
    }

    #[test]
    fn a_refusal_names_what_it_needs() {
        let refusal = Denied::Role { needs: Role::Admin, has: Role::Viewer };
        assert_eq!(refusal.to_string(), "this needs the role “admin”; yours is “viewer”");
    }

    #[test]
    fn each_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
    }

    /// A person with this role, or an agent.
    fn caller(role: Option<Role>) -> Caller {
        Caller {
            kind: role.map_or(CallerKind::Agent, |_| CallerKind::Person),
            person: PersonId::from_uuid(nil()),
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role: role.unwrap_or(Role::Viewer),
            key: None,
        }
    }

    fn nil() -> uuid::Uuid {
        uuid::Uuid::nil()
    }
}
