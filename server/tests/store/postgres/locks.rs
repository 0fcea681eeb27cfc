//! What several writers at once could do to each other.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::{access::Role, decision::Answer, digest::Digest, id::PersonId};
use server::ports::{AccountStore, Change, IdempotencyKey, PersonRow, Store, StoreError, TokenRow};
use sqlx::{Connection, PgConnection};
use url::Url;

use super::{connect, look, open};
use crate::{
    Backend,
    make::{self, Story, after, change, fresh, noon, run},
};

/// A person with a database client, in the middle of a transaction.
async fn somebody_else(url: &Url) -> PgConnection {
    let mut connection = PgConnection::connect(url.as_str()).await.unwrap();
    say(&mut connection, "BEGIN").await;
    connection
}

async fn say(connection: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

/// Waits until a connection of the store waits for a lock.
async fn somebody_waits(connection: &mut PgConnection) {
    const WAITING: &str = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database() AND application_name = 'countersign'";
    while sqlx::query(WAITING).fetch_optional(&mut *connection).await.unwrap().is_none() {
        say(connection, "SELECT pg_stat_clear_snapshot()").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_that_waits_for_a_lock_past_its_deadline_is_too_late() {
    let backend = open().await;
    for lock in [
        "SELECT 1 FROM hitl_runs FOR UPDATE",
        "SELECT 1 FROM hitl_pending_approvals FOR UPDATE",
        // The row is written as it was: a waiting statement would look at it anew.
        "UPDATE hitl_pending_approvals SET message = message",
    ] {
        let mut run = run(make::person(), "s");
        run.config.approval_timeout_seconds = Some(300);
        let mut story = Story::waiting_with(&backend.store(), run).await;
        let deadline = after(300);
        let left = TimeDelta::milliseconds(1500);
        let mut other = somebody_else(&backend.database.url).await;
        say(&mut other, lock).await;

        let real: Option<i64> =
            sqlx::query_scalar("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint")
                .fetch_one(&mut other)
                .await
                .unwrap();
        let real = chrono::DateTime::from_timestamp_micros(real.unwrap()).unwrap();
        backend.move_clock(deadline - left - real);
        let (decided, ()) = tokio::join!(story.decide(Answer::Approve), async {
            somebody_waits(&mut other).await;
            say(&mut other, "SELECT pg_sleep(1.6)").await;
            say(&mut other, "COMMIT").await;
        });

        assert!(matches!(decided, Err(StoreError::TooLate)), "{lock}: {decided:?}");
        story.assert_stored().await;
        // The same decision without the wait is in time.
        backend.move_clock(TimeDelta::zero());
        story.decide(Answer::Approve).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_the_database_takes_back_is_run_again() {
    let backend = open().await;
    let story = Story::waiting(&backend.store()).await;
    let mut other = somebody_else(&backend.database.url).await;
    // So that the store is the one that finds the knot.
    say(&mut other, "SET deadlock_timeout = '1min'").await;
    say(&mut other, "SELECT 1 FROM hitl_runs FOR UPDATE").await;

    let key = IdempotencyKey {
        scope: "s".to_owned(),
        key: "k".to_owned(),
        request: Digest::of(b"r"),
        answer: fresh(),
        reply: String::new(),
    };
    let approves = story.outcome(make::decision(story.ticket(), Answer::Approve, story.run.owner));
    let keyed = Change { key: Some(key), ..change(approves, Some(story.version)) };
    let (committed, ()) = tokio::join!(story.store.commit(&keyed), async {
        somebody_waits(&mut other).await;
        let same_key = "INSERT INTO hitl_idempotency_keys
            VALUES ('s', 'k', 'r', gen_random_uuid(), now())";
        say(&mut other, same_key).await;
        say(&mut other, "ROLLBACK").await;
    });

    committed.unwrap();
    assert!(story.store.used_key("s", "k").await.unwrap().is_some());
    let log = look(
        &backend.database.url,
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    );
    assert_ne!(log.await, [[Some("0".to_owned())]], "there was a knot");
}

fn admin(email: &str) -> PersonRow {
    PersonRow {
        id: PersonId::from_uuid(fresh()),
        name: email.to_owned(),
        email: email.to_owned(),
        role: Role::Admin,
        password: Some("$argon2id$x".to_owned()),
        disabled: false,
        created_at: noon(),
        last_seen_at: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_demote_each_other_at_once_one_stays() {
    let backend = open().await;
    let stores: [Arc<dyn Store>; 2] = [backend.store(), connect(&backend.database).await];
    let both = ["mara@x.org", "otto@x.org"].map(admin);
    for person in &both {
        stores[0].add_person(person).await.unwrap();
    }
    for _ in 0..50 {
        let [mara, otto] =
            both.each_ref().map(|row| PersonRow { role: Role::Viewer, ..row.clone() });
        let (one, other) =
            tokio::join!(stores[0].update_person(&mara), stores[1].update_person(&otto));
        let refused = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(refused[..], [StoreError::Conflict]), "{refused:?}");
        for person in &both {
            stores[0].update_person(person).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_changes_accounts_keeps_other_processes_from_it_until_they_are_done() {
    let backend = open().await;
    let other = connect(&backend.database).await;
    let mut client = PgConnection::connect(backend.database.url.as_str()).await.unwrap();
    let first = backend.store.alone().await.unwrap();

    let (second, ()) = tokio::join!(other.alone(), async {
        somebody_waits(&mut client).await;
        drop(first);
    });

    drop(second.unwrap());
    drop(backend.store.alone().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_links_made_at_once_one_works() {
    let backend = open().await;
    let stores: [Arc<dyn Store>; 2] = [backend.store(), connect(&backend.database).await];
    let mara = admin("mara@x.org");
    stores[0].add_person(&mara).await.unwrap();
    for number in 0..50_u32 {
        let link = |side: u32| TokenRow {
            hash: Digest::of(&[number.to_le_bytes(), side.to_le_bytes()].concat()),
            person: mara.id,
            created_at: noon(),
            last_used_at: noon(),
            expires_at: after(60),
        };
        let (one, other) = (link(0), link(1));
        let made = tokio::join!(stores[0].add_link(&one), stores[1].add_link(&other));
        assert!(made.0.is_ok() && made.1.is_ok(), "{made:?}");
        let found =
            [stores[0].link(&one.hash).await.unwrap(), stores[0].link(&other.hash).await.unwrap()];
        assert_eq!(found.iter().flatten().count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_ever_for_a_lock() {
    let backend = open().await;
    let mut story = Story::waiting(&backend.store()).await;
    let mut other = somebody_else(&backend.database.url).await;
    say(&mut other, "SELECT 1 FROM hitl_runs FOR UPDATE").await;

    let within = tokio::time::timeout(Duration::from_secs(15), story.decide(Answer::Approve));
    let refused = within.await.unwrap();
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");

    say(&mut other, "ROLLBACK").await;
    story.assert_stored().await;
    story.decide(Answer::Approve).await.unwrap();
}
