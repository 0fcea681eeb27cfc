//! What shows that a copy was made by an instance on this database, under just this key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;

use crate::{ports::Stamp, store::versions};

const LENGTH: usize = 32;

/// Seals copies (HMAC-SHA256).
pub(super) struct Seal(Hmac<Sha256>);

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    stamp: Stamp,
    of: T,
}

impl Seal {
    /// Copies from before a step of the database's are no copies: what they say may have changed its form.
    pub fn new(secret: &str) -> Self {
        let mut mac = Hmac::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
        mac.update(format!("{:?}\n", versions().last()).as_bytes());
        Self(mac)
    }

    /// A copy of something as it was at `stamp`; `None` if it can't be written down.
    pub fn close<T: Serialize>(&self, key: &str, stamp: Stamp, of: &T) -> Option<Vec<u8>> {
        let text = serde_json::to_vec(&Sealed { stamp, of }).ok()?;
        let mut copy = self.over(key, &text).finalize().into_bytes().to_vec();
        copy.extend(text);
        Some(copy)
    }

    /// What a copy holds, if it is one of this key at just this stamp.
    pub fn open<T: DeserializeOwned>(&self, key: &str, stamp: Stamp, copy: &[u8]) -> Option<T> {
        let (seal, text) = copy.split_at_checked(LENGTH)?;
        self.over(key, text).verify_slice(seal).ok()?;
        let sealed: Sealed<T> = serde_json::from_slice(text).ok()?;
        (sealed.stamp == stamp).then_some(sealed.of)
    }

    fn over(&self, key: &str, text: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(key).chain_update("\n").chain_update(text)
    }
}
