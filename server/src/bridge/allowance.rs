//! How many messages a client may send.

use std::time::Duration;

use tokio::time::Instant;

const EACH: Duration = Duration::from_millis(200);
const BURST: u32 = 20;
const STRIKES: u32 = 3;

/// Five messages a second, twenty at once. Whoever sends more three times has to go; whoever keeps still until twenty
/// are free again begins anew.
#[derive(Debug)]
pub struct Allowance {
    used: u32,
    since: Instant,
    strikes: u32,
}

/// What is said to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Fine,
    TooMany,
    /// It was once too often.
    Out,
}

impl Allowance {
    pub fn new(now: Instant) -> Self {
        Self { used: 0, since: now, strikes: 0 }
    }

    pub fn take(&mut self, now: Instant) -> Verdict {
        let earned = (now - self.since).as_millis() / EACH.as_millis();
        let earned = u32::try_from(earned).unwrap_or(u32::MAX);
        if earned >= self.used {
            (self.used, self.since, self.strikes) = (0, now, 0);
        } else {
            self.used -= earned;
            self.since += EACH * earned;
        }
        if self.used < BURST {
            self.used += 1;
            return Verdict::Fine;
        }
        self.strikes += 1;
        if self.strikes < STRIKES { Verdict::TooMany } else { Verdict::Out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_at_once_and_five_a_second_are_fine() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        for _ in 0..BURST {
            assert_eq!(allowance.take(start), Verdict::Fine);
        }
        for second in 1..100 {
            let now = start + Duration::from_secs(second);
            for _ in 0..5 {
                assert_eq!(allowance.take(now), Verdict::Fine);
            }
        }
        assert_eq!(allowance.take(start + Duration::from_secs(99)), Verdict::TooMany);
    }

    #[test]
    fn the_third_message_too_many_is_the_last() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        for _ in 0..BURST {
            allowance.take(start);
        }
        let said = [(); 3].map(|()| allowance.take(start));
        assert_eq!(said, [Verdict::TooMany, Verdict::TooMany, Verdict::Out]);
    }

    #[test]
    fn whoever_keeps_still_for_a_while_begins_anew() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        for _ in 0..BURST + 2 {
            allowance.take(start);
        }
        let later = start + EACH * BURST;
        for _ in 0..BURST {
            assert_eq!(allowance.take(later), Verdict::Fine);
        }
        assert_eq!(allowance.take(later), Verdict::TooMany);
    }
}
