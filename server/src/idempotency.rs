//! Idempotency keys: the same request again gets the answer it got before.

use app::{api::port::Once, error::ApiError};
use domain::{access::Caller, digest::Digest, issue::Issue};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::ports::{IdempotencyKey, UsedKey};

/// In characters.
const LONGEST_KEY: usize = 255;
/// The reply of what answers nothing but that it was done.
pub(crate) const NOTHING: &str = "null";

/// The key of a request on a route, with [`NOTHING`] as its reply. `body` is what the same request has the same of;
/// `answer` is what it is about.
pub(crate) fn key(
    caller: &Caller,
    route: &str,
    key: Option<&str>,
    body: &impl Serialize,
    answer: Uuid,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(key) = key else { return Ok(None) };
    let body = serde_json::to_vec(body).map_err(|_| ApiError::Internal)?;
    Ok(Some(IdempotencyKey {
        scope: scope(caller, route),
        key: checked_key(key)?,
        request: Digest::of(&body),
        answer,
        reply: NOTHING.to_owned(),
    }))
}

/// The same key of another caller, or on another route, is another key.
pub(crate) fn scope(caller: &Caller, route: &str) -> String {
    format!("{}:{route}", caller.person)
}

/// An idempotency key: 1 to 255 visible ASCII characters.
pub(crate) fn checked_key(key: &str) -> Result<String, ApiError> {
    let good = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if good {
        return Ok(key.to_owned());
    }
    let limit = format!("must be 1 to {LONGEST_KEY} visible ASCII characters");
    Err(ApiError::Invalid(vec![Issue::error("/idempotency_key", limit)]))
}

/// An answer as it is kept; empty, which can't be replayed, if it can't be written.
pub(crate) fn reply(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

pub(crate) fn with_reply(
    key: IdempotencyKey,
    answer: &impl Serialize,
) -> Result<IdempotencyKey, ApiError> {
    let reply = serde_json::to_string(answer).map_err(|_| ApiError::Internal)?;
    Ok(IdempotencyKey { reply, ..key })
}

/// The answer that was given before; refused if that was to another request.
pub(crate) fn replay<T: DeserializeOwned>(
    key: Option<&IdempotencyKey>,
    used: &UsedKey,
) -> Result<Once<T>, ApiError> {
    if key.is_none_or(|key| key.request != used.request) {
        return Err(key_used());
    }
    let answer = serde_json::from_str(&used.reply).map_err(|error| {
        tracing::error!(%error, "a kept answer could not be read");
        ApiError::Internal
    })?;
    Ok(Once { answer, replayed: true })
}

/// What a request is told whose key was used for another one.
pub(crate) fn key_used() -> ApiError {
    let issue = "was used for another request; use a fresh key";
    ApiError::Invalid(vec![Issue::error("/idempotency_key", issue)])
}
