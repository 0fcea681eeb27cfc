//! What admins do with people: invite, change roles, disable, reset.

use app::{
    api::{
        access::{OneTimeLink, PersonStatus, PersonView},
        port::Once,
    },
    error::ApiError,
};
use chrono::TimeDelta;
use domain::{
    access::{Caller, Right, Role, authorize},
    id::PersonId,
};
use serde::Serialize;

use super::{Accounts, failed, names};
use crate::{
    idempotency,
    ports::{IdempotencyKey, PersonRow, StoreError},
};

/// How long an invitation, or a link for a new password, can be used.
const LINK_VALID: TimeDelta = TimeDelta::hours(72);

impl Accounts {
    pub(super) async fn list(&self, caller: &Caller) -> Result<Vec<PersonView>, ApiError> {
        authorize(caller, Right::ManagePeople)?;
        Ok(self.store.people().await.map_err(failed)?.into_iter().map(view).collect())
    }

    pub(super) async fn add(
        &self,
        caller: &Caller,
        name: &str,
        email: &str,
        role: Role,
        key: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError> {
        authorize(caller, Right::ManagePeople)?;
        let (name, email) = match (names::name(name), names::email(email)) {
            (Ok(name), Ok(email)) => (name, email),
            (name, email) => {
                let issues = [name.err(), email.err()].into_iter().flatten().collect();
                return Err(ApiError::Invalid(issues));
            }
        };
        let id = PersonId::from_uuid(self.ids.uuid());
        let person = PersonRow {
            id,
            name,
            email,
            role,
            password: None,
            disabled: false,
            created_at: self.clock.now(),
            last_seen_at: None,
        };
        let what = (&person.name, &person.email, role);
        let (link, row) = self.made_link(id, LINK_VALID);
        let key = link_key(caller, "invite", key, &what, &link)?;
        match self.store.invite(&person, &row, key.as_ref()).await {
            Ok(()) => {}
            Err(StoreError::Duplicate) => {
                let taken = "this e-mail address belongs to another account";
                return Err(ApiError::NotPossible(taken.to_owned()));
            }
            Err(error) => return replay_or_failed(key.as_ref(), error),
        }
        let (by, role) = (caller.person, role.name());
        tracing::info!(audit = "invited", person = %id, %by, role, "invited somebody");
        Ok(Once::first(link))
    }

    pub(super) async fn change_role(
        &self,
        caller: &Caller,
        person: PersonId,
        role: Role,
    ) -> Result<(), ApiError> {
        authorize(caller, Right::ManagePeople)?;
        let _alone = self.alone().await?;
        let before = self.known(person).await?;
        self.write(&PersonRow { role, ..before }).await?;
        self.access_changed(person);
        let (by, role) = (caller.person, role.name());
        tracing::info!(audit = "role_changed", %person, %by, role, "changed a role");
        Ok(())
    }

    pub(super) async fn change_disabled(
        &self,
        caller: &Caller,
        person: PersonId,
        disabled: bool,
    ) -> Result<(), ApiError> {
        authorize(caller, Right::ManagePeople)?;
        let _alone = self.alone().await?;
        let before = self.known(person).await?;
        if before.disabled == disabled {
            return Ok(());
        }
        if !disabled {
            // Left over if the server stopped between disabling and ending the sessions.
            self.store.end_all(person).await.map_err(failed)?;
        }
        self.write(&PersonRow { disabled, ..before }).await?;
        let audit = if disabled { "disabled" } else { "enabled" };
        tracing::info!(audit, %person, by = %caller.person, "{audit} somebody");
        if disabled {
            self.access_changed(person);
            self.store.end_all(person).await.map_err(failed)?;
        }
        Ok(())
    }

    pub(super) async fn new_password_link(
        &self,
        caller: &Caller,
        person: PersonId,
        key: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError> {
        authorize(caller, Right::ManagePeople)?;
        let _alone = self.alone().await?;
        let before = self.known(person).await?;
        if before.disabled {
            let message = "this person is disabled; enable them first";
            return Err(ApiError::NotPossible(message.to_owned()));
        }
        let (link, row) = self.made_link(person, LINK_VALID);
        let key = link_key(caller, "reset", key, &person, &link)?;
        // The old password may be known to others: it ends with the sessions.
        if let Err(error) = self.store.reset(&before, &row, key.as_ref()).await {
            return replay_or_failed(key.as_ref(), error);
        }
        self.access_changed(person);
        tracing::info!(audit = "reset", %person, by = %caller.person, "reset a password");
        Ok(Once::first(link))
    }

    async fn known(&self, person: PersonId) -> Result<PersonRow, ApiError> {
        let known = self.store.person(person).await.map_err(failed)?;
        known.ok_or_else(|| ApiError::NotFound("person".to_owned()))
    }

    async fn write(&self, person: &PersonRow) -> Result<(), ApiError> {
        self.store.update_person(person).await.map_err(|error| match error {
            StoreError::Conflict => ApiError::NotPossible(
                "this is the last active admin; make somebody else admin first".to_owned(),
            ),
            error => failed(error),
        })
    }
}

/// The key of a request that makes a link. The link's secret is kept nowhere, so the answer is kept without it.
fn link_key(
    caller: &Caller,
    route: &str,
    key: Option<&str>,
    body: &impl Serialize,
    link: &OneTimeLink,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let key = idempotency::key(caller, route, key, body, link.person.as_uuid())?;
    let shown_once = OneTimeLink { url: String::new(), ..link.clone() };
    key.map(|key| idempotency::with_reply(key, &shown_once)).transpose()
}

fn replay_or_failed(
    key: Option<&IdempotencyKey>,
    error: StoreError,
) -> Result<Once<OneTimeLink>, ApiError> {
    match error {
        StoreError::KeyUsed(used) => idempotency::replay(key, &used),
        error => Err(failed(error)),
    }
}

fn view(person: PersonRow) -> PersonView {
    let status = match (person.disabled, &person.password) {
        (true, _) => PersonStatus::Disabled,
        (false, Some(_)) => PersonStatus::Active,
        (false, None) => PersonStatus::Invited,
    };
    PersonView {
        id: person.id,
        name: person.name,
        email: person.email,
        role: person.role,
        status,
        created_at: person.created_at,
        last_seen_at: person.last_seen_at,
    }
}
