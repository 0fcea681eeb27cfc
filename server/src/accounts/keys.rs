//! Keys: a secret for a program, which acts as an agent or in a person's name.

use app::{
    api::{
        keys::{KeyStatus, KeyView, MadeKey, NewKey},
        port::KeyService,
    },
    error::ApiError,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Caller, CallerKind, KeyUse, Right, Role, authorize},
    id::{KeyId, PersonId},
    issue::Issue,
};

use super::{Accounts, failed, key_secret, names, sessions::may_sign_in};
use crate::ports::{AgentRow, KeyHolder, KeyRow, PersonRow, StoreError};

/// Keys that one person may have in use; and all agents together.
const MOST_ACTIVE: usize = 100;
/// Keys in a list, also those that are over.
const MOST_LISTED: u32 = 1000;
const LONGEST_DAYS: u32 = 3650;
/// Its use is noted at most that often.
const NOTED: TimeDelta = TimeDelta::minutes(1);

#[async_trait]
impl KeyService for Accounts {
    async fn key_caller(&self, secret: &str, source: &str) -> Result<Caller, ApiError> {
        let Some((key, caller)) = self.holder_of(secret).await? else {
            return Err(self.refuse(source));
        };
        let now = self.clock.now();
        let noted = key.last_used_at.is_some_and(|at| now - at < NOTED);
        if !noted && let Err(error) = self.store.touch_key(key.id, now).await {
            // Reading goes on where writing doesn't.
            tracing::warn!(key = %key.id, "the use of a key was not noted: {error}");
        }
        Ok(caller)
    }

    async fn keys(&self, caller: &Caller) -> Result<Vec<KeyView>, ApiError> {
        authorize(caller, Right::OwnKeys)?;
        let rows = self.store.keys(own_only(caller), MOST_LISTED).await.map_err(failed)?;
        let people = self.store.people().await.map_err(failed)?;
        let now = self.clock.now();
        Ok(rows.into_iter().map(|row| view(row, &people, now)).collect())
    }

    async fn make_key(&self, caller: &Caller, new: NewKey) -> Result<MadeKey, ApiError> {
        authorize(
            caller,
            match new.kind {
                CallerKind::Person => Right::OwnKeys,
                CallerKind::Agent => Right::ManageKeys,
            },
        )?;
        let (name, expires_at) = self.checked(&new)?;
        let _alone = self.alone().await?;
        self.room_for_one(caller, new.kind).await?;
        let holder = match new.kind {
            CallerKind::Person => KeyHolder::Person(caller.person),
            CallerKind::Agent => KeyHolder::Agent(self.agent(&name).await?),
        };
        let secret = key_secret::fresh(&*self.ids);
        let row = KeyRow {
            id: KeyId::from_uuid(self.ids.uuid()),
            hash: key_secret::hash_of(&secret).expect("it was made this way"),
            hint: key_secret::hint(&secret),
            name,
            holder,
            read_only: new.read_only,
            made_by: caller.person,
            created_at: self.clock.now(),
            expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        self.store.add_key(&row).await.map_err(failed)?;
        let (key, by) = (row.id, caller.person);
        tracing::info!(audit = "key_made", %key, %by, kind = ?new.kind, "made a key");
        let people = self.store.people().await.map_err(failed)?;
        Ok(MadeKey { key: view(row, &people, self.clock.now()), secret })
    }

    async fn revoke_key(&self, caller: &Caller, key: KeyId) -> Result<(), ApiError> {
        authorize(caller, Right::OwnKeys)?;
        let revoked = self.store.revoke_key(key, own_only(caller), self.clock.now()).await;
        revoked.map_err(|error| match error {
            StoreError::Conflict => ApiError::NotFound("key".to_owned()),
            error => failed(error),
        })?;
        self.tell_holder(key).await?;
        tracing::info!(audit = "key_revoked", %key, by = %caller.person, "revoked a key");
        Ok(())
    }

    async fn key_of_secret(
        &self,
        caller: &Caller,
        secret: &str,
    ) -> Result<Option<KeyView>, ApiError> {
        authorize(caller, Right::OwnKeys)?;
        let Some(hash) = key_secret::hash_of(secret) else { return Ok(None) };
        let row = self.store.key(&hash).await.map_err(failed)?;
        let Some(row) = row.filter(|row| row.made_by == caller.person) else { return Ok(None) };
        let people = self.store.people().await.map_err(failed)?;
        Ok(Some(view(row, &people, self.clock.now())))
    }
}

impl Accounts {
    /// The key and whom it acts for; `None` for one that doesn't work.
    pub(super) async fn holder_of(
        &self,
        secret: &str,
    ) -> Result<Option<(KeyRow, Caller)>, ApiError> {
        let Some(hash) = key_secret::hash_of(secret) else { return Ok(None) };
        let row = self.store.key(&hash).await.map_err(failed)?;
        let now = self.clock.now();
        let Some(row) = row.filter(|row| is_in_time(row, now) && row.revoked_at.is_none()) else {
            return Ok(None);
        };
        let key = KeyUse { id: row.id, name: row.name.clone(), read_only: row.read_only };
        let caller = match row.holder {
            KeyHolder::Agent(id) => Caller {
                kind: CallerKind::Agent,
                person: id,
                name: row.name.clone(),
                email: String::new(),
                role: Role::Viewer,
                key: Some(key),
            },
            KeyHolder::Person(id) => {
                let person = self.store.person(id).await.map_err(failed)?;
                let Some(person) = person.filter(may_sign_in) else { return Ok(None) };
                Caller {
                    kind: CallerKind::Person,
                    person: id,
                    name: person.name,
                    email: person.email,
                    role: person.role,
                    key: Some(key),
                }
            }
        };
        Ok(Some((row, caller)))
    }

    /// Whoever uses a key right now has to look at it again.
    async fn tell_holder(&self, key: KeyId) -> Result<(), ApiError> {
        let rows = self.store.keys(None, MOST_LISTED).await.map_err(failed)?;
        if let Some(row) = rows.iter().find(|row| row.id == key) {
            let (KeyHolder::Agent(id) | KeyHolder::Person(id)) = row.holder;
            self.access_changed(id);
        }
        Ok(())
    }

    /// Only failures count: a key can't be guessed, and those of its neighbours must not hold up one
    /// that works.
    fn refuse(&self, source: &str) -> ApiError {
        // No e-mail address is empty.
        match self.throttle.begin("", source, self.clock.now()) {
            Ok(()) => {
                tracing::warn!(audit = "key_refused", source, "a key did not work");
                ApiError::KeyRefused
            }
            Err(wait) => ApiError::TooMany(wait),
        }
    }

    fn checked(&self, new: &NewKey) -> Result<(String, Option<DateTime<Utc>>), ApiError> {
        let name = names::name(&new.name);
        let days = new.expires_in_days;
        let wrong = days.filter(|days| !(1..=LONGEST_DAYS).contains(days)).map(|_| {
            let limit = format!("must be 1 to {LONGEST_DAYS}, or left out for never");
            Issue::error("/expires_in_days", limit)
        });
        match (name, wrong) {
            (Ok(name), None) => {
                let days = days.map(|days| TimeDelta::days(days.into()));
                Ok((name, days.map(|days| self.clock.now() + days)))
            }
            (name, wrong) => Err(ApiError::Invalid(name.err().into_iter().chain(wrong).collect())),
        }
    }

    async fn room_for_one(&self, caller: &Caller, kind: CallerKind) -> Result<(), ApiError> {
        let of = Some(caller.person).filter(|_| kind == CallerKind::Person);
        let rows = self.store.keys(of, MOST_LISTED).await.map_err(failed)?;
        let now = self.clock.now();
        let counts = |row: &&KeyRow| {
            let same = matches!(row.holder, KeyHolder::Agent(_)) == (kind == CallerKind::Agent);
            same && row.revoked_at.is_none() && is_in_time(row, now)
        };
        if rows.iter().filter(counts).count() < MOST_ACTIVE {
            return Ok(());
        }
        let message = format!("there are {MOST_ACTIVE} keys in use; revoke some first");
        Err(ApiError::NotPossible(message))
    }

    /// The account of the agent with this name, made if there is none.
    async fn agent(&self, name: &str) -> Result<PersonId, ApiError> {
        let id = PersonId::from_uuid(self.ids.uuid());
        let agent = AgentRow { id, name: name.to_owned(), created_at: self.clock.now() };
        Ok(self.store.agent(&agent).await.map_err(failed)?.id)
    }
}

/// Whose keys the caller sees; `None` for everybody's.
fn own_only(caller: &Caller) -> Option<PersonId> {
    match authorize(caller, Right::ManageKeys) {
        Ok(()) => None,
        Err(_) => Some(caller.person),
    }
}

fn is_in_time(row: &KeyRow, now: DateTime<Utc>) -> bool {
    row.expires_at.is_none_or(|at| now < at)
}

fn view(row: KeyRow, people: &[PersonRow], now: DateTime<Utc>) -> KeyView {
    let person = |id: PersonId| people.iter().find(|person| person.id == id);
    let (kind, owner, stopped) = match row.holder {
        KeyHolder::Agent(_) => (CallerKind::Agent, row.name.clone(), false),
        KeyHolder::Person(id) => {
            let holder = person(id);
            let name = holder.map_or_else(String::new, |holder| holder.name.clone());
            (CallerKind::Person, name, !holder.is_some_and(may_sign_in))
        }
    };
    let status = match row.revoked_at {
        Some(_) => KeyStatus::Revoked,
        None if !is_in_time(&row, now) => KeyStatus::Expired,
        None if stopped => KeyStatus::Stopped,
        None => KeyStatus::Active,
    };
    KeyView {
        id: row.id,
        made_by: person(row.made_by).map_or_else(String::new, |maker| maker.name.clone()),
        name: row.name,
        kind,
        owner,
        hint: row.hint,
        read_only: row.read_only,
        status,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
    }
}
