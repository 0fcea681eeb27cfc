use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::make::{agent, frame, inbox, large, person, run};
use crate::bridge::{About, Frame, Hub, Next, Topics};

/// The numbers that come after one, and where it ends; nothing if they are too old.
fn numbers(hub: &Hub, after: i64, limit: usize) -> Option<(Vec<i64>, i64)> {
    match hub.next(after, &inbox(), &person(), limit) {
        Next::Frames { frames, upto } => {
            Some((frames.iter().map(|frame| frame.about.number).collect(), upto))
        }
        Next::TooOld => None,
    }
}

#[test]
fn a_reader_gets_what_comes_after_its_number_piece_by_piece() {
    let hub = Hub::default();
    hub.publish((1..=5).map(frame).collect(), 5);

    assert_eq!(numbers(&hub, 0, 2), Some((vec![1, 2], 2)));
    assert_eq!(numbers(&hub, 2, 9), Some((vec![3, 4, 5], 5)));
    assert_eq!(numbers(&hub, 5, 9), Some((vec![], 5)));
    // Another instance told it more than this one has read.
    assert_eq!(numbers(&hub, 7, 9), Some((vec![], 7)));
}

#[test]
fn what_is_other_peoples_business_still_moves_the_number_on() {
    let hub = Hub::default();
    hub.publish((1..=5).map(frame).collect(), 5);

    let next = hub.next(0, &inbox(), &agent(2), 9);

    assert_eq!(next, Next::Frames { frames: Vec::new(), upto: 5 });
}

#[test]
fn the_hub_says_when_it_does_not_remember() {
    let hub = Hub::default();
    hub.skip(100);
    hub.publish(vec![frame(101)], 101);

    assert_eq!(numbers(&hub, 99, 9), None);
    assert_eq!(numbers(&hub, 100, 9), Some((vec![101], 101)));
}

#[test]
fn memory_has_a_limit_in_frames_and_in_bytes() {
    let hub = Hub::default();
    hub.publish((1..=3_000).map(frame).collect(), 3_000);
    assert_eq!(numbers(&hub, 951, 9), None);
    assert_eq!(numbers(&hub, 952, 1), Some((vec![953], 953)));

    let large: Vec<_> = (3_001..=3_020).map(|number| large(number, 1024 * 1024)).collect();
    hub.publish(large, 3_020);
    assert_eq!(numbers(&hub, 3_011, 9), None);
    let (last, end) = numbers(&hub, 3_012, 9).unwrap();
    assert_eq!((last.len(), end), (8, 3_020));
}

#[test]
fn a_frame_is_the_same_memory_for_all_who_get_it() {
    let hub = Hub::default();
    hub.publish(vec![frame(1)], 1);
    let of = |caller| match hub.next(0, &inbox(), &caller, 1) {
        Next::Frames { mut frames, .. } => frames.remove(0),
        Next::TooOld => panic!("it is there"),
    };

    assert!(Arc::ptr_eq(&of(person()), &of(agent(1))));
}

#[tokio::test]
async fn only_whoever_it_concerns_is_woken() {
    let hub = Arc::new(Hub::default());
    let follow = |number| Topics { run: Some(run(number)), ..Topics::default() };
    let mut one = hub.listen(&follow(1));
    let mut other = hub.listen(&follow(2));
    let mut all = hub.listen(&inbox());
    let step = Frame { about: About { inbox: false, ..frame(1).about }, ..frame(1) };

    hub.publish(vec![step], 1);

    let moment = Duration::from_millis(20);
    assert!(timeout(moment, one.woken()).await.is_ok());
    assert!(timeout(moment, other.woken()).await.is_err());
    assert!(timeout(moment, all.woken()).await.is_err());
    hub.publish(vec![frame(2)], 2);
    assert!(timeout(moment, all.woken()).await.is_ok());
}

#[tokio::test]
async fn whoever_came_while_nobody_listened_is_told_to_look_in_the_table() {
    let hub = Arc::new(Hub::default());
    let topics = Topics { run: Some(run(1)), ..inbox() };
    let mut listener = hub.listen(&topics);

    hub.skip(7);

    assert!(timeout(Duration::from_millis(20), listener.woken()).await.is_ok());
    assert_eq!(numbers(&hub, 3, 9), None);
}

#[test]
fn topics_that_nobody_follows_any_more_are_forgotten() {
    let hub = Arc::new(Hub::default());
    for number in 0..10_000 {
        drop(hub.listen(&Topics { run: Some(run(number)), ..Topics::default() }));
    }
    assert!(hub.followed() < 100, "{} are kept", hub.followed());
    assert!(hub.is_idle());
}
