//! Fresh names and secrets, from the system or counted.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use uuid::Uuid;

use crate::ports::{Clock, Ids};

/// Ids from the clock and the system's random source.
#[derive(Clone)]
pub struct SystemIds {
    clock: Arc<dyn Clock>,
}

impl SystemIds {
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Ids for SystemIds {
    /// The twelve bits after the milliseconds hold their fraction (RFC 9562, method 3), so that ids of
    /// one millisecond are in order too.
    fn uuid(&self) -> Uuid {
        let now = self.clock.now();
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let fraction = now.timestamp_subsec_micros() % 1_000 * 4_096 / 1_000;
        let mut rest: [u8; 10] = random();
        rest[0] = (fraction >> 8) as u8;
        rest[1] = (fraction & 0xff) as u8;
        uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        random()
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random source works");
    bytes
}

/// Ids that count up from 1; for tests.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0xA5; 32];
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        bytes[24..].copy_from_slice(&count.to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::clock::SetClock;

    fn clock() -> Arc<SetClock> {
        Arc::new(SetClock::at(DateTime::from_timestamp_nanos(1_700_000_000_123_456_000)))
    }

    #[test]
    fn a_uuid_is_of_version_7_and_carries_the_clocks_milliseconds() {
        let clock = clock();

        let id = SystemIds::new(clock).uuid();

        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_timestamp().map(|at| at.to_unix().0), Some(1_700_000_000));
        assert_eq!(id.as_u128() >> 80, 1_700_000_000_123);
    }

    #[test]
    fn uuids_are_in_order_down_to_two_microseconds() {
        let clock = clock();
        let ids = SystemIds::new(clock.clone());

        let made: Vec<Uuid> = (0..600)
            .map(|_| {
                clock.advance(TimeDelta::microseconds(2));
                ids.uuid()
            })
            .collect();

        assert!(made.is_sorted());
    }

    #[test]
    fn two_ids_of_one_moment_and_two_secrets_differ() {
        let ids = SystemIds::new(clock());

        assert_ne!(ids.uuid(), ids.uuid());
        assert_ne!(ids.secret(), ids.secret());
    }
}
