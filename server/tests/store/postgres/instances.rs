//! Several instances on one database, and a database that goes away.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::decision::Answer;
use server::ports::{RunStore, Store, StoreError, Upkeep};

use super::{connect, look, open};
use crate::{
    Backend,
    databases::{Database, execute},
    make::{Story, after, fresh, noon, person, prepared, run},
    servers::Server,
    upkeep::orchestrator,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_leaves_the_leases_of_other_instances_alone() {
    let backend = open().await;
    Story::begin(&backend.store(), run(person(), "s")).await.unwrap();
    let held = backend.store().claim(noon(), fresh(), after(20), 10).await.unwrap().remove(0);

    let other = connect(&backend.database).await as Arc<dyn Store>;

    assert_eq!(other.claim(after(19), fresh(), after(60), 10).await.unwrap(), []);
    assert!(backend.store().renew(&held, after(40)).await.unwrap());
    assert_eq!(other.claim(after(40), fresh(), after(60), 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_hears_soon_that_another_one_wrote() {
    let backend = open().await;
    let other = connect(&backend.database).await;
    // The first word is that it listens.
    other.written_elsewhere().await;
    backend.store.written_elsewhere().await;

    Story::begin(&backend.store(), run(person(), "s")).await.unwrap();

    let soon = Duration::from_secs(3);
    tokio::time::timeout(soon, other.written_elsewhere()).await.expect("it is told");
    let own = tokio::time::timeout(Duration::from_millis(200), backend.store.written_elsewhere());
    assert!(own.await.is_err(), "its own word is no news");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listening_connection_that_was_cut_comes_back_and_nothing_is_missed() {
    const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    // Sooner than anybody looks by themselves.
    let soon = Duration::from_secs(4);
    let backend = open().await;
    let other: Arc<dyn Store> = connect(&backend.database).await;
    other.written_elsewhere().await;
    let mut head = other.head();

    for round in 1..=3 {
        look(&backend.database.url, CUT).await;
        let story = Story::waiting(&backend.store()).await;
        let events = story.store.history(story.run.id).await.unwrap().len() as i64;
        let told = head.wait_for(|number| *number == round * events);
        tokio::time::timeout(soon, told).await.expect("it is told").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_instances_can_start_on_an_empty_database_at_once() {
    let database = Database::fresh();
    let (one, two, three) =
        tokio::join!(connect(&database), connect(&database), connect(&database));
    for store in [one, two, three] {
        Story::waiting(&(store as Arc<dyn Store>)).await.assert_stored().await;
    }
}

const RESTORED: &str = "INSERT INTO hitl_restores (restored_at, taken_at) VALUES (now(), now())";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_tells_no_run_of_a_restore_while_another_one_does() {
    let backend = open().await;
    let other = connect(&backend.database).await;
    let story = Story::begin(&backend.store(), run(person(), "s")).await.unwrap();
    execute(&backend.database.url, RESTORED.to_owned());
    let turn = other.settling().await.unwrap();
    assert!(turn.is_some(), "nobody else has it");

    let orchestrator = orchestrator(&backend.store());
    let mut starting = pin!(orchestrator.settle_restore());
    let early = tokio::time::timeout(Duration::from_millis(300), starting.as_mut()).await;
    assert!(early.is_err(), "it waits");
    story.assert_stored().await;

    drop(turn);
    let soon = Duration::from_secs(5);
    tokio::time::timeout(soon, starting).await.expect("it has its turn").unwrap();
    let told = backend.store.load(story.run.id).await.unwrap().unwrap();
    assert!(told.run.pause_requested.is_some(), "{told:?}");
    assert_eq!(other.unsettled_restore().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_another_instance_settled_meanwhile_is_not_settled_again() {
    let backend = open().await;
    let other = connect(&backend.database).await;
    let story = Story::begin(&backend.store(), run(person(), "s")).await.unwrap();
    execute(&backend.database.url, RESTORED.to_owned());
    let turn = other.settling().await.unwrap();

    let orchestrator = orchestrator(&backend.store());
    let mut starting = pin!(orchestrator.settle_restore());
    let early = tokio::time::timeout(Duration::from_millis(300), starting.as_mut()).await;
    assert!(early.is_err(), "it waits");
    other.settle_restores(noon()).await.unwrap();

    let soon = Duration::from_secs(5);
    tokio::time::timeout(soon, starting).await.expect("it goes on").unwrap();
    story.assert_stored().await;
    drop(turn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_cut_are_made_again() {
    const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'countersign'";
    let backend = open().await;
    let mut story = Story::waiting(&backend.store()).await;
    for _ in 0..5 {
        futures::future::join_all((0..20).map(|_| backend.store.load(story.run.id))).await;
        execute(&backend.database.url, CUT.to_owned());
        let begun = Instant::now();
        while let Err(error) = backend.store.load(story.run.id).await {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{error:?}");
        }
    }
    execute(&backend.database.url, CUT.to_owned());
    story.decide(Answer::Approve).await.unwrap();
    story.assert_stored().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_server_is_killed_what_was_acknowledged_is_there_and_nothing_is_half_done() {
    let server = Server::start();
    let database = Database::on(&server.url);
    let store: Arc<dyn Store> = connect(&database).await;
    let writers: Vec<_> = (0..12).map(|_| tokio::spawn(write_on(store.clone()))).collect();

    let mut enough = 20;
    for _ in 0..3 {
        // As soon as it works again, it is killed again.
        let begun = Instant::now();
        loop {
            match store.runs(&Default::default(), Default::default()).await {
                Ok(page) if page.total >= enough => break enough = page.total + 20,
                Ok(_) | Err(StoreError::Unavailable(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "writing goes on");
        }
        server.kill();
        server.start_again();
    }
    STOP.store(true, std::sync::atomic::Ordering::Relaxed);

    let (mut acknowledged, mut refused) = (0, 0);
    for writer in writers {
        let (stories, unavailable) = writer.await.unwrap();
        refused += unavailable;
        for story in &stories {
            story.assert_stored().await;
        }
        acknowledged += stories.len();
    }
    // At least 60 runs were stored; each kill may have cost each writer an answer.
    assert!(acknowledged >= 20, "{acknowledged} acknowledged, {refused} refused");
    let halves = look(
        &database.url,
        "SELECT run_id FROM hitl_runs WHERE (version = 1) = EXISTS (
            SELECT 1 FROM hitl_pending_approvals t WHERE t.run_id = hitl_runs.run_id)",
    );
    assert_eq!(halves.await, Vec::<Vec<_>>::new());
}

static STOP: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Writes until it is told to stop; gives what was acknowledged, and how often it was refused.
async fn write_on(store: Arc<dyn Store>) -> (Vec<Story>, usize) {
    let (mut stories, mut refused) = (Vec::new(), 0);
    while !STOP.load(std::sync::atomic::Ordering::Relaxed) {
        match Story::begin(&store, run(person(), "s")).await {
            Ok(mut story) => match story.go(prepared()).await {
                Ok(()) => stories.push(story),
                Err(StoreError::Unavailable(_)) => refused += 1,
                Err(other) => panic!("{other:?}"),
            },
            Err(StoreError::Unavailable(_)) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    (stories, refused)
}
