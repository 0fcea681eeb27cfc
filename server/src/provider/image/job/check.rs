//! Checks a payload field by field and says what is allowed, reading the ranges from the schema.

use std::sync::LazyLock;

use serde_json::{Map, Number, Value};

use crate::provider::image::{ImageFault, SCHEMA};

static PROPERTIES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).expect("schema.json is JSON");
    schema["properties"].as_object().expect("schema.json has properties").clone()
});

pub(super) fn against_schema(payload: &str) -> Result<(), ImageFault> {
    let fields: Map<String, Value> = serde_json::from_str(payload).map_err(|e| {
        ImageFault::invalid("", format!("The payload is no JSON object: {e}"), None)
    })?;
    if !fields.contains_key("image") {
        return Err(ImageFault::invalid("image", "Choose a picture.", None));
    }
    fields.iter().try_for_each(|(name, value)| field(name, value))
}

/// What only reading the typed value finds, such as a field that is there twice.
pub(super) fn from_serde(error: &serde_json::Error) -> ImageFault {
    let message = error.to_string();
    let field = message.split('`').nth(1).unwrap_or_default().to_owned();
    ImageFault::Invalid { field, message, allowed: None }
}

/// "0 to 100" of a numeric field.
pub(super) fn range(field: &str) -> Option<String> {
    let property = PROPERTIES.get(field)?;
    Some(format!("{} to {}", property.get("minimum")?, property.get("maximum")?))
}

pub(super) fn as_whole(number: &Number) -> Option<i64> {
    // Beyond 2^53 a float says nothing exact; all our ranges end far below.
    let exact = |f: f64| (f.fract() == 0.0 && f.abs() < 9e15).then_some(f as i64);
    number.as_i64().or_else(|| number.as_f64().and_then(exact))
}

fn field(name: &str, value: &Value) -> Result<(), ImageFault> {
    let Some(property) = PROPERTIES.get(name) else {
        let known: Vec<&str> = PROPERTIES.keys().map(String::as_str).collect();
        return Err(ImageFault::invalid(name, "There is no such field.", Some(known.join(", "))));
    };
    let kind = property["type"].as_str().expect("each property has a type");
    if !has_type(kind, value) {
        let allowed = choices(property).or_else(|| range(name));
        return Err(ImageFault::invalid(
            name,
            format!("This must be {}.", with_article(kind)),
            allowed,
        ));
    }
    in_choices(name, property, value)?;
    in_range(name, property, value)?;
    in_shape(name, property, value)
}

fn has_type(kind: &str, value: &Value) -> bool {
    match (kind, value) {
        ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("number", Value::Number(_)) => true,
        ("integer", Value::Number(number)) => as_whole(number).is_some(),
        _ => false,
    }
}

fn with_article(kind: &str) -> &str {
    match kind {
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        _ => "text",
    }
}

fn choices(property: &Value) -> Option<String> {
    let words = property.get("enum")?.as_array()?.iter();
    let words = words.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    Some(words.collect::<Vec<_>>().join(", "))
}

fn in_choices(name: &str, property: &Value, value: &Value) -> Result<(), ImageFault> {
    let Some(choice) = property.get("enum").and_then(Value::as_array) else { return Ok(()) };
    let same = |allowed: &Value| match (allowed, value) {
        (Value::Number(a), Value::Number(b)) => as_whole(a) == as_whole(b),
        _ => allowed == value,
    };
    if choice.iter().any(same) {
        return Ok(());
    }
    Err(ImageFault::invalid(name, "This is not one of the choices.", choices(property)))
}

fn in_range(name: &str, property: &Value, value: &Value) -> Result<(), ImageFault> {
    let Some(number) = value.as_f64() else { return Ok(()) };
    let below = property.get("minimum").and_then(Value::as_f64).is_some_and(|min| number < min);
    let above = property.get("maximum").and_then(Value::as_f64).is_some_and(|max| number > max);
    if below || above {
        return Err(ImageFault::invalid(name, format!("{value} is out of range."), range(name)));
    }
    Ok(())
}

fn in_shape(name: &str, property: &Value, value: &Value) -> Result<(), ImageFault> {
    let Some(text) = value.as_str() else { return Ok(()) };
    if let Some(max) = property.get("maxLength").and_then(Value::as_u64)
        && text.chars().count() as u64 > max
    {
        let allowed = Some(format!("up to {max} characters"));
        return Err(ImageFault::invalid(name, "The text is too long.", allowed));
    }
    let (fits, allowed) = match name {
        "image" => (is_content_name(text), "sha256: and 64 hex digits"),
        "text_color" => (is_color(text), "#rrggbb, for example #ffcc00"),
        _ => return Ok(()),
    };
    if fits {
        return Ok(());
    }
    Err(ImageFault::invalid(name, "This is not written as it must be.", Some(allowed.to_owned())))
}

fn is_content_name(text: &str) -> bool {
    let lower_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    text.strip_prefix("sha256:")
        .is_some_and(|d| d.len() == 64 && d.as_bytes().iter().all(lower_hex))
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').map(str::as_bytes);
    digits.is_some_and(|d| d.len() == 6 && d.iter().all(u8::is_ascii_hexdigit))
}
