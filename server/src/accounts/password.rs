//! Argon2id, off the async threads and only a few at a time.

use std::sync::Arc;

use app::error::ApiError;
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{Salt, SaltString},
};
use domain::issue::Issue;
use tokio::sync::Semaphore;

use crate::ports::Ids;

const SHORTEST: usize = 12;
const LONGEST: usize = 200;
/// Each takes a core and the cost's memory.
const AT_ONCE: usize = 2;
/// Beyond it a flood of sign-ins is turned away instead of queueing up.
const WAITING: usize = 32;
const TURNED_AWAY_FOR: u32 = 5;

/// What one hash costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// What OWASP recommends: 19 MiB, two passes, one lane.
    pub const FULL: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// As little as Argon2 allows; for tests.
    pub const TINY: Self = Self { memory_kib: Params::MIN_M_COST, passes: 1, lanes: 1 };
}

impl Default for Cost {
    fn default() -> Self {
        Self::FULL
    }
}

/// Makes and checks password hashes.
pub struct Passwords {
    argon: Argon2<'static>,
    /// Checked where there is no account, for the same work; what comes out doesn't count.
    nobody: String,
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    #[cfg(test)]
    pub(super) checks: std::sync::atomic::AtomicU32,
}

impl Passwords {
    /// # Panics
    ///
    /// Never for the costs that there are.
    #[must_use]
    pub fn new(cost: Cost, ids: &dyn Ids) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .expect("the costs are within Argon2's bounds");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon, &ids.secret(), &salt(ids)).expect("a short input can be hashed");
        let running = Arc::new(Semaphore::new(AT_ONCE));
        let queue = Arc::new(Semaphore::new(AT_ONCE + WAITING));
        Self {
            argon,
            nobody,
            running,
            queue,
            #[cfg(test)]
            checks: std::sync::atomic::AtomicU32::default(),
        }
    }

    /// The password's hash in PHC format.
    ///
    /// # Errors
    ///
    /// [`ApiError::TooMany`] if too many others wait.
    pub(super) async fn hash(&self, password: &str, ids: &dyn Ids) -> Result<String, ApiError> {
        let (password, salt) = (password.to_owned(), salt(ids));
        let hashed = self.work(move |argon| hash(argon, password.as_bytes(), &salt)).await?;
        hashed.map_err(|error| {
            tracing::error!("a password could not be hashed: {error}");
            ApiError::Internal
        })
    }

    /// Whether it is the password of `hash`; without one the answer is no, after the same work.
    ///
    /// # Errors
    ///
    /// [`ApiError::TooMany`] if too many others wait.
    pub(super) async fn matches(
        &self,
        password: &str,
        hash: Option<String>,
    ) -> Result<bool, ApiError> {
        #[cfg(test)]
        self.checks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let known = hash.is_some();
        let (password, hash) = (password.to_owned(), hash.unwrap_or_else(|| self.nobody.clone()));
        let fits = self.work(move |argon| verify(argon, password.as_bytes(), &hash)).await?;
        Ok(fits && known)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.queue.clone().try_acquire_owned();
        let place = place.map_err(|_| ApiError::TooMany(TURNED_AWAY_FOR))?;
        let turn = self.running.clone().acquire_owned().await.map_err(|_| ApiError::Internal)?;
        let argon = self.argon.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Kept until the work is over, even if the request is not.
            let _held = (place, turn);
            work(&argon)
        });
        done.await.map_err(|error| {
            tracing::error!("hashing broke off: {error}");
            ApiError::Internal
        })
    }
}

/// What is wrong with a password that somebody chose.
pub(super) fn issue(password: &str) -> Option<Issue> {
    let length = password.chars().count();
    let problem = match length {
        0..SHORTEST => format!("has {length} characters; take {SHORTEST} or more"),
        SHORTEST..=LONGEST => return None,
        _ => format!("has {length} characters; take {LONGEST} or fewer"),
    };
    Some(Issue::error("/password", problem))
}

fn salt(ids: &dyn Ids) -> SaltString {
    SaltString::encode_b64(&ids.secret()[..Salt::RECOMMENDED_LENGTH])
        .expect("16 bytes are within the bounds of a salt")
}

fn hash(
    argon: &Argon2<'_>,
    password: &[u8],
    salt: &SaltString,
) -> Result<String, argon2::password_hash::Error> {
    argon.hash_password(password, salt).map(|hash| hash.to_string())
}

fn verify(argon: &Argon2<'_>, password: &[u8], hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon.verify_password(password, &hash).is_ok())
}
