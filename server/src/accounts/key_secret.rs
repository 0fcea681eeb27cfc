//! What a key's secret looks like: `csk_`, 32 random bytes, and a checksum, so that scanners of source
//! code find it and a mistyped one is no look-up.

use domain::digest::Digest;

use crate::ports::Ids;

const PREFIX: &str = "csk_";
/// Hexadecimal digits of the random bytes, and of the checksum after them.
const RANDOM: usize = 64;
const CHECK: usize = 8;
/// Digits that a list shows.
const HINT: usize = 6;

pub(super) fn fresh(ids: &dyn Ids) -> String {
    let random = Digest::from_bytes(ids.secret()).to_string();
    let check = checksum(&random);
    format!("{PREFIX}{random}{check}")
}

/// What a secret is stored under; `None` for what can't be one of ours.
pub(super) fn hash_of(secret: &str) -> Option<Digest> {
    let (random, check) = secret.strip_prefix(PREFIX)?.split_at_checked(RANDOM)?;
    let whole = random.parse::<Digest>().is_ok() && check == checksum(random);
    whole.then(|| Digest::of(secret.as_bytes()))
}

/// How a secret begins.
pub(super) fn hint(secret: &str) -> String {
    secret.chars().take(PREFIX.len() + HINT).collect()
}

fn checksum(random: &str) -> String {
    Digest::of(format!("{PREFIX}{random}").as_bytes()).to_string()[..CHECK].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CountingIds;

    #[test]
    fn a_secret_is_known_by_its_form_and_one_wrong_digit_is_found() {
        let secret = fresh(&CountingIds::default());

        assert_eq!(secret.len(), 76);
        assert_eq!(hash_of(&secret), Some(Digest::of(secret.as_bytes())));
        for (at, digit) in secret.char_indices().skip(PREFIX.len()) {
            let other = if digit == '0' { "1" } else { "0" };
            let mut wrong = secret.clone();
            wrong.replace_range(at..=at, other);
            assert_eq!(hash_of(&wrong), None, "{wrong}");
        }
        for wrong in ["", "csk_", "é", &secret[1..], &secret[..75], &format!("{secret}0")] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
        assert_eq!(hint(&secret), secret[..10]);
    }
}
