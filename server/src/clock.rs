//! The time, from the system or set by hand.

use std::sync::Mutex;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

use crate::ports::{Census, Clock, StoreError};

/// The time in whole microseconds: the most that every database keeps.
const DIGITS: u16 = 6;
/// How far this machine's clock may be away from the database's: deadlines are set by the one and kept by the other.
pub const APART: TimeDelta = TimeDelta::seconds(5);

/// How far another clock is away that was read between `before` and `after`: a slow answer is no wrong clock.
#[must_use]
pub fn apart(other: DateTime<Utc>, before: DateTime<Utc>, after: DateTime<Utc>) -> TimeDelta {
    (before - other).max(other - after)
}

/// What is wrong with a clock and what to do; `None` while it agrees with the database's.
///
/// # Errors
///
/// If the database can't be asked.
pub async fn fault(clock: &dyn Clock, database: &dyn Census) -> Result<Option<String>, StoreError> {
    let before = clock.now();
    let Some(other) = database.clock().await? else { return Ok(None) };
    let apart = apart(other, before, clock.now());
    let says = |seconds: i64| {
        format!("this machine's clock is {seconds} s away from the database's; set both by NTP")
    };
    Ok((apart > APART).then(|| says(apart.num_seconds())))
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(DIGITS)
    }
}

/// A clock that stands still until it is moved; for tests.
#[derive(Debug)]
pub struct SetClock(Mutex<DateTime<Utc>>);

impl SetClock {
    #[must_use]
    pub fn at(time: DateTime<Utc>) -> Self {
        Self(Mutex::new(time.trunc_subsecs(DIGITS)))
    }

    /// Moves the clock on, or back with a negative span.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("nothing panics while it holds the lock") += by;
    }

    pub fn set(&self, time: DateTime<Utc>) {
        *self.0.lock().expect("nothing panics while it holds the lock") =
            time.trunc_subsecs(DIGITS);
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("nothing panics while it holds the lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_gives_whole_microseconds() {
        let now = SystemClock.now();

        assert_eq!(now.timestamp_subsec_nanos() % 1_000, 0);
    }

    #[test]
    fn a_set_clock_stands_still_until_it_is_moved() {
        let clock = SetClock::at(DateTime::from_timestamp_nanos(1_700_000_000_123_456_789));

        let before = clock.now();
        clock.advance(TimeDelta::seconds(5));

        assert_eq!(before.timestamp_subsec_nanos(), 123_456_000);
        assert_eq!(clock.now() - before, TimeDelta::seconds(5));
    }
}
