//! What a provider takes: its JSON Schema as a list of fields that a form can show.
//!
//! Forms and raw JSON are two views of one document. A field that a form has no control for is edited
//! as JSON text, so nothing that a schema allows is out of reach.

mod check;
mod form;
mod read;

use serde::{Deserialize, Serialize};

use crate::json::Json;

/// Who is expected to give a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Category {
    /// The user must give it.
    Content,
    /// Has a default, or is chosen for the user.
    Config,
    /// Optional content.
    Hybrid,
}

/// Which control a field has, and its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum FieldKind {
    /// Lengths in characters.
    Text {
        min_length: Option<u32>,
        max_length: Option<u32>,
        long: bool,
    },
    /// Limits as JSON numbers, inclusive.
    Number {
        min: Option<String>,
        max: Option<String>,
    },
    Integer {
        min: Option<String>,
        max: Option<String>,
    },
    Checkbox,
    /// Each choice as JSON text.
    Choice {
        options: Vec<String>,
    },
    /// The value is `sha256:…` of a file of the session.
    File {
        media_types: Vec<String>,
    },
    /// Anything else, as JSON text. `of` is the type in the words of JSON Schema, if it has just one.
    Json {
        of: Option<String>,
    },
}

/// One top-level property of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Never renamed.
    pub name: String,
    /// The schema's title, or the name.
    pub label: String,
    /// The schema's description.
    pub hint: Option<String>,
    pub kind: FieldKind,
    pub category: Category,
    pub required: bool,
    /// JSON text.
    pub default: Option<String>,
}

/// What a provider takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub fields: Vec<Field>,
    /// Properties beside the fields are allowed.
    pub open: bool,
}

impl Schema {
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Field {
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self.kind, FieldKind::File { .. })
    }

    /// The default as a value.
    #[must_use]
    pub fn default_value(&self) -> Option<Json> {
        self.default.as_deref().and_then(|text| Json::parse(text).ok())
    }
}
