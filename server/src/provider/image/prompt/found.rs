//! The values found so far.

use std::collections::BTreeMap;

use domain::{
    information::{Known, Source},
    json::Json,
};

/// The fields that a prompt can name, in the schema's order.
pub(super) const FIELDS: [&str; 15] = [
    "width",
    "height",
    "fit",
    "rotate",
    "flip",
    "grayscale",
    "brightness",
    "contrast",
    "blur",
    "text",
    "text_size",
    "text_position",
    "text_color",
    "format",
    "quality",
];

/// `None` stands for values that contradict each other.
#[derive(Debug, Default)]
pub(super) struct Found {
    values: BTreeMap<&'static str, Option<Json>>,
}

impl Found {
    /// Notes a value: the last one counts, unless it says the opposite of the one before.
    pub(super) fn set(&mut self, field: &'static str, value: Json) {
        let kept = match self.values.get(field) {
            Some(None) => None,
            Some(Some(old)) if opposite(field, old, &value) => None,
            _ => Some(value),
        };
        self.values.insert(field, kept);
    }

    pub(super) fn number(&mut self, field: &'static str, digits: &str) {
        self.set(field, Json::Number(digits.to_owned()));
    }

    pub(super) fn text(&mut self, field: &'static str, text: &str) {
        self.set(field, Json::text(text));
    }

    /// Marks a field as unclear.
    pub(super) fn unsure(&mut self, field: &'static str) {
        self.values.insert(field, None);
    }

    pub(super) fn get(&self, field: &str) -> Option<&Json> {
        self.values.get(field)?.as_ref()
    }

    pub(super) fn fields(&self) -> Vec<&'static str> {
        self.values.keys().copied().collect()
    }

    pub(super) fn forget(&mut self, fields: &[&'static str]) {
        for field in fields {
            self.values.remove(field);
        }
    }

    /// Adds what was said after this.
    pub(super) fn follow(&mut self, later: Self) {
        for (field, value) in later.values {
            match value {
                Some(value) => self.set(field, value),
                None => self.unsure(field),
            }
        }
    }

    pub(super) fn known(&self) -> Vec<Known> {
        let two_texts = self.values.get("text") == Some(&None);
        let known = |field: &&'static str| {
            if two_texts && field.starts_with("text") {
                return None;
            }
            let value = self.get(field)?.to_text();
            // What no payload could hold, such as a control character, is no value.
            Json::parse(&value).ok()?;
            Some(Known { field: (*field).to_owned(), value, source: Source::Prompt })
        };
        FIELDS.iter().filter_map(known).collect()
    }
}

/// Two values that can't both be meant, and of which neither corrects the other.
fn opposite(field: &str, old: &Json, new: &Json) -> bool {
    let number = |value: &Json| value.as_f64().unwrap_or_default();
    match field {
        "brightness" | "contrast" => number(old) * number(new) < 0.0,
        "rotate" => (number(old) - number(new)).abs() == 180.0 && number(old) % 180.0 == 90.0,
        // There is room for one text; which of two can't be told.
        "flip" | "text" => old != new,
        _ => false,
    }
}
