//! Content that nobody refers to goes in two steps, and comes back if somebody does.

use super::promises::{LIMIT, places, upload};
use crate::files::{Files as _, Unused as _};
use chrono::{DateTime, TimeDelta, Utc};
use domain::digest::Digest;
use futures::TryStreamExt as _;

const FUTURE: &str = "2999-01-01T00:00:00Z";
const PAST: &str = "1999-01-01T00:00:00Z";

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn content_is_listed_by_when_it_was_stored() {
    for place in places() {
        let stored = place.files.put(upload(vec![b"abc".to_vec()]), LIMIT).await.unwrap();

        let old: Vec<Digest> = place.files.stored_before(time(FUTURE)).try_collect().await.unwrap();
        assert_eq!(old, [stored.sha256]);
        let young: Vec<Digest> = place.files.stored_before(time(PAST)).try_collect().await.unwrap();
        assert_eq!(young, []);
    }
}

#[tokio::test]
async fn what_was_set_aside_comes_back_when_it_is_read_and_until_it_is_removed() {
    for place in places() {
        let content = place.files.put(upload(vec![b"abc".to_vec()]), LIMIT).await.unwrap().sha256;
        let later = time(PAST) + TimeDelta::seconds(1);

        place.files.set_aside(&content, time(PAST)).await.unwrap();
        assert_eq!(place.files.set_aside_before(time(PAST)).await.unwrap(), []);
        assert_eq!(place.files.set_aside_before(later).await.unwrap(), [content]);
        let listed: Vec<Digest> =
            place.files.stored_before(time(FUTURE)).try_collect().await.unwrap();
        assert_eq!(listed, []);

        assert_eq!(place.files.get(&content).await.unwrap().unwrap(), &b"abc"[..]);
        assert_eq!(place.files.set_aside_before(later).await.unwrap(), []);

        place.files.set_aside(&content, time(PAST)).await.unwrap();
        place.files.remove(&content).await.unwrap();
        assert_eq!(place.files.get(&content).await.unwrap(), None);
        assert!(!place.files.put_back(&content).await.unwrap());
        assert_eq!(place.everything().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_stored_again_is_not_removed_with_what_was_set_aside() {
    for place in places() {
        let content = place.files.put(upload(vec![b"abc".to_vec()]), LIMIT).await.unwrap().sha256;
        place.files.set_aside(&content, time(PAST)).await.unwrap();
        place.files.put(upload(vec![b"abc".to_vec()]), LIMIT).await.unwrap();

        place.files.remove(&content).await.unwrap();

        assert_eq!(place.files.get(&content).await.unwrap().unwrap(), &b"abc"[..]);
    }
}
