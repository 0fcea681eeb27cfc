//! Providers as pages and programs see them.

use domain::schema::{FieldKind, Schema};
use serde::{Deserialize, Serialize};

/// What a run can call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// The name that a run asks for it with.
    pub name: String,
    pub title: String,
    /// What it does and what happens to the data.
    pub description: String,
    pub version: String,
    pub schema: Schema,
    /// The payload's JSON Schema as text; pages do without it.
    #[serde(skip)]
    pub json_schema: String,
    /// A call whose outcome is unknown may be repeated.
    pub repeat_safe: bool,
    /// Prompts that show what it can do.
    pub examples: Vec<String>,
}

/// The `accept` of the file field: every type that some provider takes.
#[must_use]
pub fn accepted(providers: &[ProviderView]) -> Option<String> {
    let fields = providers.iter().flat_map(|provider| &provider.schema.fields);
    let mut types: Vec<&str> = Vec::new();
    for field in fields {
        let FieldKind::File { media_types } = &field.kind else { continue };
        for kind in media_types {
            if !types.contains(&kind.as_str()) {
                types.push(kind);
            }
        }
    }
    (!types.is_empty()).then(|| types.join(","))
}

/// "PNG, JPEG" for `image/png,image/jpeg`.
#[must_use]
pub fn kinds(accept: &str) -> String {
    let kinds = accept.split(',').map(|kind| {
        let name = kind.rsplit('/').next().unwrap_or(kind);
        name.to_uppercase()
    });
    kinds.collect::<Vec<_>>().join(", ")
}
