//! Providers as pages and programs see them.

use domain::schema::Schema;
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
