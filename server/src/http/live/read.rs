//! Reads a client's message, as strictly as a request's body.

use std::collections::BTreeMap;

use app::{error::ApiError, live::Ask};
use domain::{issue::Issue, json};
use serde::de::{DeserializeOwned, value::MapDeserializer};
use serde_json::value::RawValue;

use crate::http::body;

/// The longest message that decides something.
const MOST_DECIDING: usize = 48 * 1024;
const LONGEST_ID: usize = 100;

/// Why a message can't be carried out, and its id where that could be read.
pub(super) struct Unread {
    pub id: Option<String>,
    pub error: ApiError,
}

/// A message in its parts, by name.
type Parts<'a> = BTreeMap<String, &'a RawValue>;

pub(super) fn ask(text: &str) -> Result<Ask, Unread> {
    let nameless = |error| Unread { id: None, error };
    json::Json::parse(text).map_err(|fault| nameless(ApiError::Invalid(vec![fault.into()])))?;
    let mut parts: Parts<'_> =
        serde_json::from_str(text).map_err(|_| nameless(invalid("", "is not an object")))?;
    let id = parts.get("id").and_then(|raw| text_of(raw));
    let named = |error| Unread { id: id.clone(), error };
    match &id {
        Some(id) if (1..=LONGEST_ID).contains(&id.chars().count()) => {}
        _ => {
            let message = format!("has to be a text of 1 to {LONGEST_ID} characters");
            return Err(nameless(invalid("/id", &message)));
        }
    }
    let name = parts.remove("type").and_then(text_of);
    let name = name.ok_or_else(|| named(invalid("/type", "has to be the name of a message")))?;
    let decides = |ask| match text.len() {
        0..=MOST_DECIDING => Ok(ask),
        _ => {
            Err(ApiError::TooLarge("a decision of more than 48 KiB has to come by POST".to_owned()))
        }
    };
    match name.to_ascii_uppercase().as_str() {
        "HITL_SUBSCRIBE" => fields(parts).map(Ask::Subscribe),
        "HITL_APPROVAL_RESPONSE" => fields(parts).map(Ask::ApprovalResponse).and_then(decides),
        "HITL_LIST_PENDING" => fields(parts).map(Ask::ListPending),
        "HITL_CANCEL_APPROVAL" => fields(parts).map(Ask::CancelApproval).and_then(decides),
        "HITL_PING" => fields(parts).map(Ask::Ping),
        _ => Err(invalid("/type", "is no message that this server knows")),
    }
    .map_err(named)
}

fn text_of(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

fn fields<T: DeserializeOwned>(parts: Parts<'_>) -> Result<T, ApiError> {
    let reader: MapDeserializer<'_, _, serde_json::Error> = MapDeserializer::new(parts.into_iter());
    serde_path_to_error::deserialize(reader).map_err(|error| body::misread(&error))
}

fn invalid(field: &str, message: &str) -> ApiError {
    ApiError::Invalid(vec![Issue::error(field, message)])
}
