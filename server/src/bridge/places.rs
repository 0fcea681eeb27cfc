//! How many may listen, in all and for each person; and the word to them to look again, or to go.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::id::PersonId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{observe::Metrics, ports::AccessWatch};

const EACH: usize = 10;
const ALL: usize = 10_000;

/// The places of one process.
#[derive(Debug, Default)]
pub struct Places {
    taken: Mutex<Taken>,
    closing: CancellationToken,
    metrics: Arc<Metrics>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<PersonId, Listening>,
}

/// One person's places.
#[derive(Debug, Default)]
struct Listening {
    count: usize,
    look_again: watch::Sender<()>,
}

/// How somebody listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Socket,
    Events,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Socket => "websocket",
            Self::Events => "sse",
        }
    }
}

/// There is no place left for this person, or for anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    person: PersonId,
    kind: Kind,
    look_again: watch::Receiver<()>,
}

impl Places {
    #[must_use]
    pub fn new(metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self { metrics, ..Self::default() })
    }

    /// # Errors
    ///
    /// [`Full`] beyond ten for a person and ten thousand in all.
    pub fn take(self: &Arc<Self>, person: PersonId, kind: Kind) -> Result<Place, Full> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let has = taken.by.get(&person).map_or(0, |one| one.count);
        if taken.all >= ALL || has >= EACH {
            return Err(Full);
        }
        taken.all += 1;
        let one = taken.by.entry(person).or_default();
        one.count += 1;
        let look_again = one.look_again.subscribe();
        self.metrics.listens(kind.name(), 1);
        Ok(Place { places: self.clone(), person, kind, look_again })
    }

    /// Everybody has to go: the server stops.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Returns when nobody listens any more.
    pub async fn are_empty(&self) {
        const LOOK: std::time::Duration = std::time::Duration::from_millis(20);
        while self.taken.lock().unwrap_or_else(PoisonError::into_inner).all > 0 {
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl AccessWatch for Places {
    fn access_changed(&self, person: PersonId) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = taken.by.get(&person) {
            one.look_again.send_replace(());
        }
    }
}

impl Place {
    /// Returns when the person's rights have to be looked at again.
    pub async fn look_again(&mut self) {
        if self.look_again.changed().await.is_err() {
            std::future::pending().await
        }
    }

    /// Is cancelled when the server stops.
    pub fn closing(&self) -> CancellationToken {
        self.places.closing.clone()
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.places.metrics
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(one) = taken.by.get_mut(&self.person) {
            one.count -= 1;
            if one.count == 0 {
                taken.by.remove(&self.person);
            }
        }
        self.places.metrics.listens(self.kind.name(), -1);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_person_has_ten_places_and_a_place_is_free_again_when_it_is_left() {
        let places = Places::new(Arc::default());
        let mut held: Vec<_> =
            (0..EACH).map(|_| places.take(person(1), Kind::Socket).unwrap()).collect();

        assert_eq!(places.take(person(1), Kind::Events).err(), Some(Full));
        assert!(places.take(person(2), Kind::Socket).is_ok());
        held.pop();
        assert!(places.take(person(1), Kind::Events).is_ok());
    }

    #[test]
    fn ten_thousand_in_all_find_a_place() {
        let places = Places::new(Arc::default());
        let mut held: Vec<_> =
            (0..ALL).map(|at| places.take(person(at / EACH), Kind::Socket).unwrap()).collect();

        assert_eq!(places.take(person(ALL), Kind::Socket).err(), Some(Full));
        held.pop();
        assert!(places.take(person(ALL), Kind::Socket).is_ok());
    }

    #[tokio::test]
    async fn only_the_person_whose_rights_changed_is_told_to_look_again() {
        let places = Places::new(Arc::default());
        let mut one = places.take(person(1), Kind::Socket).unwrap();
        let mut other = places.take(person(2), Kind::Socket).unwrap();

        places.access_changed(person(1));

        one.look_again().await;
        let none = std::time::Duration::from_millis(10);
        assert!(tokio::time::timeout(none, other.look_again()).await.is_err());
    }

    fn person(number: usize) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(number as u128))
    }
}
