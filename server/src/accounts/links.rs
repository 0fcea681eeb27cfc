//! One-time links: looking at one changes nothing, and using it up sets a password.

use app::{
    api::{
        access::{OneTimeLink, Welcome},
        port::SessionToken,
    },
    error::ApiError,
};
use chrono::TimeDelta;
use domain::{digest::Digest, id::PersonId, issue::Issue};

use super::{
    Accounts, failed,
    first::is_first,
    names, password,
    sessions::{hash_of, token},
};
use crate::ports::{PersonRow, StoreError, TokenRow};

impl Accounts {
    pub(super) async fn look_at(&self, secret: &str) -> Result<Welcome, ApiError> {
        let (_, person) = self.holder(secret).await?;
        let first = is_first(&person);
        // The placeholders of the very first account are nothing to show.
        let shown = |text: String| if first { String::new() } else { text };
        Ok(Welcome { name: shown(person.name), email: shown(person.email), first })
    }

    pub(super) async fn use_up(
        &self,
        secret: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<SessionToken, ApiError> {
        let (_, person) = self.holder(secret).await?;
        let chosen = chosen(name, is_first(&person).then_some(email), password)?;
        let hashed = self.passwords.hash(password, &*self.ids).await?;

        let _alone = self.alone().await?;
        let (hash, person) = self.holder(secret).await?;
        let email = chosen.email.unwrap_or_else(|| person.email.clone());
        let person = PersonRow { name: chosen.name, email, password: Some(hashed), ..person };
        let (token, session) = self.new_session(person.id);
        self.store.accept_link(&hash, &person, &session).await.map_err(|error| match error {
            StoreError::Conflict => gone(),
            StoreError::Duplicate => ApiError::Invalid(vec![taken()]),
            error => failed(error),
        })?;
        self.access_changed(person.id);
        tracing::info!(audit = "link_used", person = %person.id, "set a password and signed in");
        Ok(token)
    }

    /// A fresh link; earlier ones of the person no longer work.
    pub(super) async fn new_link(
        &self,
        person: PersonId,
        valid: TimeDelta,
    ) -> Result<OneTimeLink, ApiError> {
        let (link, row) = self.made_link(person, valid);
        self.store.add_link(&row).await.map_err(failed)?;
        Ok(link)
    }

    /// A link, and what is to be stored of it.
    pub(super) fn made_link(&self, person: PersonId, valid: TimeDelta) -> (OneTimeLink, TokenRow) {
        let now = self.clock.now();
        let (secret, row) = token(&*self.ids, person, now, now + valid);
        let base = self.public_url.as_str().trim_end_matches('/');
        let url = format!("{base}/welcome/{secret}");
        (OneTimeLink { person, url, expires_at: row.expires_at }, row)
    }

    /// Who holds the link; unknown, used, too old and disabled are one answer.
    async fn holder(&self, secret: &str) -> Result<(Digest, PersonRow), ApiError> {
        let hash = hash_of(secret).ok_or_else(gone)?;
        let link = self.store.link(&hash).await.map_err(failed)?.ok_or_else(gone)?;
        if self.clock.now() >= link.expires_at {
            return Err(gone());
        }
        let person = self.store.person(link.person).await.map_err(failed)?;
        let person = person.filter(|person| !person.disabled).ok_or_else(gone)?;
        Ok((hash, person))
    }
}

struct Chosen {
    name: String,
    /// Only the very first account chooses it.
    email: Option<String>,
}

fn chosen(name: &str, email: Option<&str>, password: &str) -> Result<Chosen, ApiError> {
    let name = names::name(name);
    let email = email.map(names::email).transpose();
    let password = password::issue(password).map_or(Ok(()), Err);
    match (name, email, password) {
        (Ok(name), Ok(email), Ok(())) => Ok(Chosen { name, email }),
        (name, email, password) => {
            let issues = [name.err(), email.err(), password.err()];
            Err(ApiError::Invalid(issues.into_iter().flatten().collect()))
        }
    }
}

fn taken() -> Issue {
    Issue::error("/email", "belongs to another account; write another address")
}

fn gone() -> ApiError {
    ApiError::NotFound("one-time link: it may be used up or too old; ask for another".to_owned())
}
