//! SQLite under test, and what only SQLite promises.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{decision::Answer, event::Event};
use server::{
    ports::{RunStore, Store, StoreError},
    store::SqliteStore,
};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::{
    Backend,
    make::{Story, change, person, run},
};

pub struct Sqlite {
    folder: TempDir,
    store: Arc<SqliteStore>,
}

pub async fn open() -> Sqlite {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
    Sqlite { folder, store }
}

#[async_trait]
impl Backend for Sqlite {
    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    fn move_clock(&self, by: TimeDelta) {
        self.store.set_clock_offset(by);
    }

    async fn look(&self, sql: &'static str) -> Vec<Vec<Option<String>>> {
        let file = self.folder.path().join("countersign.db");
        let options = SqliteConnectOptions::new().filename(file);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
        let fields = |row: sqlx::sqlite::SqliteRow| {
            (0..row.len()).map(|column| row.get_unchecked(column)).collect()
        };
        rows.into_iter().map(fields).collect()
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_refused_until_the_first_is_closed() {
    let first = open().await;
    let refused = SqliteStore::open(first.folder.path()).await.unwrap_err();
    let StoreError::Unavailable(message) = &refused else { panic!("{refused:?}") };
    assert!(message.contains("another Countersign uses the folder"), "{message}");
    assert!(message.contains("stop it"), "{message}");

    let story = Story::waiting(&first.store()).await;
    first.store.close().await;
    let second: Arc<dyn Store> = Arc::new(SqliteStore::open(first.folder.path()).await.unwrap());
    assert_eq!(second.load(story.run.id).await.unwrap().unwrap().run, story.run);
    let tick = change(story.outcome(Event::Tick), Some(story.version));
    let late = first.store.commit(&tick).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_and_what_is_in_it_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("made").join("on the way");
    let _store = SqliteStore::open(&folder).await.unwrap();
    let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_changes_whole_and_reading_goes_on() {
    let backend = open().await;
    let store = backend.store();
    let mut before = Story::waiting(&store).await;
    backend.store.limit_growth(Some(4)).await.unwrap();

    let mut asked = Vec::new();
    for number in 0..40 {
        let mut run = run(person(), &format!("session {number}"));
        run.input.prompt = "x".repeat(20_000);
        asked.push((run.id, Story::begin(&store, run)));
    }
    let (ids, begun): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
    let results = futures::future::join_all(begun).await;
    let refused = results.iter().filter(|result| matches!(result, Err(StoreError::Full))).count();
    let written = results.iter().filter(|result| result.is_ok()).count();
    assert!(refused > 0 && refused + written == 40, "{refused} refused, {written} written");
    for (id, result) in ids.iter().zip(&results) {
        assert_eq!(store.load(*id).await.unwrap().is_some(), result.is_ok());
        assert_eq!(store.history(*id).await.unwrap().is_empty(), result.is_err());
    }
    store.ready().await.unwrap();
    before.assert_stored().await;

    backend.store.limit_growth(None).await.unwrap();
    before.decide(Answer::Approve).await.unwrap();
    before.assert_stored().await;
    let mut again = run(person(), "again");
    again.input.prompt = "x".repeat(20_000);
    Story::begin(&store, again).await.unwrap().assert_stored().await;
    let sound = backend.look("PRAGMA integrity_check").await;
    assert_eq!(sound, [[Some("ok".to_owned())]]);
}
