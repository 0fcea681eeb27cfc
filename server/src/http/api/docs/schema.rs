//! Schemas in words.

use leptos::prelude::*;
use serde_json::Value;

use super::{table, text};

/// What a schema takes, in a few words; a name of another schema leads to it.
pub(super) fn kind(schema: &Value) -> AnyView {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return view! { <a href=format!("#schema-{name}")>{name.to_owned()}</a> }.into_any();
    }
    for (word, joined) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
        if let Some(all) = schema[word].as_array() {
            return list(all, joined);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().map(Value::to_string).collect();
        return words.join(", ").into_any();
    }
    let types = match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" or "),
        _ => "any value".to_owned(),
    };
    let format = schema["format"].as_str().map(|format| format!(" ({format})"));
    let items = schema.get("items").map(|items| view! { " of "{kind(items)} });
    view! { {types}{format}{items} }.into_any()
}

fn list(all: &[Value], joined: &'static str) -> AnyView {
    let parts = all.iter().enumerate().map(|(place, one)| {
        let before = (place > 0).then_some(joined);
        view! { {before}{kind(one)} }
    });
    parts.collect_view().into_any()
}

/// The properties of a schema as a table; whatever has none, in words.
pub(super) fn properties(schema: &Value) -> AnyView {
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().map(properties).collect_view().into_any();
    }
    let Some(all) = schema["properties"].as_object() else {
        return view! { <p>{kind(schema)}</p> }.into_any();
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let rows = all.iter().map(|(name, of)| {
        let needed = if required.iter().any(|one| one == name) { "required" } else { "optional" };
        view! {
            <tr>
                <th scope="row"><code>{name.clone()}</code></th>
                <td>{needed}</td>
                <td>{kind(of)}" "{text(&of["description"])}</td>
            </tr>
        }
    });
    table("Fields", rows.collect_view()).into_any()
}
