//! History and the feed.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use app::api::threads::MessageRole;
use domain::{audit::EntryKind, decision::Answer};
use server::ports::{FeedItem, MessageRow, Told};

use crate::{
    Backend,
    make::{Story, fresh, person, prepared, run},
};

const WRITERS: usize = 20;
const RUNS_EACH: usize = 10;
const LONGEST: Duration = Duration::from_secs(60);

pub async fn a_history_counts_from_one_and_reads_back_equal(backend: &impl Backend) {
    let store = backend.store();
    let mut story = Story::begin(&store, run(person(), "s")).await.unwrap();
    let opens = story.outcome(prepared());
    story.go(prepared()).await.unwrap();
    Story::waiting(&store).await;
    story.decide(Answer::Approve).await.unwrap();

    let history = store.history(story.run.id).await.unwrap();
    let sequence: Vec<i64> = history.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequence, (1..=history.len() as i64).collect::<Vec<_>>());
    assert_eq!(history[0].entry.kind, EntryKind::Started);
    let mut expected = opens.entries;
    for (entry, written) in expected.iter_mut().zip(&history[1..]) {
        // Every outcome opens its ticket under a fresh id.
        if let Some(ticket) = written.entry.facts.get("ticket") {
            entry.facts.insert("ticket".to_owned(), ticket.clone());
        }
        assert_eq!(*entry, written.entry);
        assert_eq!((written.run, written.session.as_str()), (story.run.id, "s"));
    }
    assert_eq!(history.last().unwrap().entry.kind, EntryKind::CallPrepared);
}

pub async fn a_reader_that_follows_by_number_misses_nothing_of_twenty_writers(
    backend: &impl Backend,
) {
    let store = backend.store();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..RUNS_EACH {
                    Story::waiting(&store).await.decide(Answer::Approve).await.unwrap();
                }
            })
        })
        .collect();
    let begun = Instant::now();
    let mut seen: Vec<FeedItem> = Vec::new();
    loop {
        let all_written = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let after = seen.last().map_or(0, |entry| entry.number);
        let more = store.feed(after, 7).await.unwrap();
        if more.is_empty() && all_written {
            let written = backend.look("SELECT COUNT(*) FROM hitl_step_events").await.remove(0);
            if written == [Some(seen.len().to_string())] {
                break;
            }
            assert!(begun.elapsed() < LONGEST, "{} of {written:?} were seen", seen.len());
        }
        seen.extend(more);
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(seen.is_sorted_by(|one, next| one.number < next.number));
    let mut last_of_run = HashMap::new();
    let happened = seen.iter().filter_map(|item| match &item.what {
        Told::Happened(entry) => Some(entry),
        Told::Said(_) => None,
    });
    for entry in happened {
        let before = last_of_run.insert(entry.run, entry.sequence).unwrap_or(0);
        assert_eq!(entry.sequence, before + 1, "each run's entries come in order");
    }
    assert_eq!(last_of_run.len(), WRITERS * RUNS_EACH);
    let written = backend.look("SELECT number FROM hitl_step_events").await;
    let written: HashSet<String> = written.into_iter().flatten().flatten().collect();
    assert_eq!(written.len(), seen.len());
    assert!(seen.iter().all(|item| written.contains(&item.number.to_string())));
}

pub async fn what_is_said_has_its_place_in_the_feed(backend: &impl Backend) {
    let store = backend.store();
    let story = Story::begin(&store, run(person(), "s")).await.unwrap();
    let said = MessageRow {
        id: fresh(),
        owner: story.run.owner,
        session: "s".to_owned(),
        run: None,
        ticket: None,
        role: MessageRole::User,
        author: "Ada".to_owned(),
        text: "Well done".to_owned(),
        props: "{}".to_owned(),
        attachments: Vec::new(),
        created_at: story.run.updated_at,
    };
    store.add_message(&said, None).await.unwrap();

    let history = store.history(story.run.id).await.unwrap();
    let begun = Instant::now();
    let (mut seen, mut last) = (Vec::new(), 0);
    while seen.len() < history.len() + 1 {
        assert!(begun.elapsed() < LONGEST, "{seen:?}");
        let more = store.feed(last, 7).await.unwrap();
        last = more.last().map_or(last, |item| item.number);
        seen.extend(more);
    }
    let told = seen.last().unwrap();
    assert_eq!((&told.what, told.owner), (&Told::Said(said), story.run.owner));
    assert!(seen.iter().all(|item| item.owner == story.run.owner && item.session() == "s"));
    assert_eq!(store.feed_end().await.unwrap(), last);
    assert!(seen[..history.len()].iter().all(|item| matches!(item.what, Told::Happened(_))));
}
