//! Values on their way into a statement, and fields on their way out of a row.

use chrono::{DateTime, Utc};
use domain::{
    digest::Digest,
    id::{AttachmentId, KeyId, PersonId, RunId, TicketId},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::ports::StoreError;

/// A value to bind. How a time, an id or a flag is stored is the engine's business.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Flag(bool),
    Id(Option<Uuid>),
    Time(Option<DateTime<Utc>>),
    /// Lists stand in statements of PostgreSQL only.
    Texts(Vec<String>),
    Times(Vec<DateTime<Utc>>),
}

/// A list of values, each from whatever turns into one.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::value::Value::from($value)),*] };
}
pub(super) use values;

/// Turns types into a variant of [`Value`], each also as an `Option`.
macro_rules! from {
    ($($kind:ty => $variant:ident($value:ident) $into:expr),* $(,)?) => {$(
        impl From<$kind> for Value {
            fn from($value: $kind) -> Self {
                Self::$variant(Some($into))
            }
        }
        impl From<Option<$kind>> for Value {
            fn from(value: Option<$kind>) -> Self {
                Self::$variant(value.map(|$value| $into))
            }
        }
    )*};
}

from! {
    String => Text(text) text,
    &str => Text(text) text.to_owned(),
    Digest => Text(digest) digest.to_string(),
    i64 => Int(number) number,
    u32 => Int(number) i64::from(number),
    Uuid => Id(id) id,
    RunId => Id(id) id.as_uuid(),
    TicketId => Id(id) id.as_uuid(),
    PersonId => Id(id) id.as_uuid(),
    KeyId => Id(id) id.as_uuid(),
    AttachmentId => Id(id) id.as_uuid(),
    DateTime<Utc> => Time(time) time,
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<Vec<DateTime<Utc>>> for Value {
    fn from(times: Vec<DateTime<Utc>>) -> Self {
        Self::Times(times)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// The fields of a row, by column name.
pub trait Fields {
    fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError>;
    fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError>;
    fn opt_id(&self, column: &'static str) -> Result<Option<Uuid>, StoreError>;
    fn opt_time(&self, column: &'static str) -> Result<Option<DateTime<Utc>>, StoreError>;
    fn flag(&self, column: &'static str) -> Result<bool, StoreError>;

    fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or_else(|| empty(column))
    }

    fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| empty(column))
    }

    fn count(&self, column: &'static str) -> Result<u32, StoreError> {
        u32::try_from(self.int(column)?).map_err(|_| unreadable(column))
    }

    fn id(&self, column: &'static str) -> Result<Uuid, StoreError> {
        self.opt_id(column)?.ok_or_else(|| empty(column))
    }

    fn time(&self, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
        self.opt_time(column)?.ok_or_else(|| empty(column))
    }

    fn digest(&self, column: &'static str) -> Result<Digest, StoreError> {
        self.text(column)?.parse().map_err(|_| unreadable(column))
    }

    /// One of a fixed set of names.
    fn named<T>(
        &self,
        column: &'static str,
        from_name: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError>
    where
        Self: Sized,
    {
        from_name(&self.text(column)?).ok_or_else(|| unreadable(column))
    }

    /// A document.
    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError>
    where
        Self: Sized,
    {
        serde_json::from_str(&self.text(column)?)
            .map_err(|error| StoreError::Broken(format!("column {column}: {error}")))
    }
}

fn empty(column: &str) -> StoreError {
    StoreError::Broken(format!("column {column} is empty"))
}

pub(super) fn unreadable(column: &str) -> StoreError {
    StoreError::Broken(format!("column {column} holds something unknown"))
}

/// A document as JSON text.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Broken(error.to_string()))
}
