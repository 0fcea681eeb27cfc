//! The server's time, told from what it says and the device's own clock.

/// How far the server's clock is ahead of the device's, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ServerClock {
    known: Option<(f64, f64)>,
}

/// After this long a reading says nothing any more: clocks drift, and people set them.
const OLD: f64 = 600_000.0;

impl ServerClock {
    /// The server said `server` in a message that arrived at `local`. The way takes time, so a reading can only be too
    /// low: the highest is the best.
    pub fn hear(&mut self, server: f64, local: f64) {
        let ahead = server - local;
        match self.known {
            Some((best, at)) if ahead < best && (0.0..OLD).contains(&(local - at)) => {}
            _ => self.known = Some((ahead, local)),
        }
    }

    /// The server's time when the device's clock says `local`.
    #[must_use]
    pub fn now(&self, local: f64) -> f64 {
        local + self.known.map_or(0.0, |(ahead, _)| ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_was_long_on_its_way_changes_nothing() {
        let mut clock = ServerClock::default();
        clock.hear(1_000_100.0, 100.0);
        clock.hear(1_004_000.0, 9_000.0);

        assert_eq!(clock.now(10_000.0), 1_010_000.0);
    }

    #[test]
    fn a_better_reading_counts_at_once_and_an_old_one_not_for_ever() {
        let mut clock = ServerClock::default();
        clock.hear(5_000.0, 2_000.0);
        clock.hear(7_500.0, 4_000.0);
        assert_eq!(clock.now(4_000.0), 7_500.0);

        clock.hear(700_000.0, 700_000.0);
        assert_eq!(clock.now(700_000.0), 700_000.0);
    }

    #[test]
    fn a_device_whose_clock_was_set_back_believes_the_server() {
        let mut clock = ServerClock::default();
        clock.hear(1_000_000.0, 1_000_000.0);
        clock.hear(1_001_000.0, 1_000.0);

        assert_eq!(clock.now(2_000.0), 1_002_000.0);
    }
}
