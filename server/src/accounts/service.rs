//! The port that pages and doors use.

use app::{
    api::{
        access::{OneTimeLink, PersonView, Welcome},
        port::{AccountService, Credential, Once, SessionToken},
    },
    error::ApiError,
};
use async_trait::async_trait;
use domain::{
    access::{Caller, Role},
    id::PersonId,
};

use super::Accounts;

#[async_trait]
impl AccountService for Accounts {
    async fn caller(&self, token: &SessionToken) -> Result<Option<Caller>, ApiError> {
        self.caller_of(token).await
    }

    async fn still(&self, credential: &Credential) -> Result<Option<Caller>, ApiError> {
        Ok(match credential {
            Credential::Session(token) => self.signed_in(token).await?.map(|(_, caller)| caller),
            Credential::Key(secret) => self.holder_of(secret).await?.map(|(_, caller)| caller),
        })
    }

    async fn sign_in(
        &self,
        email: &str,
        password: &str,
        source: &str,
    ) -> Result<SessionToken, ApiError> {
        self.check_in(email, password, source).await
    }

    async fn sign_out(&self, token: &SessionToken) -> Result<(), ApiError> {
        self.check_out(token).await
    }

    async fn welcome(&self, link_token: &str) -> Result<Welcome, ApiError> {
        self.look_at(link_token).await
    }

    async fn accept(
        &self,
        link_token: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<SessionToken, ApiError> {
        self.use_up(link_token, name, email, password).await
    }

    async fn people(&self, caller: &Caller) -> Result<Vec<PersonView>, ApiError> {
        self.list(caller).await
    }

    async fn invite(
        &self,
        caller: &Caller,
        name: &str,
        email: &str,
        role: Role,
        key: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError> {
        self.add(caller, name, email, role, key).await
    }

    async fn set_role(
        &self,
        caller: &Caller,
        person: PersonId,
        role: Role,
    ) -> Result<(), ApiError> {
        self.change_role(caller, person, role).await
    }

    async fn set_disabled(
        &self,
        caller: &Caller,
        person: PersonId,
        disabled: bool,
    ) -> Result<(), ApiError> {
        self.change_disabled(caller, person, disabled).await
    }

    async fn reset(
        &self,
        caller: &Caller,
        person: PersonId,
        key: Option<&str>,
    ) -> Result<Once<OneTimeLink>, ApiError> {
        self.new_password_link(caller, person, key).await
    }
}
