//! Counts failed sign-ins for each e-mail address and source, and keys that don't work for each source,
//! and makes the next ones wait.

use std::{collections::HashMap, sync::Mutex};

use chrono::{DateTime, TimeDelta, Utc};

const TRIES: u32 = 5;
const WINDOW: TimeDelta = TimeDelta::minutes(1);
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);
/// After that long without a try everything is forgotten.
const MEMORY: TimeDelta = TimeDelta::hours(1);
/// More pairs than that are not kept: the oldest ones go.
const PAIRS: usize = 10_000;

type Key = (String, String);

#[derive(Default)]
pub(super) struct Throttle(Mutex<HashMap<Key, Tries>>);

#[derive(Debug, Clone, Copy)]
struct Tries {
    count: u32,
    /// When the first of `count` was.
    since: DateTime<Utc>,
    last: DateTime<Utc>,
    /// How often it came to waiting; each time is twice as long.
    waits: u32,
    until: Option<DateTime<Utc>>,
}

impl Throttle {
    /// Counts a try before it is made, so that many at once are counted too. Gives the seconds to
    /// wait if there were too many.
    pub(super) fn begin(&self, email: &str, source: &str, now: DateTime<Utc>) -> Result<(), u32> {
        let mut all = self.0.lock().expect("nothing panics while it holds the lock");
        make_room(&mut all, now);
        let fresh = Tries { count: 0, since: now, last: now, waits: 0, until: None };
        let tries = all.entry(key(email, source)).or_insert(fresh);
        if now - tries.last > MEMORY {
            *tries = fresh;
        }
        tries.begin(now)
    }

    /// The try went well: nothing is held against this pair.
    pub(super) fn succeeded(&self, email: &str, source: &str) {
        self.0.lock().expect("nothing panics while it holds the lock").remove(&key(email, source));
    }
}

impl Tries {
    fn begin(&mut self, now: DateTime<Utc>) -> Result<(), u32> {
        if let Some(until) = self.until.filter(|until| *until > now) {
            return Err(seconds(until - now));
        }
        if self.until.take().is_some() || now - self.since > WINDOW {
            (self.count, self.since) = (0, now);
        }
        self.last = now;
        if self.count < TRIES {
            self.count += 1;
            return Ok(());
        }
        let wait = (FIRST_WAIT * 2_i32.pow(self.waits.min(4))).min(LONGEST_WAIT);
        self.waits += 1;
        self.until = Some(now + wait);
        Err(seconds(wait))
    }
}

fn key(email: &str, source: &str) -> Key {
    (email.to_owned(), source.to_owned())
}

fn seconds(wait: TimeDelta) -> u32 {
    u32::try_from(wait.num_seconds() + 1).unwrap_or(u32::MAX)
}

fn make_room(all: &mut HashMap<Key, Tries>, now: DateTime<Utc>) {
    if all.len() < PAIRS {
        return;
    }
    all.retain(|_, tries| now - tries.last <= MEMORY);
    if all.len() >= PAIRS
        && let Some(oldest) = all.iter().min_by_key(|(_, tries)| tries.last).map(|(key, _)| key)
    {
        let oldest = oldest.clone();
        all.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_in_a_minute_has_to_wait_a_minute() {
        let (throttle, start) = (Throttle::default(), start());
        for _ in 0..5 {
            throttle.begin("a", "s", start).unwrap();
        }

        let sixth = throttle.begin("a", "s", start);
        let later = throttle.begin("a", "s", start + TimeDelta::seconds(62));

        assert_eq!(sixth, Err(61));
        assert_eq!(later, Ok(()));
    }

    #[test]
    fn each_further_wait_is_twice_as_long_up_to_a_quarter_of_an_hour() {
        let (throttle, mut now) = (Throttle::default(), start());
        let mut waits = Vec::new();

        for _ in 0..6 {
            let wait = loop {
                if let Err(wait) = throttle.begin("a", "s", now) {
                    break wait;
                }
            };
            waits.push(wait);
            now += TimeDelta::seconds(i64::from(wait));
        }

        assert_eq!(waits, [61, 121, 241, 481, 901, 901]);
    }

    #[test]
    fn another_address_another_source_and_a_slow_hand_are_not_held_up() {
        let (throttle, start) = (Throttle::default(), start());
        for _ in 0..6 {
            let _ = throttle.begin("a", "s", start);
        }

        assert_eq!(throttle.begin("b", "s", start), Ok(()));
        assert_eq!(throttle.begin("a", "t", start), Ok(()));
        let slow = (0..50).map(|n| throttle.begin("c", "s", start + TimeDelta::seconds(13 * n)));
        assert!(slow.into_iter().all(|tried| tried.is_ok()));
    }

    #[test]
    fn success_clears_the_count() {
        let (throttle, start) = (Throttle::default(), start());
        for _ in 0..20 {
            throttle.begin("a", "s", start).unwrap();
            throttle.succeeded("a", "s");
        }

        assert_eq!(throttle.begin("a", "s", start), Ok(()));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let (throttle, start) = (Throttle::default(), start());

        for n in 0..PAIRS + 50 {
            throttle.begin(&n.to_string(), "s", start).unwrap();
        }

        assert_eq!(throttle.0.lock().unwrap().len(), PAIRS);
    }

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }
}
