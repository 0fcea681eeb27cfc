//! What an agent asks about and then does itself: its name, what the agent says about it, and what its
//! arguments may be.

use serde::{Deserialize, Serialize};

use crate::{
    json::Json,
    schema::{Category, Field, FieldKind, Schema},
};

/// The provider of runs that are an agent's own action.
pub const EXTERNAL: &str = "external";

/// An action of an agent. The arguments themselves are the run's payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionRequest {
    pub name: String,
    /// What the agent says about it, as exact JSON text: shown as its words, never believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// A JSON Schema of the arguments, as exact text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Where the agent wants to be told when its ticket is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<String>,
}

impl ActionRequest {
    /// The fields of a form for these arguments: by the schema, else by their own shape.
    #[must_use]
    pub fn fields(&self, arguments: &Json) -> Schema {
        let given = self.schema.as_deref().and_then(|text| Json::parse(text).ok());
        let mut schema = match given {
            Some(given) => Schema::from_json_schema(&given),
            None => shape_of(arguments),
        };
        for field in &mut schema.fields {
            // An agent's files are none of ours: where they are is text.
            if field.is_file() {
                field.kind = text(false);
            }
        }
        schema
    }
}

/// Fields for the values that there are; nothing is required, and others may be added.
fn shape_of(arguments: &Json) -> Schema {
    const SHORT: usize = 80;
    let kind = |value: &Json| match value {
        Json::Text(value) => text(value.len() > SHORT || value.contains('\n')),
        Json::Number(_) => FieldKind::Number { min: None, max: None },
        Json::Bool(_) => FieldKind::Checkbox,
        Json::List(_) | Json::Object(_) => {
            FieldKind::Json { of: Some(value.type_name().to_owned()) }
        }
        Json::Null => FieldKind::Json { of: None },
    };
    let fields = arguments.entries().iter().map(|(name, value)| Field {
        name: name.clone(),
        label: name.clone(),
        hint: None,
        kind: kind(value),
        category: Category::Content,
        required: false,
        default: None,
    });
    Schema { fields: fields.collect(), open: true }
}

const fn text(long: bool) -> FieldKind {
    FieldKind::Text { min_length: None, max_length: None, long }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(schema: Option<&str>) -> ActionRequest {
        let schema = schema.map(str::to_owned);
        ActionRequest { name: "send_email".to_owned(), context: None, schema, callback: None }
    }

    #[test]
    fn without_a_schema_the_form_has_the_shape_of_the_arguments() {
        let arguments = Json::parse(
            r#"{"to": "a@b.example", "image": "https://x.example/a.png", "copies": 1.10,
                "urgent": false, "tags": [1], "more": null, "body": "one\ntwo"}"#,
        );
        let fields = action(None).fields(&arguments.unwrap());

        let kinds: Vec<_> = fields.fields.iter().map(|field| field.kind.clone()).collect();
        let json = |of: Option<&str>| FieldKind::Json { of: of.map(str::to_owned) };
        let number = FieldKind::Number { min: None, max: None };
        assert_eq!(
            kinds,
            [
                text(false),
                text(false),
                number,
                FieldKind::Checkbox,
                json(Some("array")),
                json(None),
                text(true)
            ]
        );
        assert!(fields.open && fields.fields.iter().all(|field| !field.required));
    }

    #[test]
    fn a_schema_decides_where_there_is_one_and_never_asks_for_our_files() {
        let schema = r#"{"required": ["to"], "additionalProperties": false, "properties": {
            "to": {"type": "string", "maxLength": 80}, "image": {"type": "string", "format": "attachment"}}}"#;
        let fields = action(Some(schema)).fields(&Json::Object(Vec::new()));

        assert!(fields.field("to").unwrap().required && !fields.open);
        assert_eq!(fields.field("image").unwrap().kind, text(false));
    }
}
