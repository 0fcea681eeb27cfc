//! Reading, with the limits that each document has to keep.
//!
//! `serde_json` splits the text into raw pieces; the pieces are looked at one level at a time, so the
//! digits of a number are never interpreted.

use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Json, pointer};
use crate::issue::Issue;

/// The largest document, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 10_000;
const MAX_KEYS: usize = 1_000;
const MAX_TEXT: usize = 256 * 1024;
const MAX_DIGITS: usize = 40;
const MAX_EXPONENT: i32 = 308;

/// Why a text isn't acceptable JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonFault {
    /// JSON Pointer to the value at fault.
    pub pointer: String,
    pub message: String,
}

impl From<JsonFault> for Issue {
    fn from(fault: JsonFault) -> Self {
        Self::error(fault.pointer, fault.message)
    }
}

impl Json {
    /// Reads a document of at most [`MAX_BYTES`].
    ///
    /// # Errors
    ///
    /// A [`JsonFault`] for text that isn't JSON, keys that stand twice, NUL and other control
    /// characters, lone surrogates, and anything over the limits of depth, size or digits.
    pub fn parse(text: &str) -> Result<Self, JsonFault> {
        if text.len() > MAX_BYTES {
            return Err(fault("", format!("is larger than {MAX_BYTES} bytes")));
        }
        let raw: &RawValue = serde_json::from_str(text)
            .map_err(|error| fault("", format!("is not valid JSON: {error}")))?;
        Reader { nodes: 0 }.value(raw.get(), "", 0)
    }
}

fn fault(at: &str, message: impl Into<String>) -> JsonFault {
    JsonFault { pointer: at.to_owned(), message: message.into() }
}

struct Reader {
    nodes: usize,
}

impl Reader {
    fn value(&mut self, raw: &str, at: &str, depth: usize) -> Result<Json, JsonFault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(fault(at, format!("has more than {MAX_NODES} values")));
        }
        if depth > MAX_DEPTH {
            return Err(fault(at, format!("is nested deeper than {MAX_DEPTH} levels")));
        }
        match raw.as_bytes().first() {
            Some(b'{') => self.object(raw, at, depth),
            Some(b'[') => self.list(raw, at, depth),
            Some(b'"') => Ok(Json::Text(text(raw, at)?)),
            Some(b't') => Ok(Json::Bool(true)),
            Some(b'f') => Ok(Json::Bool(false)),
            Some(b'n') => Ok(Json::Null),
            _ => number(raw, at),
        }
    }

    fn object(&mut self, raw: &str, at: &str, depth: usize) -> Result<Json, JsonFault> {
        let Entries(pieces) =
            serde_json::from_str(raw).map_err(|error| fault(at, error.to_string()))?;
        if pieces.len() > MAX_KEYS {
            return Err(fault(at, format!("has more than {MAX_KEYS} keys")));
        }
        let mut entries: Vec<(String, Json)> = Vec::with_capacity(pieces.len());
        let mut seen = std::collections::HashSet::with_capacity(pieces.len());
        for (key, piece) in pieces {
            let below = pointer(at, &key);
            allowed_text(&key, &below)?;
            if !seen.insert(key.clone()) {
                return Err(fault(&below, "stands twice; each key may stand once"));
            }
            let value = self.value(piece.get(), &below, depth + 1)?;
            entries.push((key, value));
        }
        Ok(Json::Object(entries))
    }

    fn list(&mut self, raw: &str, at: &str, depth: usize) -> Result<Json, JsonFault> {
        let pieces: Vec<&RawValue> =
            serde_json::from_str(raw).map_err(|error| fault(at, error.to_string()))?;
        let items = pieces.iter().enumerate();
        items
            .map(|(index, piece)| {
                self.value(piece.get(), &pointer(at, &index.to_string()), depth + 1)
            })
            .collect::<Result<_, _>>()
            .map(Json::List)
    }
}

fn text(raw: &str, at: &str) -> Result<String, JsonFault> {
    let text: String = serde_json::from_str(raw).map_err(|_| {
        fault(at, "has an escape that is no character (half of a surrogate pair, for instance)")
    })?;
    allowed_text(&text, at)?;
    Ok(text)
}

fn allowed_text(text: &str, at: &str) -> Result<(), JsonFault> {
    if text.len() > MAX_TEXT {
        return Err(fault(at, format!("is longer than {MAX_TEXT} bytes")));
    }
    match text.chars().find(|c| *c < ' ' && !matches!(c, '\t' | '\n' | '\r')) {
        Some(control) => Err(fault(
            at,
            format!("has the control character U+{:04X}; take it out", u32::from(control)),
        )),
        None => Ok(()),
    }
}

fn number(raw: &str, at: &str) -> Result<Json, JsonFault> {
    if raw.len() > MAX_DIGITS {
        return Err(fault(at, format!("is a number of more than {MAX_DIGITS} characters")));
    }
    let exponent = raw.split_once(['e', 'E']).map_or(Ok(0), |(_, power)| power.parse::<i32>());
    match exponent {
        Ok(power) if power.abs() <= MAX_EXPONENT => Ok(Json::Number(raw.to_owned())),
        _ => Err(fault(at, format!("has an exponent beyond {MAX_EXPONENT}"))),
    }
}

/// An object's entries in order, with the text of each value, and doubles still there to be seen.
struct Entries(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                    if entries.len() > MAX_KEYS {
                        return Err(A::Error::custom(format!("has more than {MAX_KEYS} keys")));
                    }
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}
