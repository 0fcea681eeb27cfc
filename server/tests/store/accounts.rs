//! Accounts, sessions and one-time links.

use domain::{access::Role, digest::Digest, id::PersonId};
use server::ports::{PersonRow, StoreError, TokenRow};

use crate::{
    Backend,
    make::{after, fresh, noon},
};

fn person(email: &str, role: Role) -> PersonRow {
    PersonRow {
        id: PersonId::from_uuid(fresh()),
        name: format!("Name of {email}"),
        email: email.to_owned(),
        role,
        password: Some("$argon2id$x".to_owned()),
        disabled: false,
        created_at: noon(),
        last_seen_at: None,
    }
}

fn token(person: &PersonRow, secret: &str) -> TokenRow {
    TokenRow {
        hash: Digest::of(secret.as_bytes()),
        person: person.id,
        created_at: noon(),
        last_used_at: noon(),
        expires_at: after(3600),
    }
}

pub async fn an_email_address_is_taken_once(backend: &impl Backend) {
    let store = backend.store();
    let (mara, otto) = (person("mara@x.org", Role::Admin), person("otto@x.org", Role::Viewer));
    store.add_person(&mara).await.unwrap();
    store.add_person(&otto).await.unwrap();
    let again = store.add_person(&person("mara@x.org", Role::Viewer)).await;
    assert!(matches!(again, Err(StoreError::Duplicate)));
    let taken = PersonRow { email: mara.email.clone(), ..otto.clone() };
    assert!(matches!(store.update_person(&taken).await, Err(StoreError::Duplicate)));
    assert_eq!(store.people().await.unwrap(), [mara, otto]);
}

pub async fn a_changed_account_reads_back_as_it_was_written(backend: &impl Backend) {
    let store = backend.store();
    let mut mara = person("mara@x.org", Role::Admin);
    let otto = PersonRow { password: None, ..person("otto@x.org", Role::Reviewer) };
    store.add_person(&mara).await.unwrap();
    store.add_person(&otto).await.unwrap();
    assert_eq!(store.person(otto.id).await.unwrap().as_ref(), Some(&otto));
    mara.name = "Mara Ö.".to_owned();
    mara.email = "m@x.org".to_owned();
    mara.password = Some("$argon2id$y".to_owned());
    store.update_person(&mara).await.unwrap();
    assert_eq!(store.person_by_email("m@x.org").await.unwrap(), Some(mara));
    assert_eq!(store.person_by_email("mara@x.org").await.unwrap(), None);
    let unknown = store.update_person(&person("nobody@x.org", Role::Viewer)).await;
    assert!(matches!(unknown, Err(StoreError::Conflict)));
}

pub async fn the_last_admin_can_be_neither_demoted_nor_disabled(backend: &impl Backend) {
    let store = backend.store();
    let invited = PersonRow { password: None, ..person("i@x.org", Role::Admin) };
    store.add_person(&invited).await.unwrap();
    // Nobody could sign in before either, so nothing is lost.
    store.update_person(&PersonRow { disabled: true, ..invited.clone() }).await.unwrap();

    let mara = person("mara@x.org", Role::Admin);
    store.add_person(&mara).await.unwrap();
    store.add_person(&person("otto@x.org", Role::Reviewer)).await.unwrap();
    let out = [
        PersonRow { role: Role::Reviewer, ..mara.clone() },
        PersonRow { disabled: true, ..mara.clone() },
        PersonRow { password: None, ..mara.clone() },
    ];
    for row in &out {
        assert!(matches!(store.update_person(row).await, Err(StoreError::Conflict)));
    }
    assert_eq!(store.person(mara.id).await.unwrap(), Some(mara.clone()));
    store.add_person(&person("second@x.org", Role::Admin)).await.unwrap();
    for row in &out {
        store.update_person(row).await.unwrap();
    }
}

pub async fn sessions_end(backend: &impl Backend) {
    let store = backend.store();
    let mara = person("mara@x.org", Role::Admin);
    store.add_person(&mara).await.unwrap();
    let [one, two, three] = ["1", "2", "3"].map(|secret| token(&mara, secret));
    for session in [&one, &two, &three] {
        store.add_session(session).await.unwrap();
    }
    assert_eq!(store.session(&one.hash).await.unwrap().as_ref(), Some(&one));
    store.end_session(&one.hash).await.unwrap();
    store.end_session(&one.hash).await.unwrap();
    assert_eq!(store.session(&one.hash).await.unwrap(), None);
    assert_eq!(store.session(&two.hash).await.unwrap().as_ref(), Some(&two));
    let link = token(&mara, "link");
    store.add_link(&link).await.unwrap();
    store.end_all(mara.id).await.unwrap();
    for hash in [&two.hash, &three.hash] {
        assert_eq!(store.session(hash).await.unwrap(), None);
    }
    assert_eq!(store.link(&link.hash).await.unwrap(), None);
}

pub async fn using_a_session_is_noted_with_its_holder(backend: &impl Backend) {
    let store = backend.store();
    let mara = person("mara@x.org", Role::Admin);
    store.add_person(&mara).await.unwrap();
    let session = token(&mara, "1");
    store.add_session(&session).await.unwrap();
    store.touch_session(&session.hash, after(60)).await.unwrap();
    let found = store.session(&session.hash).await.unwrap().unwrap();
    assert_eq!(found, TokenRow { last_used_at: after(60), ..session });
    let found = store.person(mara.id).await.unwrap().unwrap();
    assert_eq!(found.last_seen_at, Some(after(60)));
}

pub async fn a_link_works_once(backend: &impl Backend) {
    let store = backend.store();
    let mut mara = PersonRow { password: None, ..person("mara@x.org", Role::Admin) };
    store.add_person(&mara).await.unwrap();
    let (link, before) = (token(&mara, "link"), token(&mara, "before"));
    store.add_link(&link).await.unwrap();
    store.add_session(&before).await.unwrap();
    assert_eq!(store.link(&link.hash).await.unwrap().as_ref(), Some(&link));

    mara.name = "Mara".to_owned();
    mara.password = Some("$argon2id$new".to_owned());
    let session = token(&mara, "session");
    store.accept_link(&link.hash, &mara, &session).await.unwrap();
    let again = store.accept_link(&link.hash, &mara, &token(&mara, "other")).await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    mara.last_seen_at = Some(noon());
    assert_eq!(store.person(mara.id).await.unwrap(), Some(mara));
    assert_eq!(store.link(&link.hash).await.unwrap(), None);
    assert_eq!(store.session(&before.hash).await.unwrap(), None);
    assert_eq!(store.session(&session.hash).await.unwrap(), Some(session));
    assert_eq!(store.session(&Digest::of(b"other")).await.unwrap(), None);
}

pub async fn a_newer_link_replaces_the_older_one(backend: &impl Backend) {
    let store = backend.store();
    let mara = person("mara@x.org", Role::Admin);
    store.add_person(&mara).await.unwrap();
    let (old, new) = (token(&mara, "old"), token(&mara, "new"));
    store.add_link(&old).await.unwrap();
    store.add_link(&new).await.unwrap();
    assert_eq!(store.link(&old.hash).await.unwrap(), None);
    assert_eq!(store.link(&new.hash).await.unwrap(), Some(new));
}

pub async fn a_link_over_its_time_or_of_a_disabled_account_is_refused_whole(
    backend: &impl Backend,
) {
    let store = backend.store();
    let mara = person("mara@x.org", Role::Admin);
    store.add_person(&mara).await.unwrap();
    store.add_person(&person("otto@x.org", Role::Admin)).await.unwrap();
    let link = token(&mara, "link");
    store.add_link(&link).await.unwrap();
    let renamed = PersonRow { name: "Eve".to_owned(), ..mara.clone() };

    let late = TokenRow { created_at: after(3600), ..token(&mara, "late") };
    let refused = store.accept_link(&link.hash, &renamed, &late).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    let disabled = PersonRow { disabled: true, ..mara };
    store.update_person(&disabled).await.unwrap();
    let refused = store.accept_link(&link.hash, &renamed, &token(&disabled, "s")).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    assert_eq!(store.person(disabled.id).await.unwrap().as_ref(), Some(&disabled));
    assert_eq!(store.link(&link.hash).await.unwrap(), Some(link), "the link wasn't used up");
    assert_eq!(store.session(&Digest::of(b"s")).await.unwrap(), None);
}
