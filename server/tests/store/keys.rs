//! Keys and the agents that have them.

use domain::{
    access::Role,
    digest::Digest,
    id::{KeyId, PersonId},
};
use server::ports::{AgentRow, KeyHolder, KeyRow, PersonRow, Store, StoreError};

use crate::{
    Backend,
    make::{after, fresh, noon},
};

async fn person(store: &dyn Store, email: &str) -> PersonId {
    let person = PersonRow {
        id: PersonId::from_uuid(fresh()),
        name: email.to_owned(),
        email: email.to_owned(),
        role: Role::Reviewer,
        password: None,
        disabled: false,
        created_at: noon(),
        last_seen_at: None,
    };
    store.add_person(&person).await.unwrap();
    person.id
}

fn key(holder: KeyHolder, made_by: PersonId, secret: &str, second: i64) -> KeyRow {
    KeyRow {
        id: KeyId::from_uuid(fresh()),
        hash: Digest::of(secret.as_bytes()),
        hint: format!("csk_{secret}"),
        name: "relay ✓".to_owned(),
        holder,
        read_only: second % 2 == 1,
        made_by,
        created_at: after(second),
        expires_at: Some(after(3600)),
        last_used_at: None,
        revoked_at: None,
    }
}

pub async fn a_key_reads_back_as_it_was_written_and_is_found_by_its_hash(backend: &impl Backend) {
    let store = backend.store();
    let mara = person(&*store, "mara@x.org").await;
    let mut own = key(KeyHolder::Person(mara), mara, "one", 1);
    store.add_key(&own, None).await.unwrap();
    assert_eq!(store.key(&own.hash).await.unwrap().as_ref(), Some(&own));
    assert_eq!(store.key(&Digest::of(b"two")).await.unwrap(), None);
    store.touch_key(own.id, after(60)).await.unwrap();
    own.last_used_at = Some(after(60));
    assert_eq!(store.key(&own.hash).await.unwrap(), Some(own));
}

pub async fn an_agent_is_known_by_its_name_and_made_once(backend: &impl Backend) {
    let store = backend.store();
    let agent = |name: &str| AgentRow {
        id: PersonId::from_uuid(fresh()),
        name: name.to_owned(),
        created_at: noon(),
    };
    let (first, second, other) = (agent("mailer"), agent("mailer"), agent("Mailer"));
    assert_eq!(store.agent(&first).await.unwrap(), first);
    assert_eq!(store.agent(&second).await.unwrap(), first);
    assert_eq!(store.agent(&other).await.unwrap(), other);

    let mara = person(&*store, "mara@x.org").await;
    let of_agent = key(KeyHolder::Agent(first.id), mara, "one", 0);
    store.add_key(&of_agent, None).await.unwrap();
    assert_eq!(store.key(&of_agent.hash).await.unwrap(), Some(of_agent));
}

pub async fn a_person_lists_and_revokes_their_own_keys_only(backend: &impl Backend) {
    let store = backend.store();
    let (mara, otto) = (person(&*store, "m@x.org").await, person(&*store, "o@x.org").await);
    let mut old = key(KeyHolder::Person(mara), mara, "old", 1);
    let new = key(KeyHolder::Person(mara), mara, "new", 2);
    let other = key(KeyHolder::Person(otto), otto, "other", 3);
    for key in [&old, &new, &other] {
        store.add_key(key, None).await.unwrap();
    }
    assert_eq!(store.keys(Some(mara), 9).await.unwrap(), [new.clone(), old.clone()]);
    assert_eq!(store.keys(None, 2).await.unwrap(), [other.clone(), new.clone()]);

    let refused = store.revoke_key(other.id, Some(mara), after(9)).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    assert_eq!(store.key(&other.hash).await.unwrap().unwrap().revoked_at, None);
    store.revoke_key(old.id, Some(mara), after(9)).await.unwrap();
    store.revoke_key(old.id, None, after(10)).await.unwrap();
    old.revoked_at = Some(after(9));
    assert_eq!(store.keys(None, 9).await.unwrap(), [other, new, old], "revoked ones come last");
}
