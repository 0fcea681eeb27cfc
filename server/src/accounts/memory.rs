//! Accounts in memory, for the tests of what stands above the store.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    digest::Digest,
    id::{KeyId, PersonId},
};

use crate::ports::{
    AccountStore, AgentRow, IdempotencyKey, KeyHolder, KeyRow, KeyStore, PersonRow, StoreError,
    TokenRow, UsedKey,
};

#[derive(Default)]
pub(crate) struct Memory {
    all: Mutex<All>,
    pub(crate) touched: AtomicU32,
    /// Writes fail as if the disk were full.
    pub(crate) full: std::sync::atomic::AtomicBool,
}

#[derive(Default, Clone)]
struct All {
    people: Vec<PersonRow>,
    sessions: HashMap<Digest, TokenRow>,
    links: HashMap<Digest, TokenRow>,
    agents: Vec<AgentRow>,
    keys: Vec<KeyRow>,
}

impl Memory {
    fn read<T>(&self, with: impl FnOnce(&All) -> T) -> T {
        with(&self.all.lock().unwrap())
    }

    fn write<T>(
        &self,
        with: impl FnOnce(&mut All) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(StoreError::Full);
        }
        with(&mut self.all.lock().unwrap())
    }
}

impl All {
    fn has_admin(&self) -> bool {
        let admin = |p: &PersonRow| p.role == Role::Admin && !p.disabled && p.password.is_some();
        self.people.iter().any(admin)
    }

    fn put(&mut self, person: &PersonRow) -> Result<(), StoreError> {
        if self.people.iter().any(|p| p.email == person.email && p.id != person.id) {
            return Err(StoreError::Duplicate);
        }
        let old = self.people.iter_mut().find(|p| p.id == person.id);
        *old.ok_or(StoreError::Conflict)? = person.clone();
        Ok(())
    }

    fn end(&mut self, person: PersonId) {
        self.sessions.retain(|_, session| session.person != person);
        self.links.retain(|_, link| link.person != person);
    }
}

#[async_trait]
impl AccountStore for Memory {
    async fn add_person(&self, person: &PersonRow) -> Result<(), StoreError> {
        self.write(|all| {
            if all.people.iter().any(|p| p.email == person.email) {
                return Err(StoreError::Duplicate);
            }
            all.people.push(person.clone());
            Ok(())
        })
    }

    async fn invite(
        &self,
        person: &PersonRow,
        link: &TokenRow,
        _: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError> {
        self.add_person(person).await?;
        self.add_link(link).await
    }

    async fn reset(
        &self,
        person: &PersonRow,
        link: &TokenRow,
        _: Option<&IdempotencyKey>,
    ) -> Result<(), StoreError> {
        let without = PersonRow { password: None, ..person.clone() };
        match self.update_person(&without).await {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
        self.end_all(person.id).await?;
        self.add_link(link).await
    }

    async fn person(&self, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
        Ok(self.read(|all| all.people.iter().find(|p| p.id == id).cloned()))
    }

    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        Ok(self.read(|all| all.people.iter().find(|p| p.email == email).cloned()))
    }

    async fn people(&self) -> Result<Vec<PersonRow>, StoreError> {
        Ok(self.read(|all| all.people.clone()))
    }

    async fn update_person(&self, person: &PersonRow) -> Result<(), StoreError> {
        self.write(|all| {
            let mut changed = all.clone();
            changed.put(person)?;
            if all.has_admin() && !changed.has_admin() {
                return Err(StoreError::Conflict);
            }
            *all = changed;
            Ok(())
        })
    }

    async fn add_session(&self, session: &TokenRow) -> Result<(), StoreError> {
        self.write(|all| {
            all.sessions.insert(session.hash, session.clone());
            Ok(())
        })
    }

    async fn session(&self, hash: &Digest) -> Result<Option<TokenRow>, StoreError> {
        Ok(self.read(|all| all.sessions.get(hash).cloned()))
    }

    async fn touch_session(&self, hash: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.touched.fetch_add(1, Ordering::Relaxed);
        self.write(|all| {
            if let Some(session) = all.sessions.get_mut(hash) {
                session.last_used_at = at;
            }
            Ok(())
        })
    }

    async fn end_session(&self, hash: &Digest) -> Result<(), StoreError> {
        self.write(|all| {
            all.sessions.remove(hash);
            Ok(())
        })
    }

    async fn end_all(&self, person: PersonId) -> Result<(), StoreError> {
        self.write(|all| {
            all.end(person);
            Ok(())
        })
    }

    async fn add_link(&self, link: &TokenRow) -> Result<(), StoreError> {
        self.write(|all| {
            all.links.retain(|_, other| other.person != link.person);
            all.links.insert(link.hash, link.clone());
            Ok(())
        })
    }

    async fn link(&self, hash: &Digest) -> Result<Option<TokenRow>, StoreError> {
        Ok(self.read(|all| all.links.get(hash).cloned()))
    }

    async fn accept_link(
        &self,
        hash: &Digest,
        person: &PersonRow,
        session: &TokenRow,
    ) -> Result<(), StoreError> {
        self.write(|all| {
            if !all.links.contains_key(hash) {
                return Err(StoreError::Conflict);
            }
            all.put(person)?;
            all.end(person.id);
            all.sessions.insert(session.hash, session.clone());
            Ok(())
        })
    }
}

#[async_trait]
impl KeyStore for Memory {
    async fn agent(&self, agent: &AgentRow) -> Result<AgentRow, StoreError> {
        self.write(|all| {
            if let Some(known) = all.agents.iter().find(|known| known.name == agent.name) {
                return Ok(known.clone());
            }
            all.agents.push(agent.clone());
            Ok(agent.clone())
        })
    }

    async fn add_key(&self, key: &KeyRow, _: Option<&IdempotencyKey>) -> Result<(), StoreError> {
        self.write(|all| {
            all.keys.insert(0, key.clone());
            Ok(())
        })
    }

    async fn used_for(&self, _: &IdempotencyKey) -> Result<Option<UsedKey>, StoreError> {
        Ok(None)
    }

    async fn key(&self, hash: &Digest) -> Result<Option<KeyRow>, StoreError> {
        Ok(self.read(|all| all.keys.iter().find(|key| key.hash == *hash).cloned()))
    }

    async fn keys(&self, of: Option<PersonId>, limit: u32) -> Result<Vec<KeyRow>, StoreError> {
        let theirs = |key: &&KeyRow| of.is_none_or(|id| key.holder == KeyHolder::Person(id));
        let limit = usize::try_from(limit).unwrap();
        Ok(self.read(|all| all.keys.iter().filter(theirs).take(limit).cloned().collect()))
    }

    async fn touch_key(&self, key: KeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.touched.fetch_add(1, Ordering::Relaxed);
        self.change_key(key, |row| row.last_used_at = Some(at))
    }

    async fn revoke_key(
        &self,
        key: KeyId,
        of: Option<PersonId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if !self.keys(of, u32::MAX).await?.iter().any(|row| row.id == key) {
            return Err(StoreError::Conflict);
        }
        self.change_key(key, |row| {
            row.revoked_at.get_or_insert(at);
        })
    }
}

impl Memory {
    fn change_key(&self, key: KeyId, with: impl FnOnce(&mut KeyRow)) -> Result<(), StoreError> {
        self.write(|all| {
            if let Some(row) = all.keys.iter_mut().find(|row| row.id == key) {
                with(row);
            }
            Ok(())
        })
    }
}
