//! From a JSON Schema, or from an example, to fields.

use super::{Category, Field, FieldKind, Schema};
use crate::json::Json;

impl Schema {
    /// Reads the top-level properties of a JSON Schema (draft 2020-12) of type `object`.
    ///
    /// The category comes from `x-category`; without it, from the property's name and whether it is
    /// required or has a default. A `string` with `format: attachment` is a file, whose media types
    /// stand in `x-media-types`. What else the schema says is left to a real validator.
    #[must_use]
    pub fn from_json_schema(schema: &Json) -> Self {
        let required = schema.get("required").and_then(Json::as_list).unwrap_or_default();
        let properties = schema.get("properties").map(Json::entries).unwrap_or_default();
        let fields = properties.iter().map(|(name, property)| {
            let required = required.iter().any(|one| one.as_str() == Some(name));
            field(name, property, required)
        });
        let open = schema.get("additionalProperties") != Some(&Json::Bool(false));
        Self { fields: fields.collect(), open }
    }

    /// Takes the shape of an example, and none of its values.
    #[must_use]
    pub fn from_example(example: &Json) -> Self {
        let fields = example.entries().iter().map(|(name, value)| {
            let kind = match value {
                Json::Text(_) if names_a_file(name) => FieldKind::File { media_types: Vec::new() },
                Json::Text(_) => {
                    FieldKind::Text { min_length: None, max_length: None, long: false }
                }
                Json::Number(_) => FieldKind::Number { min: None, max: None },
                Json::Bool(_) => FieldKind::Checkbox,
                Json::List(_) | Json::Object(_) => {
                    FieldKind::Json { of: Some(value.type_name().to_owned()) }
                }
                Json::Null => FieldKind::Json { of: None },
            };
            let category = category(name, None, false, false);
            let required = category == Category::Content;
            let (name, label) = (name.clone(), name.clone());
            Field { name, label, hint: None, kind, category, required, default: None }
        });
        Self { fields: fields.collect(), open: true }
    }
}

fn field(name: &str, property: &Json, required: bool) -> Field {
    let text = |key: &str| property.get(key).and_then(Json::as_str).map(str::to_owned);
    let default = property.get("default").map(Json::to_text);
    Field {
        name: name.to_owned(),
        label: text("title").unwrap_or_else(|| name.to_owned()),
        hint: text("description"),
        kind: kind(name, property),
        category: category(name, text("x-category").as_deref(), required, default.is_some()),
        required,
        default,
    }
}

fn kind(name: &str, property: &Json) -> FieldKind {
    let number = |key: &str| match property.get(key) {
        Some(Json::Number(digits)) => Some(digits.clone()),
        _ => None,
    };
    let length = |key: &str| number(key).and_then(|digits| digits.parse().ok());
    let (min, max) = (number("minimum"), number("maximum"));
    if let Some(options) = property.get("enum").and_then(Json::as_list) {
        return FieldKind::Choice { options: options.iter().map(Json::to_text).collect() };
    }
    let format = property.get("format").and_then(Json::as_str);
    match property.get("type").and_then(Json::as_str) {
        Some("string") if format == Some("attachment") => {
            let types = property.get("x-media-types").and_then(Json::as_list).unwrap_or_default();
            let media_types = types.iter().filter_map(Json::as_str).map(str::to_owned).collect();
            FieldKind::File { media_types }
        }
        Some("string") if format == Some("uri") && names_a_file(name) => {
            FieldKind::File { media_types: Vec::new() }
        }
        Some("string") => {
            let (min_length, max_length) = (length("minLength"), length("maxLength"));
            let short =
                max_length.is_some_and(|most| most <= 200) || property.get("pattern").is_some();
            let long = format == Some("multiline") || !short;
            FieldKind::Text { min_length, max_length, long }
        }
        Some("number") => FieldKind::Number { min, max },
        Some("integer") => FieldKind::Integer { min, max },
        Some("boolean") => FieldKind::Checkbox,
        of => FieldKind::Json { of: of.map(str::to_owned) },
    }
}

/// Settings whose names are known to mean no content, whatever a schema leaves out.
const CONFIG_NAMES: [&str; 9] = [
    "prompt_strength",
    "context_length",
    "prompt_upsampling",
    "seed",
    "format",
    "output_format",
    "quality",
    "temperature",
    "aspect_ratio",
];

fn category(name: &str, told: Option<&str>, required: bool, has_default: bool) -> Category {
    match told {
        Some("CONTENT") => return Category::Content,
        Some("CONFIG") => return Category::Config,
        Some("HYBRID") => return Category::Hybrid,
        _ => {}
    }
    if CONFIG_NAMES.contains(&name) {
        return Category::Config;
    }
    if name == "negative_prompt" {
        return Category::Hybrid;
    }
    let content = ["prompt", "text", "message", "query", "content"];
    match (required, has_default) {
        (true, false) => Category::Content,
        (false, false) if content.contains(&name) || names_a_file(name) => Category::Content,
        (_, true) => Category::Config,
        (false, false) => Category::Hybrid,
    }
}

fn names_a_file(name: &str) -> bool {
    let words = ["image", "picture", "photo", "audio", "video", "file", "document", "mask"];
    name.split(['_', '-']).any(|part| words.contains(&part))
}
