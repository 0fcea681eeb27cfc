//! Deadlines are kept by the database's clock and set by this machine's.

use chrono::{DateTime, TimeDelta, Utc};

use super::Finding;
use crate::{clock::APART, store::Inspection};

const ABOUT: &str = "clock";
/// What a network and a busy machine explain.
const FINE: TimeDelta = TimeDelta::seconds(1);

pub(super) fn look(found: Option<&Inspection>, now: DateTime<Utc>) -> Finding {
    let Some(found) = found else {
        return Finding::warn(ABOUT, format!("it is {now}; there was no database to compare with"));
    };
    if let Some(newest) = found.newest.filter(|newest| *newest - now > APART) {
        let says = format!(
            "it is {now}, and the newest run was started at {newest}, which is still to come; set the clock by NTP"
        );
        return Finding::fail(ABOUT, says);
    }
    let apart = (found.clock - now).abs();
    let says = format!("it is {} ms away from the database's", apart.num_milliseconds());
    if apart > APART {
        Finding::fail(ABOUT, format!("{says}; set both by NTP"))
    } else if apart > FINE {
        Finding::warn(
            ABOUT,
            format!("{says}; set both by NTP, beyond 5 s the server doesn't start"),
        )
    } else {
        Finding::ok(ABOUT, says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Level;

    #[test]
    fn clocks_that_differ_are_worth_a_word_and_far_apart_a_failure() {
        let now = DateTime::from_timestamp(4_102_444_800, 0).unwrap();
        let level = |clock: i64, newest: i64| {
            let found = Inspection {
                applied: Vec::new(),
                clock: now + TimeDelta::milliseconds(clock),
                newest: Some(now + TimeDelta::milliseconds(newest)),
            };
            look(Some(&found), now).level
        };

        assert_eq!(level(900, 0), Level::Ok);
        assert_eq!(level(-1_100, 0), Level::Warn);
        assert_eq!(level(5_100, 0), Level::Fail);
        assert_eq!(level(0, 5_000), Level::Ok);
        assert_eq!(level(0, 5_001), Level::Fail);
    }
}
