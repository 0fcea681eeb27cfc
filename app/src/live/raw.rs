//! JSON that is passed on as it is.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The exact text of a JSON value: whoever passes it on doesn't pay for reading it, and no number in it changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Raw(pub Box<RawValue>);

impl Raw {
    /// The JSON of a value; `None` for one that has none.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn of(value: &impl Serialize) -> Option<Self> {
        serde_json::value::to_raw_value(value).ok().map(Self)
    }

    /// The value as JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}
