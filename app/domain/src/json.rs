//! JSON that keeps what it was given: the order of keys and every digit of a number.
//!
//! A payload is approved and sent as text. This tree is how the text is checked and edited without
//! turning `1.10` into `1.1` or a 20-digit id into something else.

mod decimal;
mod read;
mod write;

pub use decimal::Decimal;
pub use read::{JsonFault, MAX_BYTES};

/// One JSON value. A number is the text that was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The value of a key of an object; `None` if there is none, or this is no object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Sets a key of an object, in place or at the end; on anything else it does nothing.
    pub fn set(&mut self, key: &str, value: Self) {
        let Self::Object(entries) = self else { return };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
    }

    /// Takes a key out of an object.
    pub fn remove(&mut self, key: &str) {
        if let Self::Object(entries) = self {
            entries.retain(|(name, _)| name != key);
        }
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The number as a float, for arithmetic; never for storing. [`Decimal`] compares without one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Number(digits) = self { digits.parse().ok() } else { None }
    }

    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        if let Self::Object(entries) = self { entries } else { &[] }
    }

    /// The value's type in the words of JSON Schema.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// Applies a merge patch (RFC 7396): keys of `patch` replace, `null` removes.
    #[must_use]
    pub fn merged(&self, patch: &Self) -> Self {
        let Self::Object(changes) = patch else { return patch.clone() };
        let mut target =
            if matches!(self, Self::Object(_)) { self.clone() } else { Self::Object(Vec::new()) };
        for (key, value) in changes {
            if *value == Self::Null {
                target.remove(key);
            } else {
                let merged = target.get(key).unwrap_or(&Self::Null).merged(value);
                target.set(key, merged);
            }
        }
        target
    }
}

/// Adds a key to a JSON Pointer (RFC 6901).
#[must_use]
pub fn pointer(base: &str, key: &str) -> String {
    format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The first key of a JSON Pointer, unescaped; empty for the whole document.
#[must_use]
pub fn top_key(pointer: &str) -> String {
    let first = pointer.strip_prefix('/').and_then(|rest| rest.split('/').next());
    let first = first.unwrap_or_default();
    first.replace("~1", "/").replace("~0", "~")
}
