//! Accounts: signing in and out, and the people who may.

use chrono::{DateTime, Utc};
use domain::{access::Role, id::PersonId};
use serde::{Deserialize, Serialize};

/// A person as the people page shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PersonView {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub status: PersonStatus,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// Whether a person can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum PersonStatus {
    /// Has a one-time link and no password yet.
    Invited,
    Active,
    /// Can't sign in; every session of theirs has ended.
    Disabled,
}

/// A one-time link that lets its holder set a password and sign in. Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    pub person: PersonId,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

/// Who a one-time link is for, shown before the password is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    pub name: String,
    pub email: String,
    /// The very first account: its holder also chooses name and e-mail address.
    pub first: bool,
}
