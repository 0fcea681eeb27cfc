//! Sessions: a secret in the cookie, its hash in the store.

use app::{api::port::SessionToken, error::ApiError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Caller, CallerKind},
    digest::Digest,
    id::PersonId,
};

use super::{Accounts, failed, names::normal_email};
use crate::ports::{Ids, PersonRow, TokenRow};

/// A session ends after that long without a request …
const IDLE: TimeDelta = TimeDelta::hours(12);
/// … and after that long in any case.
const ABSOLUTE: TimeDelta = TimeDelta::days(7);
/// Its use is noted at most that often.
const NOTED: TimeDelta = TimeDelta::minutes(1);

impl Accounts {
    pub(super) async fn caller_of(&self, token: &SessionToken) -> Result<Option<Caller>, ApiError> {
        let Some((session, caller)) = self.signed_in(token).await? else { return Ok(None) };
        let now = self.clock.now();
        if now - session.last_used_at >= NOTED
            && let Err(error) = self.store.touch_session(&session.hash, now).await
        {
            // Reading goes on where writing doesn't.
            tracing::warn!(person = %caller.person, "the use of a session was not noted: {error}");
        }
        Ok(Some(caller))
    }

    /// The session and whose it is; `None` for one that is over.
    pub(super) async fn signed_in(
        &self,
        token: &SessionToken,
    ) -> Result<Option<(TokenRow, Caller)>, ApiError> {
        let Some(hash) = hash_of(&token.0) else { return Ok(None) };
        let Some(session) = self.store.session(&hash).await.map_err(failed)? else {
            return Ok(None);
        };
        let now = self.clock.now();
        if now >= session.expires_at || now - session.last_used_at >= IDLE {
            return Ok(None);
        }
        let person = self.store.person(session.person).await.map_err(failed)?;
        let Some(person) = person.filter(may_sign_in) else { return Ok(None) };
        let caller = Caller {
            person: person.id,
            name: person.name,
            email: person.email,
            role: person.role,
            kind: CallerKind::Person,
            key: None,
        };
        Ok(Some((session, caller)))
    }

    pub(super) async fn check_in(
        &self,
        email: &str,
        password: &str,
        source: &str,
    ) -> Result<SessionToken, ApiError> {
        let email = normal_email(email);
        self.throttle.begin(&email, source, self.clock.now()).map_err(|wait| {
            tracing::warn!(audit = "sign_in_throttled", source, "too many failed sign-ins");
            ApiError::TooMany(wait)
        })?;
        let known = self.store.person_by_email(&email).await.map_err(failed)?;
        let hash = known.as_ref().filter(|person| may_sign_in(person));
        let hash = hash.and_then(|person| person.password.clone());
        let fits = self.passwords.matches(password, hash).await?;
        let Some(person) = known.filter(|_| fits) else {
            tracing::warn!(audit = "sign_in_failed", source, "a sign-in failed");
            return Err(ApiError::Forbidden(
                "the e-mail address or the password is wrong".to_owned(),
            ));
        };
        let (token, session) = self.new_session(person.id);
        self.store.add_session(&session).await.map_err(failed)?;
        self.throttle.succeeded(&email, source);
        tracing::info!(audit = "signed_in", person = %person.id, source, "signed in");
        Ok(token)
    }

    pub(super) async fn check_out(&self, token: &SessionToken) -> Result<(), ApiError> {
        let Some(hash) = hash_of(&token.0) else { return Ok(()) };
        let Some(session) = self.store.session(&hash).await.map_err(failed)? else {
            return Ok(());
        };
        self.store.end_session(&hash).await.map_err(failed)?;
        self.access_changed(session.person);
        tracing::info!(audit = "signed_out", person = %session.person, "signed out");
        Ok(())
    }

    pub(super) fn new_session(&self, person: PersonId) -> (SessionToken, TokenRow) {
        let now = self.clock.now();
        let (secret, row) = token(&*self.ids, person, now, now + ABSOLUTE);
        (SessionToken(secret), row)
    }
}

/// Disabled people can't, and nobody can without a password.
pub(super) fn may_sign_in(person: &PersonRow) -> bool {
    !person.disabled && person.password.is_some()
}

/// A secret for its holder, and what is stored of it.
pub(super) fn token(
    ids: &dyn Ids,
    person: PersonId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> (String, TokenRow) {
    // The digits of a digest are a convenient way to write 32 bytes.
    let secret = Digest::from_bytes(ids.secret()).to_string();
    let hash = Digest::of(secret.as_bytes());
    (secret, TokenRow { hash, person, created_at: now, last_used_at: now, expires_at })
}

/// What a secret is stored under; `None` for what can't be one of ours.
pub(super) fn hash_of(secret: &str) -> Option<Digest> {
    secret.parse::<Digest>().is_ok().then(|| Digest::of(secret.as_bytes()))
}
