//! What keeps a database from being used.

use chrono::TimeDelta;
use server::{
    clock::{SetClock, SystemClock},
    ports::{Clock, StoreError},
    store::PostgresStore,
};

use super::{CONNECTIONS, open};
use crate::{
    Backend,
    databases::{Database, execute},
    make::{Story, noon, person, run},
    servers::Server,
};

async fn refusal(database: &Database, clock: &dyn Clock) -> String {
    match PostgresStore::open(database.url.as_str(), CONNECTIONS, clock).await {
        Err(StoreError::Unavailable(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Changes a setting for all connections to come.
fn set(database: &Database, setting: &str) {
    let mut url = database.url.clone();
    // Such a change is a write.
    url.query_pairs_mut().append_pair("options", "-c default_transaction_read_only=off");
    execute(&url, format!("ALTER DATABASE {} SET {setting}", database.name()));
}

#[tokio::test]
async fn a_database_that_acknowledges_before_it_keeps_is_refused() {
    let database = Database::fresh();
    set(&database, "synchronous_commit = off");
    let why = refusal(&database, &SystemClock).await;
    assert!(why.contains("synchronous_commit off") && why.contains("switch it on"), "{why}");
}

#[tokio::test]
async fn a_database_that_can_only_be_read_is_refused() {
    let database = Database::fresh();
    set(&database, "default_transaction_read_only = on");
    let why = refusal(&database, &SystemClock).await;
    assert!(why.contains("give the address of the primary"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_can_only_read_is_not_ready_and_takes_no_such_connection_twice() {
    let backend = open().await;
    let (store, database) = (backend.store(), &backend.database);
    let begin = || Story::begin(&store, run(person(), "s"));
    set(database, "default_transaction_read_only = on");
    let refused = |result: Result<(), StoreError>| match result {
        Err(StoreError::Unavailable(why)) => assert!(why.contains("read-only"), "{why}"),
        other => panic!("{other:?}"),
    };
    refused(store.ready().await);
    refused(begin().await.map(drop));
    refused(store.settle_restores(noon()).await);

    set(database, "default_transaction_read_only = off");

    begin().await.unwrap();
    store.settle_restores(noon()).await.unwrap();
    store.ready().await.unwrap();
}

/// A server of this test's own, stopped and started again with something changed in between.
async fn refused_after(change: impl FnOnce(&Server)) -> String {
    let server = Server::start();
    let database = Database::on(&server.url);
    change(&server);
    server.start_again();
    let why = refusal(&database, &SystemClock).await;
    // A replica drops no database; the server goes away as a whole.
    std::mem::forget(database);
    why
}

#[tokio::test]
async fn a_server_that_does_not_wait_for_the_disk_is_refused() {
    let why = refused_after(|server| {
        execute(&server.url, "ALTER SYSTEM SET fsync = off".to_owned());
        server.kill();
    });
    let why = why.await;
    assert!(why.contains("fsync off") && why.contains("switch it on"), "{why}");
}

#[tokio::test]
async fn a_replica_is_refused() {
    let why = refused_after(|server| {
        server.kill();
        // Of a server that is away.
        std::fs::write(server.folder.path().join("data/standby.signal"), "").unwrap();
    });
    let why = why.await;
    assert!(why.contains("give the address of the primary"), "{why}");
}

#[tokio::test]
async fn a_clock_far_from_the_databases_is_refused() {
    let database = Database::fresh();
    let clock = SetClock::at(SystemClock.now() + TimeDelta::seconds(60));
    let why = refusal(&database, &clock).await;
    assert!(why.contains("set both by NTP"), "{why}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let url = "postgres://mara:hunter2@127.0.0.1:1/countersign";
    let Err(StoreError::Unavailable(why)) =
        PostgresStore::open(url, CONNECTIONS, &SystemClock).await
    else {
        panic!("there is none")
    };
    assert!(why.contains("127.0.0.1:1") && !why.contains("hunter2"), "{why}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let backend = open().await;
    let newer = "INSERT INTO _sqlx_migrations
        (version, description, success, checksum, execution_time)
        VALUES (9999, 'of the future', true, '\\x00', 1)";
    execute(&backend.database.url, newer.to_owned());
    let refused =
        PostgresStore::open(backend.database.url.as_str(), CONNECTIONS, &SystemClock).await;
    let Err(StoreError::Broken(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains("use the version that wrote it"), "{why}");
}
