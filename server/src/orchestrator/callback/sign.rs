//! The signature of a callback, as Standard Webhooks has it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use domain::id::TicketId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

/// What one account's callbacks are signed with. Written, it is what the account is given: `whsec_…`.
pub(in crate::orchestrator) struct Secret([u8; 32]);

impl Secret {
    pub fn of(root: &str, owner: Uuid) -> Self {
        Self(mac(root.as_bytes(), &[b"callbacks to ", owner.as_bytes()]))
    }

    /// Everything that goes with a body. The id is the same each time that it is sent.
    pub fn headers(
        &self,
        ticket: TicketId,
        at: DateTime<Utc>,
        body: &str,
    ) -> Vec<(&'static str, String)> {
        let (id, at) = (format!("msg_{ticket}"), at.timestamp().to_string());
        let signed = mac(&self.0, &[id.as_bytes(), b".", at.as_bytes(), b".", body.as_bytes()]);
        vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id),
            ("webhook-timestamp", at),
            ("webhook-signature", format!("v1,{}", STANDARD.encode(signed))),
        ]
    }
}

/// A root as it is kept.
pub(super) fn fresh(bytes: [u8; 32]) -> String {
    STANDARD.encode(bytes)
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "whsec_{}", STANDARD.encode(self.0))
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_signature_that_others_compute() {
        // HMAC-SHA256 of RFC 4231, test case 2.
        let known = mac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let digits = known.iter().map(|byte| format!("{byte:02x}"));
        assert_eq!(digits.collect::<String>(), hex);
    }

    #[test]
    fn each_account_has_its_own_and_each_body_another_signature() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (mine, theirs) = (Secret::of("root", one), Secret::of("root", other));
        assert_ne!(mine.to_string(), theirs.to_string());
        assert_ne!(mine.to_string(), Secret::of("another", one).to_string());
        assert_eq!(mine.to_string(), Secret::of("root", one).to_string());

        let at = DateTime::from_timestamp(1_800_014_400, 0).unwrap();
        let signature = |body| mine.headers(TicketId::from_uuid(one), at, body).pop().unwrap().1;
        assert!(signature("a").starts_with("v1,"));
        assert_ne!(signature("a"), signature("b"));
    }
}
