use std::time::Duration;

use app::live::{
    Ask,
    message::{Message, Welcome},
};
use domain::access::Role;
use tokio::time::Instant;

use super::make::{frame, id, inbox, large, person, ping, problem, read, subscribe, text};
use crate::bridge::{
    Begun, Close, Frame, Next, Past, Read,
    connection::{Checked, Connection, Done, Job},
    outbox::Out,
};

#[test]
fn the_server_speaks_first() {
    let mut talk = Talk::new();

    assert!(matches!(read(&talk.out()[0]), Some(Message::Welcome(_))));
    assert_eq!(talk.connection.wants(), None);
}

#[test]
fn a_subscription_tells_what_there_is_and_is_answered_when_the_client_has_caught_up() {
    let mut talk = Talk::greeted();
    talk.hears(subscribe(None));
    let job = talk.connection.take_job();
    assert!(matches!(job, Some(Job::Subscribe(_))));
    assert!(!talk.connection.listens(), "one message after the other");

    talk.done(Done::Subscribed("1".into(), Ok((inbox(), begun(&["snapshot"], 5)))));

    assert_eq!(talk.connection.wants(), None, "not before the snapshot is on its way");
    assert_eq!(talk.out(), [text("snapshot")]);
    assert_eq!(talk.connection.wants(), Some((&inbox(), 5)));
    assert!(!talk.gets(&[6], 6, 6));
    let out = talk.out();
    assert_eq!(out[0], text("6"));
    assert_eq!(reached(&out[1]), Some(6));
    assert_eq!(out.len(), 2);
}

#[test]
fn frames_that_come_later_are_passed_on_once_and_in_order() {
    let mut talk = Talk::following(5);

    talk.gets(&[6, 7], 8, 8);
    talk.gets(&[9], 9, 9);

    assert_eq!(talk.out(), [text("6"), text("7"), text("9")]);
    assert_eq!(talk.connection.wants(), Some((&inbox(), 9)));
}

#[test]
fn a_refused_subscription_is_answered_and_the_one_before_goes_on_where_it_was() {
    let mut talk = Talk::following(5);
    talk.hears(subscribe(Some(1)));
    talk.connection.take_job();

    talk.done(Done::Subscribed("1".into(), Err(problem())));

    let out = talk.out();
    assert!(matches!(read(&out[0]), Some(Message::Ack(ack)) if !ack.ok && ack.problem.is_some()));
    assert_eq!(talk.connection.wants(), Some((&inbox(), 5)));
    talk.gets(&[6], 6, 6);
    assert_eq!(talk.out(), [text("6")], "and nothing is answered twice");
}

#[test]
fn after_a_refused_subscription_the_client_catches_up_before_it_is_live_again() {
    let mut talk = Talk::following(5);
    talk.hears(subscribe(Some(1)));
    talk.connection.take_job();
    talk.done(Done::Subscribed("1".into(), Err(problem())));

    assert_eq!(talk.connection.wants(), None, "the line comes first");
    talk.out();
    assert_eq!(talk.connection.wants(), Some((&inbox(), 5)));
    talk.gets(&[], 6, 6);
    talk.next(vec![frame(7)], 7, 7);
    talk.next(vec![frame(8)], 8, 8);
    assert_eq!(talk.out(), [text("7"), text("8")], "it is live again");
}

#[test]
fn the_first_subscription_that_is_refused_leaves_nothing_to_follow() {
    let mut talk = Talk::greeted();
    talk.hears(subscribe(Some(1)));
    talk.connection.take_job();

    talk.done(Done::Subscribed("1".into(), Err(problem())));

    talk.out();
    assert_eq!(talk.connection.wants(), None);
}

#[test]
fn the_past_comes_from_the_table_in_pieces_that_wait_for_the_line() {
    let mut talk = Talk::greeted();
    talk.hears(subscribe(Some(1)));
    talk.connection.take_job();
    talk.done(Done::Subscribed("1".into(), Ok((inbox(), begun(&[], 1)))));

    talk.connection.on_next(Next::TooOld, 100, talk.now);
    assert_eq!(talk.connection.take_job(), Some(Job::Past(inbox(), 1)));
    assert_eq!(talk.connection.wants(), None);
    talk.done(Done::Past(Some(past(&[2, 3], 50))));
    assert_eq!(talk.connection.wants(), None, "not before they are sent");
    assert_eq!(talk.out(), [text("2"), text("3")]);
    assert_eq!(talk.connection.wants(), Some((&inbox(), 50)));
    // The rest is in the hub.
    assert!(talk.gets(&[60], 60, 100), "there is more at once");
    assert_eq!(talk.out(), [text("60")]);
    talk.gets(&[], 100, 100);
    assert_eq!(reached(&talk.out()[0]), Some(100));
}

#[test]
fn a_table_that_cannot_be_read_is_asked_again() {
    let mut talk = Talk::following(5);
    talk.connection.on_next(Next::TooOld, 100, talk.now);
    talk.connection.take_job();

    talk.done(Done::Past(None));

    assert_eq!(talk.connection.wants(), Some((&inbox(), 5)));
}

#[test]
fn a_new_subscription_takes_the_place_of_the_one_before() {
    let mut talk = Talk::following(5);

    talk.hears(subscribe(Some(3)));

    assert_eq!(talk.connection.wants(), None, "what comes meanwhile belongs to neither");
    talk.connection.take_job();
    talk.done(Done::Subscribed("1".into(), Ok((inbox(), begun(&[], 3)))));
    talk.gets(&[4, 5], 5, 5);
    let out = talk.out();
    assert_eq!(out[..2], [text("4"), text("5")]);
    assert_eq!(reached(&out[2]), Some(5));
}

#[test]
fn a_client_that_is_too_slow_is_told_and_closed_while_nothing_piles_up() {
    for frames in [
        (6..=262).map(frame).collect::<Vec<_>>(),
        (6..=16).map(|number| large(number, 100 * 1024)).collect(),
    ] {
        let mut talk = Talk::following(5);
        let upto = frames.last().unwrap().about.number;

        talk.next(frames, upto, upto);

        let out = talk.out();
        assert!(matches!(read(&out[0]), Some(Message::Resync(_))), "{out:?}");
        assert_eq!(out[1..], [Out::Close(Close::TooSlow)]);
        assert_eq!(Close::TooSlow.code(), 4008);
    }
    let mut talk = Talk::following(5);
    talk.next((6..=261).map(frame).collect(), 261, 261);
    assert_eq!(talk.out().len(), 256);
}

#[test]
fn a_client_that_takes_nothing_is_closed_however_little_there_is() {
    let mut talk = Talk::following(5);
    talk.next(vec![frame(6)], 6, 6);

    talk.passes(29);
    talk.connection.on_sign_of_life(talk.now);
    assert_eq!(talk.connection.ended(), None);
    talk.passes(1);

    assert_eq!(talk.connection.ended(), Some(Close::TooSlow));
}

#[test]
fn the_client_is_pinged_and_gone_after_a_minute_of_silence() {
    let mut talk = Talk::greeted();
    talk.passes(25);
    assert_eq!(talk.out(), [Out::Ping]);
    talk.connection.on_sign_of_life(talk.now);
    talk.passes(25);
    assert_eq!(talk.out(), [Out::Ping]);
    talk.passes(25);
    assert_eq!(talk.out(), [Out::Ping]);
    talk.passes(10);
    assert_eq!(talk.out(), [Out::Close(Close::Silent)]);
}

#[test]
fn the_time_to_look_at_the_clock_is_never_missed() {
    let mut talk = Talk::following(5);
    for _ in 0..10 {
        let due = talk.connection.due();
        assert!(due > talk.now);
        talk.now = due;
        talk.connection.on_timer(talk.now);
        talk.connection.take_job();
        talk.done(Done::Checked(Checked::Unknown));
        talk.connection.on_sign_of_life(talk.now);
        talk.out();
    }
    assert_eq!(talk.connection.ended(), None);
}

#[test]
fn a_ping_is_answered_with_how_far_the_client_has_come() {
    let mut talk = Talk::following(5);
    talk.gets(&[], 41, 41);

    talk.hears(ping("p"));

    assert_eq!(reached(&talk.out()[0]), Some(41));
    let mut new = Talk::greeted();
    new.hears(ping("p"));
    assert_eq!(reached(&new.out()[0]), None, "it follows nothing");
}

#[test]
fn what_cannot_be_read_is_answered_and_the_talk_goes_on() {
    let mut talk = Talk::following(5);
    let unread = || Err(Read { id: Some("x".to_owned()), problem: problem() });

    talk.connection.on_text("{}", |_| unread(), problem, talk.now);
    talk.connection.refuse(problem(), talk.now);

    let out = talk.out();
    let Some(Message::Error(refused)) = read(&out[0]) else { panic!("{out:?}") };
    assert_eq!(refused.id.as_deref(), Some("x"));
    assert!(matches!(read(&out[1]), Some(Message::Error(refused)) if refused.id.is_none()));
    talk.gets(&[6], 6, 6);
    assert_eq!(talk.out(), [text("6")]);
}

#[test]
fn too_many_messages_are_refused_three_times_and_then_it_is_over() {
    let mut talk = Talk::greeted();
    for _ in 0..20 {
        talk.hears(ping("p"));
    }
    assert_eq!(talk.out().len(), 20);

    talk.hears(ping("p"));
    talk.hears(ping("p"));
    assert!(talk.out().iter().all(|out| matches!(read(out), Some(Message::Error(_)))));
    talk.hears(ping("p"));

    assert_eq!(talk.out(), [Out::Close(Close::TooMany)]);
    assert_eq!(Close::TooMany.code(), 4029);
}

#[test]
fn rights_are_looked_at_every_half_minute_and_when_they_changed() {
    let mut talk = Talk::greeted();
    talk.passes(30);
    assert_eq!(talk.connection.take_job(), Some(Job::Check));
    let other = domain::access::Caller { role: Role::Viewer, ..person() };
    talk.done(Done::Checked(Checked::Still(Box::new(other.clone()))));
    assert_eq!(*talk.connection.caller, other);

    talk.connection.check_soon(talk.now);
    assert_eq!(talk.connection.take_job(), Some(Job::Check));
    talk.done(Done::Checked(Checked::Unknown));
    assert_eq!(talk.connection.ended(), None, "a database that is away signs nobody out");
    talk.connection.check_soon(talk.now);
    talk.connection.take_job();
    talk.done(Done::Checked(Checked::Nobody));

    assert_eq!(talk.connection.ended(), Some(Close::SignedOut));
    assert_eq!(Close::SignedOut.code(), 4401);
}

#[test]
fn a_check_waits_for_the_message_that_is_being_answered() {
    let mut talk = Talk::greeted();
    talk.hears(subscribe(None));
    assert!(matches!(talk.connection.take_job(), Some(Job::Subscribe(_))));

    talk.connection.check_soon(talk.now);

    assert_eq!(talk.connection.take_job(), None);
    talk.done(Done::Subscribed("1".into(), Err(problem())));
    assert_eq!(talk.connection.take_job(), Some(Job::Check));
}

#[test]
fn after_the_last_word_nothing_is_said_and_a_few_seconds_later_it_is_over() {
    let mut talk = Talk::following(5);
    talk.connection.end(Close::Leaving, talk.now);
    assert_eq!(talk.out(), [Out::Close(Close::Leaving)]);
    assert_eq!(Close::Leaving.code(), 1001);

    talk.gets(&[6], 6, 6);
    talk.connection.end(Close::TooMany, talk.now);
    talk.passes(4);
    assert_eq!(talk.out(), []);
    assert!(!talk.connection.is_over(talk.now));
    talk.passes(1);
    assert!(talk.connection.is_over(talk.now));
    assert_eq!(talk.connection.ended(), Some(Close::Leaving));
}

/// A conversation, and what time it is in it.
struct Talk {
    connection: Connection,
    now: Instant,
}

impl Talk {
    fn new() -> Self {
        let now = Instant::now();
        let welcome = Message::Welcome(Welcome {
            connection_id: id(1).as_uuid(),
            seq: 5,
            heartbeat_seconds: 25,
            protocol: 1,
            now: chrono::DateTime::UNIX_EPOCH,
        });
        Self { connection: Connection::new(person(), &welcome, now), now }
    }

    fn greeted() -> Self {
        let mut talk = Self::new();
        talk.out();
        talk
    }

    /// Has the inbox up to a number.
    fn following(number: i64) -> Self {
        let mut talk = Self::greeted();
        talk.hears(subscribe(Some(number)));
        talk.connection.take_job();
        talk.done(Done::Subscribed("1".into(), Ok((inbox(), begun(&[], number)))));
        talk.gets(&[], number, number);
        talk.out();
        talk
    }

    fn hears(&mut self, ask: Ask) {
        self.connection.on_text("", |_| Ok(ask), problem, self.now);
    }

    fn done(&mut self, done: Done) {
        self.connection.on_done(done, self.now);
    }

    fn gets(&mut self, numbers: &[i64], upto: i64, head: i64) -> bool {
        self.next(numbers.iter().copied().map(frame).collect(), upto, head)
    }

    fn next(&mut self, frames: Vec<Frame>, upto: i64, head: i64) -> bool {
        let frames = frames.into_iter().map(std::sync::Arc::new).collect();
        self.connection.on_next(Next::Frames { frames, upto }, head, self.now)
    }

    fn passes(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.connection.on_timer(self.now);
    }

    /// Everything that goes out.
    fn out(&mut self) -> Vec<Out> {
        std::iter::from_fn(|| self.connection.take_out(self.now)).collect()
    }
}

fn begun(first: &[&str], cursor: i64) -> Begun {
    Begun { first: first.iter().map(|&text| text.into()).collect(), cursor }
}

fn past(numbers: &[i64], upto: i64) -> Past {
    Past { frames: numbers.iter().copied().map(frame).collect(), upto }
}

/// What an acknowledgement says of how far it has come.
fn reached(out: &Out) -> Option<i64> {
    match read(out) {
        Some(Message::Ack(ack)) => {
            assert!(ack.ok);
            ack.reached()
        }
        other => panic!("no acknowledgement: {other:?}"),
    }
}
