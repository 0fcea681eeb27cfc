//! The difference between two JSON documents, as a JSON Patch (RFC 6902) with the values before.

use serde::{Deserialize, Serialize};

use crate::json::{Json, pointer};

/// What happened to one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Op {
    Add,
    Remove,
    Replace,
}

/// One change. The values are JSON text, exact to the digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    pub op: Op,
    /// JSON Pointer to the value.
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Change {
    /// The two values have different JSON types: `431000` became `"431000"`, for instance.
    #[must_use]
    pub fn changes_type(&self) -> bool {
        let kind = |text: &Option<String>| {
            text.as_deref().and_then(|text| Json::parse(text).ok()).map(|json| json.type_name())
        };
        self.op == Op::Replace && kind(&self.before) != kind(&self.after)
    }
}

/// The changes that lead from `before` to `after`. Objects are compared key by key, whatever the
/// order of their keys; lists as wholes.
#[must_use]
pub fn diff(before: &Json, after: &Json) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("", Some(before), Some(after), &mut changes);
    changes
}

fn compare(at: &str, before: Option<&Json>, after: Option<&Json>, changes: &mut Vec<Change>) {
    if let (Some(Json::Object(old)), Some(Json::Object(new))) = (before, after) {
        for (key, value) in old {
            let now = new.iter().find(|(name, _)| name == key).map(|(_, value)| value);
            compare(&pointer(at, key), Some(value), now, changes);
        }
        for (key, value) in new.iter().filter(|(key, _)| old.iter().all(|(name, _)| name != key)) {
            compare(&pointer(at, key), None, Some(value), changes);
        }
        return;
    }
    let op = match (before, after) {
        (None, Some(_)) => Op::Add,
        (Some(_), None) => Op::Remove,
        (Some(old), Some(new)) if old != new => Op::Replace,
        _ => return,
    };
    let [before, after] = [before, after].map(|value| value.map(Json::to_text));
    changes.push(Change { op, path: at.to_owned(), before, after });
}

/// The changes as the text of a JSON Patch document.
#[must_use]
pub fn to_json_patch(changes: &[Change]) -> String {
    let name = |op| match op {
        Op::Add => "add",
        Op::Remove => "remove",
        Op::Replace => "replace",
    };
    let operations = changes.iter().map(|change| {
        let mut operation = vec![
            ("op".to_owned(), Json::text(name(change.op))),
            ("path".to_owned(), Json::text(change.path.clone())),
        ];
        if let Some(value) = change.after.as_deref().and_then(|text| Json::parse(text).ok()) {
            operation.push(("value".to_owned(), value));
        }
        Json::Object(operation)
    });
    Json::List(operations.collect()).to_text()
}
