//! The accounts and keys of the made-up server, and the agents' own actions, which no page asks for.

use app::{
    api::{
        access::{OneTimeLink, PersonView, Welcome},
        asked::{Asked, NewAction, Report},
        keys::{KeyStatus, KeyView, MadeKey, NewKey},
        port::{AccountService, ActionService, Credential, KeyService, Once, SessionToken},
    },
    error::ApiError,
};
use async_trait::async_trait;
use domain::{
    access::{Caller, CallerKind, Right, Role, authorize},
    id::{KeyId, PersonId, TicketId},
};

use crate::fake::{Fake, key};
use uuid::Uuid;

#[async_trait]
impl AccountService for Fake {
    async fn still(&self, _: &Credential) -> Result<Option<Caller>, ApiError> {
        Ok(None)
    }

    async fn welcome(&self, link_token: &str) -> Result<Welcome, ApiError> {
        let known = self.welcome.clone().filter(|_| link_token == "secret-token");
        known.ok_or_else(|| ApiError::NotFound("link".into()))
    }

    async fn people(&self, caller: &Caller) -> Result<Vec<PersonView>, ApiError> {
        authorize(caller, Right::ManagePeople)?;
        self.note("people")?;
        Ok(self.people.clone())
    }

    async fn invite(
        &self,
        caller: &Caller,
        name: &str,
        email: &str,
        role: Role,
        _: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError> {
        authorize(caller, Right::ManagePeople)?;
        self.note(format!("invite {name} {email} {}", role.name()))?;
        Ok(Once::first(self.link(PersonId::from_uuid(Uuid::from_u128(2)))))
    }

    async fn set_role(&self, caller: &Caller, _: PersonId, role: Role) -> Result<(), ApiError> {
        authorize(caller, Right::ManagePeople)?;
        self.note(format!("set_role {}", role.name()))
    }

    async fn set_disabled(
        &self,
        caller: &Caller,
        _: PersonId,
        disabled: bool,
    ) -> Result<(), ApiError> {
        authorize(caller, Right::ManagePeople)?;
        self.note(format!("set_disabled {disabled}"))
    }

    async fn reset(
        &self,
        caller: &Caller,
        person: PersonId,
        _: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError> {
        authorize(caller, Right::ManagePeople)?;
        self.note("reset")?;
        Ok(Once::first(self.link(person)))
    }

    async fn caller(&self, _: &SessionToken) -> Result<Option<Caller>, ApiError> {
        Ok(None)
    }
    async fn sign_in(&self, _: &str, _: &str, _: &str) -> Result<SessionToken, ApiError> {
        Err(ApiError::Internal)
    }
    async fn sign_out(&self, _: &SessionToken) -> Result<(), ApiError> {
        Ok(())
    }
    async fn accept(&self, _: &str, _: &str, _: &str, _: &str) -> Result<SessionToken, ApiError> {
        Err(ApiError::Internal)
    }
}

#[async_trait]
impl KeyService for Fake {
    async fn key_caller(&self, _: &str, _: &str) -> Result<Caller, ApiError> {
        Err(ApiError::KeyRefused)
    }

    async fn keys(&self, caller: &Caller) -> Result<Vec<KeyView>, ApiError> {
        authorize(caller, Right::OwnKeys)?;
        self.note("keys")?;
        Ok(self.keys.clone())
    }

    async fn make_key(&self, caller: &Caller, new: NewKey) -> Result<MadeKey, ApiError> {
        let right = if new.kind == CallerKind::Agent { Right::ManageKeys } else { Right::OwnKeys };
        authorize(caller, right)?;
        let NewKey { name, kind, read_only, expires_in_days } = new;
        self.note(format!("make_key {name} {kind:?} {read_only} {expires_in_days:?}"))?;
        let key = key(9, &name, kind, KeyStatus::Active);
        Ok(MadeKey { key, secret: "csk_secret".into() })
    }

    async fn revoke_key(&self, caller: &Caller, key: KeyId) -> Result<(), ApiError> {
        authorize(caller, Right::OwnKeys)?;
        self.note(format!("revoke_key {key}"))
    }

    async fn key_of_secret(&self, _: &Caller, secret: &str) -> Result<Option<KeyView>, ApiError> {
        let known = secret == "csk_secret";
        Ok(known.then(|| key(9, "mailer", CallerKind::Agent, KeyStatus::Active)))
    }
}

#[async_trait]
impl ActionService for Fake {
    async fn ask(&self, _: &Caller, _: NewAction, _: Option<&str>) -> Result<Asked, ApiError> {
        Err(ApiError::Internal)
    }

    async fn asked(
        &self,
        _: &Caller,
        _: TicketId,
        _: std::time::Duration,
    ) -> Result<Asked, ApiError> {
        Err(ApiError::Internal)
    }

    async fn report(&self, _: &Caller, _: Report) -> Result<Asked, ApiError> {
        Err(ApiError::Internal)
    }
}
