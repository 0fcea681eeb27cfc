use domain::digest::Digest;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tempfile::TempDir;
use url::Url;

use crate::files::{Files, FilesError, HEAD_BYTES, ObjectFiles};

pub(super) const LIMIT: u64 = 32 * 1024 * 1024;
const FUTURE: &str = "2999-01-01T00:00:00Z";

pub(super) type Upload = BoxStream<'static, Result<Bytes, io::Error>>;

/// One place for files, and the eyes to look behind it.
pub(super) struct Place {
    pub files: ObjectFiles,
    store: Arc<dyn ObjectStore>,
    folder: Option<TempDir>,
}

pub(super) fn places() -> Vec<Place> {
    let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let in_memory = ObjectFiles::new(memory.clone(), Path::from("some/prefix"));
    let folder = tempfile::tempdir().unwrap();
    let local = object_store::local::LocalFileSystem::new_with_prefix(folder.path()).unwrap();
    let in_folder = ObjectFiles::folder(folder.path()).unwrap();
    vec![
        Place { files: in_memory, store: memory, folder: None },
        Place { files: in_folder, store: Arc::new(local), folder: Some(folder) },
    ]
}

impl Place {
    /// Every object and every file, half-written ones too.
    pub async fn everything(&self) -> Vec<String> {
        let Some(folder) = &self.folder else {
            let all: Vec<_> = self.store.list(None).try_collect().await.unwrap();
            return all.into_iter().map(|object| object.location.to_string()).collect();
        };
        let mut found = Vec::new();
        let mut folders = vec![folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push(entry.path().display().to_string());
                }
            }
        }
        found
    }

    async fn overwrite(&self, sha256: &Digest, bytes: &'static [u8]) {
        let all: Vec<_> = self.store.list(None).try_collect().await.unwrap();
        let sha256 = sha256.to_string();
        let (_, end) = sha256.split_at(2);
        let object = all.into_iter().find(|o| o.location.as_ref().ends_with(end)).unwrap();
        self.store.put(&object.location, bytes.into()).await.unwrap();
    }
}

pub(super) fn upload(pieces: Vec<Vec<u8>>) -> Upload {
    stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece)))).boxed()
}

/// Larger than what is held in memory, in pieces that agree with nothing.
fn large() -> Vec<Vec<u8>> {
    (0..40_u8).map(|n| vec![n; 300_007]).collect()
}

fn breaking(pieces: Vec<Vec<u8>>) -> Upload {
    let broken = stream::once(async { Err(io::Error::from(io::ErrorKind::ConnectionReset)) });
    upload(pieces).chain(broken).boxed()
}

#[tokio::test]
async fn what_was_put_is_got_under_its_sha256() {
    for place in places() {
        for pieces in [vec![], vec![b"ab".to_vec(), b"c".to_vec()], large()] {
            let whole = pieces.concat();
            let stored = place.files.put(upload(pieces), LIMIT).await.unwrap();
            assert_eq!(stored.sha256, Digest::of(&whole));
            assert_eq!(stored.size, whole.len() as u64);
            assert_eq!(stored.head, whole[..whole.len().min(HEAD_BYTES)]);
            assert_eq!(place.files.get(&stored.sha256).await.unwrap().unwrap(), whole);
            let streamed = place.files.stream(&stored.sha256).await.unwrap().unwrap();
            let streamed: Vec<Bytes> = streamed.try_collect().await.unwrap();
            assert_eq!(streamed.concat(), whole);
        }
    }
}

#[tokio::test]
async fn the_name_of_a_content_is_its_known_sha256() {
    for place in places() {
        let stored = place.files.put(upload(vec![b"abc".to_vec()]), LIMIT).await.unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(stored.sha256.to_string(), known);
        let all = place.everything().await;
        assert!(all[0].ends_with(&format!("sha256/{}/{}", &known[..2], &known[2..])), "{all:?}");
    }
}

#[tokio::test]
async fn the_same_content_twice_is_stored_once() {
    for place in places() {
        let one = place.files.put(upload(large()), LIMIT).await.unwrap();
        let other = place.files.put(upload(vec![large().concat()]), LIMIT).await.unwrap();
        assert_eq!(one, other);
        assert_eq!(place.everything().await.len(), 1);
    }
}

#[tokio::test]
async fn the_same_content_at_the_same_time_is_stored_once() {
    for place in places() {
        let puts = (0..8).map(|_| place.files.put(upload(large()), LIMIT));
        let stored = futures::future::try_join_all(puts).await.unwrap();
        assert!(stored.iter().all(|s| *s == stored[0]));
        assert_eq!(place.everything().await.len(), 1);
        assert!(place.files.get(&stored[0].sha256).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_leaves_nothing_behind() {
    for place in places() {
        for pieces in [vec![], vec![b"abc".to_vec()], large()] {
            let error = place.files.put(breaking(pieces), LIMIT).await.unwrap_err();
            assert!(
                matches!(&error, FilesError::Upload(e) if e.kind() == io::ErrorKind::ConnectionReset)
            );
            assert_eq!(place.everything().await, Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn a_stream_over_the_limit_is_refused_and_leaves_nothing_behind() {
    for place in places() {
        let length = large().concat().len() as u64;
        for limit in [0, 2, length - 1] {
            let error = place.files.put(upload(large()), limit).await.unwrap_err();
            assert!(matches!(error, FilesError::TooLarge { limit: told } if told == limit));
            assert_eq!(place.everything().await, Vec::<String>::new());
        }
        assert!(place.files.put(upload(large()), length).await.is_ok());
    }
}

#[tokio::test]
async fn an_endless_stream_is_left_at_the_limit() {
    for place in places() {
        let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[7; 100_000]))).boxed();
        let error = place.files.put(endless, 8_000_000).await.unwrap_err();
        assert!(matches!(error, FilesError::TooLarge { .. }));
    }
}

#[tokio::test]
async fn a_put_that_is_dropped_half_way_leaves_nothing_behind() {
    for place in places() {
        let never_ends = upload(large()).chain(stream::pending()).boxed();
        let put = place.files.put(never_ends, LIMIT);
        assert!(tokio::time::timeout(Duration::from_millis(500), put).await.is_err());
        // The folder's half-written file is removed on another thread.
        for _ in 0..50 {
            if place.everything().await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(place.everything().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_unknown_name_is_nothing_and_no_error() {
    for place in places() {
        let unknown = Digest::of(b"never stored");
        assert!(place.files.get(&unknown).await.unwrap().is_none());
        assert!(place.files.stream(&unknown).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_damaged_file_is_told_and_never_passed_on_as_whole() {
    for place in places() {
        let stored = place.files.put(upload(vec![b"good".to_vec()]), LIMIT).await.unwrap();
        place.overwrite(&stored.sha256, b"evil").await;
        let error = place.files.get(&stored.sha256).await.unwrap_err();
        assert!(matches!(error, FilesError::Damaged { sha256 } if sha256 == stored.sha256));
        let pieces: Vec<_> =
            place.files.stream(&stored.sha256).await.unwrap().unwrap().collect().await;
        assert!(matches!(&pieces[..], [Err(FilesError::Damaged { .. })]));
    }
}

#[tokio::test]
async fn a_file_cut_short_on_the_disk_is_damaged_too() {
    for place in places() {
        let stored = place.files.put(upload(vec![b"good".to_vec()]), LIMIT).await.unwrap();
        place.overwrite(&stored.sha256, b"").await;
        assert!(matches!(place.files.get(&stored.sha256).await, Err(FilesError::Damaged { .. })));
        let pieces: Vec<_> =
            place.files.stream(&stored.sha256).await.unwrap().unwrap().collect().await;
        assert!(matches!(&pieces[..], [Err(FilesError::Damaged { .. })]));
    }
}

#[tokio::test]
async fn the_same_upload_again_heals_a_damaged_file() {
    for place in places() {
        let stored = place.files.put(upload(vec![b"good".to_vec()]), LIMIT).await.unwrap();
        place.overwrite(&stored.sha256, b"evil").await;
        place.files.put(upload(vec![b"good".to_vec()]), LIMIT).await.unwrap();
        assert_eq!(place.files.get(&stored.sha256).await.unwrap().unwrap(), "good");
    }
}

#[tokio::test]
async fn cleaning_removes_what_an_earlier_process_left_and_nothing_else() {
    for place in places() {
        let stored = place.files.put(upload(vec![b"kept".to_vec()]), LIMIT).await.unwrap();
        let staged = match &place.folder {
            Some(folder) => {
                std::fs::write(folder.path().join("staging/half#1"), "half").unwrap();
                Path::from("staging/left")
            }
            None => Path::from("some/prefix/staging/left"),
        };
        place.store.put(&staged, "left".into()).await.unwrap();
        let long_ago = DateTime::<Utc>::from_timestamp(0, 0).unwrap();
        assert_eq!(place.files.clean_staging(long_ago).await.unwrap(), 0);
        let later = FUTURE.parse().unwrap();
        let expected = if place.folder.is_some() { 2 } else { 1 };
        assert_eq!(place.files.clean_staging(later).await.unwrap(), expected);
        assert_eq!(place.everything().await.len(), 1);
        assert!(place.files.get(&stored.sha256).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_folder_is_opened_by_its_url_and_made_where_it_is_missing() {
    let parent = tempfile::tempdir().unwrap();
    let url = Url::from_directory_path(parent.path().join("new folder/files")).unwrap();
    let files = ObjectFiles::open(&url, &BTreeMap::new()).unwrap();
    let stored = files.put(upload(vec![b"abc".to_vec()]), LIMIT).await.unwrap();
    drop(files);
    let again = ObjectFiles::open(&url, &BTreeMap::new()).unwrap();
    assert_eq!(again.get(&stored.sha256).await.unwrap().unwrap(), "abc");
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("files");
    ObjectFiles::folder(&folder).unwrap();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_bucket_is_opened_by_its_url_and_options_and_other_schemes_are_refused() {
    let options =
        [("aws_region", "eu-north-1"), ("aws_access_key_id", "k"), ("aws_secret_access_key", "s")];
    let options = options.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    assert!(ObjectFiles::open(&Url::parse("s3://bucket/prefix").unwrap(), &options).is_ok());
    for refused in ["ftp://host/x", "memory:///", "file://other-host/x"] {
        let error = ObjectFiles::open(&Url::parse(refused).unwrap(), &options).unwrap_err();
        assert!(matches!(error, FilesError::Configuration(_)), "{refused}");
    }
}

#[test]
fn a_name_is_64_lower_case_hex_digits_and_nothing_else() {
    let good = "0123456789abcdef".repeat(4);
    assert_eq!(good.parse::<Digest>().unwrap().to_string(), good);
    let bad = [
        good.to_uppercase(),
        good[1..].to_owned(),
        format!("{good}0"),
        "../".repeat(21) + "a",
        "é".repeat(32),
    ];
    for bad in bad {
        assert!(bad.parse::<Digest>().is_err(), "{bad}");
        assert!(serde_json::from_value::<Digest>(bad.into()).is_err());
    }
}

#[test]
fn a_full_disk_is_told_from_other_failures_however_deep_it_is_wrapped() {
    let wrap = |kind: io::ErrorKind| object_store::Error::Generic {
        store: "any",
        source: Box::new(io::Error::other(object_store::Error::Generic {
            store: "inner",
            source: Box::new(io::Error::from(kind)),
        })),
    };
    assert!(matches!(FilesError::store(wrap(io::ErrorKind::StorageFull)), FilesError::Full));
    assert!(matches!(FilesError::store(wrap(io::ErrorKind::QuotaExceeded)), FilesError::Full));
    assert!(matches!(
        FilesError::store(wrap(io::ErrorKind::PermissionDenied)),
        FilesError::Store(_)
    ));
}
