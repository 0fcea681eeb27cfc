//! Keys and agents.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    digest::Digest,
    id::{KeyId, PersonId},
};

use super::{
    SqlStore,
    commit::keyed,
    engine::{Engine, NoRows, Write},
    rows,
    sql::{keys as sql, runs::USED_KEY},
    value::{Fields, unreadable, values},
};
use crate::ports::{AgentRow, IdempotencyKey, KeyHolder, KeyRow, KeyStore, StoreError, UsedKey};

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl<E: Engine> KeyStore for SqlStore<E> {
    async fn agent(&self, agent: &AgentRow) -> Answer<AgentRow> {
        let name = agent.name.as_str();
        let values = values![agent.id, name, agent.created_at];
        self.engine.write(vec![Write::new(sql::ADD_AGENT, values)]).await?;
        let row = self.engine.read_one(sql::AGENT, values![name]).await?;
        let row = row.ok_or_else(|| unreadable("hitl_agents.name"))?;
        Ok(AgentRow {
            id: PersonId::from_uuid(row.id("agent_id")?),
            name: row.text("name")?,
            created_at: row.time("created_at")?,
        })
    }

    async fn add_key(&self, key: &KeyRow, once: Option<&IdempotencyKey>) -> Answer<()> {
        let (person, agent) = match key.holder {
            KeyHolder::Person(id) => (Some(id), None),
            KeyHolder::Agent(id) => (None, Some(id)),
        };
        let values = values![
            key.id,
            key.hash,
            key.hint.as_str(),
            key.name.as_str(),
            person,
            agent,
            key.read_only,
            key.made_by,
            key.created_at,
            key.expires_at,
            key.last_used_at,
            key.revoked_at,
        ];
        let mut writes: Vec<Write> = keyed(once, key.created_at).into_iter().collect();
        writes.push(Write::new(sql::ADD_KEY, values));
        self.engine.write(writes).await.map(drop)
    }

    async fn used_for(&self, once: &IdempotencyKey) -> Answer<Option<UsedKey>> {
        let (scope, key) = (once.scope.as_str(), once.key.as_str());
        let row = self.engine.read_one(USED_KEY, values![scope, key]).await?;
        row.as_ref().map(rows::used_key).transpose()
    }

    async fn key(&self, hash: &Digest) -> Answer<Option<KeyRow>> {
        let row = self.engine.read_one(sql::KEY, values![*hash]).await?;
        row.as_ref().map(key_row).transpose()
    }

    async fn keys(&self, of: Option<PersonId>, limit: u32) -> Answer<Vec<KeyRow>> {
        let rows = match of {
            None => self.engine.read(sql::KEYS, values![limit]).await?,
            Some(person) => self.engine.read(sql::KEYS_OF, values![limit, person]).await?,
        };
        rows.iter().map(key_row).collect()
    }

    async fn touch_key(&self, key: KeyId, at: DateTime<Utc>) -> Answer<()> {
        self.run(sql::TOUCH_KEY, values![key, at]).await
    }

    async fn revoke_key(&self, key: KeyId, of: Option<PersonId>, at: DateTime<Utc>) -> Answer<()> {
        let revoke = match of {
            None => Write::new(sql::REVOKE_KEY, values![key, at]),
            Some(person) => Write::new(sql::REVOKE_KEY_OF, values![key, at, person]),
        };
        self.engine.write(vec![revoke.or(NoRows::Conflict)]).await.map(drop)
    }
}

fn key_row(row: &impl Fields) -> Answer<KeyRow> {
    let account = |column| Ok(row.opt_id(column)?.map(PersonId::from_uuid));
    let holder = match (account("person_id")?, account("agent_id")?) {
        (Some(person), None) => KeyHolder::Person(person),
        (None, Some(agent)) => KeyHolder::Agent(agent),
        _ => return Err(unreadable("hitl_keys.person_id")),
    };
    Ok(KeyRow {
        id: KeyId::from_uuid(row.id("key_id")?),
        hash: row.digest("hash")?,
        hint: row.text("hint")?,
        name: row.text("name")?,
        holder,
        read_only: row.flag("read_only")?,
        made_by: PersonId::from_uuid(row.id("made_by")?),
        created_at: row.time("created_at")?,
        expires_at: row.opt_time("expires_at")?,
        last_used_at: row.opt_time("last_used_at")?,
        revoked_at: row.opt_time("revoked_at")?,
    })
}
