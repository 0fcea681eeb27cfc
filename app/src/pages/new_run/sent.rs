//! A form that was sent and refused, on its way back to its page.

use serde::{Deserialize, Serialize};

/// What was typed, and why it wasn't taken. The server provides it as a context of the page that it answers with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentForm {
    /// The form's fields of text, by their names.
    pub fields: Vec<(String, String)>,
    /// Why: a code that the page has words for; empty for a form that wasn't sent.
    pub code: String,
    /// What is wrong: the `id` of the control, and words.
    pub issues: Vec<(String, String)>,
}

impl SentForm {
    /// What was typed there; empty for nothing.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}
