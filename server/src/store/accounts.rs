//! Accounts, sessions and one-time links.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{access::Role, digest::Digest, id::PersonId};

use super::{
    SqlStore,
    commit::keyed,
    engine::{Engine, NoRows, Write},
    rows,
    sql::accounts as sql,
    value::{Fields as _, Value, values},
};
use crate::ports::{AccountStore, Alone, IdempotencyKey, PersonRow, StoreError, TokenRow};

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl<E: Engine> AccountStore for SqlStore<E> {
    async fn alone(&self) -> Answer<Alone> {
        self.engine.alone().await
    }

    async fn add_person(&self, person: &PersonRow) -> Answer<()> {
        self.engine.write(vec![add_person(person)]).await.map(drop)
    }

    async fn invite(
        &self,
        person: &PersonRow,
        link: &TokenRow,
        key: Option<&IdempotencyKey>,
    ) -> Answer<()> {
        let mut writes: Vec<Write> = keyed(key, link.created_at).into_iter().collect();
        writes.extend([add_person(person), Write::new(sql::ADD_LINK, token_values(link))]);
        self.engine.write(writes).await.map(drop)
    }

    async fn person(&self, id: PersonId) -> Answer<Option<PersonRow>> {
        let row = self.engine.read_one(sql::PERSON, values![id]).await?;
        row.as_ref().map(rows::person).transpose()
    }

    async fn person_by_email(&self, email: &str) -> Answer<Option<PersonRow>> {
        let row = self.engine.read_one(sql::PERSON_BY_EMAIL, values![email]).await?;
        row.as_ref().map(rows::person).transpose()
    }

    async fn people(&self) -> Answer<Vec<PersonRow>> {
        let found = self.engine.read(sql::PEOPLE, Vec::new()).await?;
        found.iter().map(rows::person).collect()
    }

    async fn update_person(&self, person: &PersonRow) -> Answer<()> {
        let update = update_person(person).or(NoRows::Conflict);
        self.engine.write(lock_admins::<E>().chain([update]).collect()).await.map(drop)
    }

    async fn reset(
        &self,
        person: &PersonRow,
        link: &TokenRow,
        key: Option<&IdempotencyKey>,
    ) -> Answer<()> {
        let without = PersonRow { password: None, ..person.clone() };
        let mut writes: Vec<Write> = keyed(key, link.created_at).into_iter().collect();
        writes.extend(lock_admins::<E>());
        writes.extend(E::LOCK_PERSON.map(|lock| Write::new(lock, values![person.id])));
        writes.extend([
            // Changes nothing for the last admin: a lost link would lock everybody out.
            update_person(&without),
            Write::new(sql::END_SESSIONS, values![person.id]),
            Write::new(sql::END_LINKS, values![person.id]),
            Write::new(sql::ADD_LINK, token_values(link)),
        ]);
        self.engine.write(writes).await.map(drop)
    }

    async fn add_session(&self, session: &TokenRow) -> Answer<()> {
        self.engine.write(begin_session(session).into()).await.map(drop)
    }

    async fn session(&self, hash: &Digest) -> Answer<Option<TokenRow>> {
        let row = self.engine.read_one(sql::SESSION, values![*hash]).await?;
        row.map(|row| rows::token(&row, hash)).transpose()
    }

    async fn signed_in(&self, hash: &Digest) -> Answer<Option<(TokenRow, PersonRow)>> {
        let row = self.engine.read_one(sql::SIGNED_IN, values![*hash]).await?;
        row.map(|row| {
            let person = rows::person(&row)?;
            let session = TokenRow {
                hash: *hash,
                person: person.id,
                created_at: row.time("began_at")?,
                last_used_at: row.time("last_used_at")?,
                expires_at: row.time("expires_at")?,
            };
            Ok((session, person))
        })
        .transpose()
    }

    async fn touch_session(&self, hash: &Digest, at: DateTime<Utc>) -> Answer<()> {
        let touch = Write::new(sql::TOUCH_SESSION, values![*hash, at]);
        let saw = Write::new(sql::SAW_HOLDER, values![*hash, at]);
        self.engine.write(vec![touch, saw]).await.map(drop)
    }

    async fn end_session(&self, hash: &Digest) -> Answer<()> {
        self.run(sql::END_SESSION, values![*hash]).await
    }

    async fn end_all(&self, person: PersonId) -> Answer<()> {
        let sessions = Write::new(sql::END_SESSIONS, values![person]);
        let links = Write::new(sql::END_LINKS, values![person]);
        self.engine.write(vec![sessions, links]).await.map(drop)
    }

    async fn add_link(&self, link: &TokenRow) -> Answer<()> {
        let earlier = Write::new(sql::END_LINKS, values![link.person]);
        let add = Write::new(sql::ADD_LINK, token_values(link));
        let lock = E::LOCK_PERSON.map(|lock| Write::new(lock, values![link.person]));
        self.engine.write(lock.into_iter().chain([earlier, add]).collect()).await.map(drop)
    }

    async fn link(&self, hash: &Digest) -> Answer<Option<TokenRow>> {
        let row = self.engine.read_one(sql::LINK, values![*hash]).await?;
        row.map(|row| rows::token(&row, hash)).transpose()
    }

    async fn accept_link(
        &self,
        hash: &Digest,
        person: &PersonRow,
        session: &TokenRow,
    ) -> Answer<()> {
        let take = Write::new(sql::USE_LINK, values![*hash, person.id, session.created_at]);
        let accept = Write::new(
            sql::ACCEPT,
            values![
                person.id,
                person.name.as_str(),
                person.email.as_str(),
                person.password.clone(),
            ],
        );
        let mut writes = vec![
            take.or(NoRows::Conflict),
            accept.or(NoRows::Conflict),
            Write::new(sql::END_SESSIONS, values![person.id]),
            Write::new(sql::END_LINKS, values![person.id]),
        ];
        writes.extend(begin_session(session));
        self.engine.write(writes).await.map(drop)
    }
}

fn lock_admins<E: Engine>() -> impl Iterator<Item = Write> {
    E::LOCK_ADMINS.map(|lock| Write::new(lock, Vec::new())).into_iter()
}

fn add_person(person: &PersonRow) -> Write {
    let mut values = person_values(person);
    values.extend(values![person.created_at, person.last_seen_at]);
    Write::new(sql::ADD_PERSON, values)
}

fn update_person(person: &PersonRow) -> Write {
    let mut values = person_values(person);
    let admin = person.role == Role::Admin && person.password.is_some() && !person.disabled;
    values.extend(values![admin]);
    Write::new(sql::UPDATE_PERSON, values)
}

fn begin_session(session: &TokenRow) -> [Write; 3] {
    [
        Write::new(sql::FORGET_SESSIONS, values![session.created_at]),
        Write::new(sql::ADD_SESSION, token_values(session)),
        Write::new(sql::SAW_HOLDER, values![session.hash, session.created_at]),
    ]
}

fn person_values(person: &PersonRow) -> Vec<Value> {
    values![
        person.id,
        person.name.as_str(),
        person.email.as_str(),
        person.role.name(),
        person.password.clone(),
        person.disabled,
    ]
}

fn token_values(token: &TokenRow) -> Vec<Value> {
    values![token.hash, token.person, token.created_at, token.last_used_at, token.expires_at]
}
