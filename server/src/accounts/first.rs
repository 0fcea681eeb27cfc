//! The very first account: made at the start, and taken over with a link from the console.

use app::error::ApiError;
use chrono::TimeDelta;
use domain::{access::Role, id::PersonId};

use super::{Accounts, failed, sessions::may_sign_in};
use crate::ports::{PersonRow, StoreError};

const VALID: TimeDelta = TimeDelta::minutes(30);
/// Nobody can choose it: the name isn't one that can be registered.
const EMAIL: &str = "first-admin@countersign.invalid";
const NAME: &str = "First admin";

impl Accounts {
    /// A fresh link to become the first admin, for the console; `None` as soon as an admin can sign
    /// in. Makes the account if there are no people yet. Valid for 30 minutes; each start prints
    /// another.
    ///
    /// # Errors
    ///
    /// What storage gives.
    pub async fn first_admin_link(&self) -> Result<Option<String>, ApiError> {
        let _alone = self.alone().await?;
        let people = self.store.people().await.map_err(failed)?;
        let admins = || people.iter().filter(|person| person.role == Role::Admin);
        if admins().any(may_sign_in) {
            return Ok(None);
        }
        let waiting = admins().find(|person| !person.disabled);
        let person = match waiting {
            Some(person) => person.id,
            None => self.make_first().await?,
        };
        let link = self.new_link(person, VALID).await?;
        tracing::info!(audit = "first_admin_link", %person, "a link for the first admin was made");
        Ok(Some(link.url))
    }

    async fn make_first(&self) -> Result<PersonId, ApiError> {
        let id = PersonId::from_uuid(self.ids.uuid());
        let person = PersonRow {
            id,
            name: NAME.to_owned(),
            email: EMAIL.to_owned(),
            role: Role::Admin,
            password: None,
            disabled: false,
            created_at: self.clock.now(),
            last_seen_at: None,
        };
        self.store.add_person(&person).await.map_err(|error| match error {
            // Another process was quicker; its link counts.
            StoreError::Duplicate => ApiError::Unavailable,
            error => failed(error),
        })?;
        Ok(id)
    }
}

/// Whether it is the account that was made at the start and that nobody took over yet.
pub(super) fn is_first(person: &PersonRow) -> bool {
    person.password.is_none() && person.email == EMAIL
}
