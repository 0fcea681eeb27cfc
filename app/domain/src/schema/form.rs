//! The round trip between a document and a form, exact in types and digits.

use std::collections::BTreeMap;

use super::{Field, FieldKind, Schema};
use crate::{
    issue::Issue,
    json::{Json, pointer},
};

impl Field {
    /// What the field's control shows for a value; `None` where the control can't show it exactly,
    /// which is then edited as JSON only.
    #[must_use]
    pub fn show(&self, value: &Json) -> Option<String> {
        match (&self.kind, value) {
            (FieldKind::Text { .. } | FieldKind::File { .. }, Json::Text(text)) => {
                Some(text.clone())
            }
            (FieldKind::Number { .. } | FieldKind::Integer { .. }, Json::Number(digits)) => {
                Some(digits.clone())
            }
            (FieldKind::Checkbox, Json::Bool(truth)) => Some(truth.to_string()),
            (FieldKind::Choice { options }, value) => {
                Some(value.to_text()).filter(|text| options.contains(text))
            }
            (FieldKind::Json { .. }, value) => Some(value.to_pretty()),
            _ => None,
        }
    }

    fn read(&self, text: &str) -> Result<Json, String> {
        match &self.kind {
            FieldKind::Text { .. } | FieldKind::File { .. } => Ok(Json::text(text)),
            FieldKind::Number { .. } | FieldKind::Integer { .. } => {
                match Json::parse(text.trim()) {
                    Ok(number @ Json::Number(_)) => Ok(number),
                    _ => Err(format!("must be a number like 12 or 1.5, not “{text}”")),
                }
            }
            FieldKind::Checkbox => match text {
                "true" => Ok(Json::Bool(true)),
                "false" => Ok(Json::Bool(false)),
                _ => Err("must be yes or no".to_owned()),
            },
            FieldKind::Choice { options } => match Json::parse(text) {
                Ok(choice) if options.contains(&choice.to_text()) => Ok(choice),
                _ => Err(format!("must be one of {}", options.join(", "))),
            },
            FieldKind::Json { .. } => Json::parse(text).map_err(|fault| fault.message),
        }
    }
}

impl Schema {
    /// The document after a form was sent in: `posted` has the texts of the form's controls by field
    /// name. Fields that weren't posted, and all that the form can't show, stay as they were. An empty
    /// text takes an optional field out; one that was empty before stays what it was.
    ///
    /// # Errors
    ///
    /// One issue for each text that isn't a value of its field's type, or that names no field.
    pub fn apply_form(
        &self,
        document: &Json,
        posted: &BTreeMap<String, String>,
    ) -> Result<Json, Vec<Issue>> {
        let mut issues = Vec::new();
        let mut edited = document.clone();
        for (name, text) in posted {
            let at = pointer("", name);
            let Some(field) = self.field(name) else {
                issues.push(Issue::error(at, "is no field of this form"));
                continue;
            };
            let before = document.get(name);
            if unchanged(field, before, text) {
                continue;
            }
            if text.is_empty() {
                edited.remove(name);
                continue;
            }
            match field.read(&line_feeds(text)) {
                Ok(value) => edited.set(name, value),
                Err(message) => issues.push(Issue::error(at, message)),
            }
        }
        if issues.is_empty() { Ok(edited) } else { Err(issues) }
    }
}

/// A browser sends each line break as CR LF, whatever it was before.
fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn unchanged(field: &Field, before: Option<&Json>, text: &str) -> bool {
    let shown = before.map_or(Some(String::new()), |value| field.show(value));
    match shown {
        Some(shown) => line_feeds(&shown) == line_feeds(text),
        // The control showed nothing for it: nothing typed is nothing changed.
        None => text.is_empty(),
    }
}
