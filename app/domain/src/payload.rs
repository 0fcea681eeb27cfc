//! Builds a payload from what is known.

use crate::{
    information::{Known, Source},
    issue::Issue,
    json::Json,
    policy,
    schema::{Field, Schema},
};

/// What is known of each field, one value a field, in the schema's order: the best source wins, and a
/// default fills what nobody gave. A given `null` means that the field is to stay empty.
#[must_use]
pub fn gather(schema: &Schema, found: &[Known]) -> Vec<Known> {
    let best = |name: &str| {
        let of_field = found.iter().filter(|known| known.field == name);
        of_field.min_by(|a, b| a.source.rank().cmp(&b.source.rank()))
    };
    let mut gathered = Vec::new();
    for field in &schema.fields {
        let default = || {
            let value = field.default.clone()?;
            Some(Known { field: field.name.clone(), value, source: Source::Default })
        };
        gathered.extend(best(&field.name).cloned().or_else(default));
    }
    if schema.open {
        let beside = found.iter().filter(|known| schema.field(&known.field).is_none());
        let named = beside.filter(|known| known.source.is_explicit());
        for known in named {
            if gathered.iter().all(|other: &Known| other.field != known.field) {
                gathered.push(known.clone());
            }
        }
    }
    gathered.retain(|known| known.value != "null");
    gathered
}

/// The payload's text: each known value under its field's name.
#[must_use]
pub fn build(information: &[Known]) -> String {
    let entries = information.iter().filter_map(|known| {
        let value = Json::parse(&known.value).ok()?;
        Some((known.field.clone(), value))
    });
    Json::Object(entries.collect()).to_text()
}

/// Fields whose value isn't what the user gave: read, found or chosen for them, defaults aside.
#[must_use]
pub fn changes(information: &[Known]) -> u32 {
    let guessed = |known: &&Known| !known.source.is_explicit() && known.source != Source::Default;
    u32::try_from(information.iter().filter(guessed).count()).unwrap_or(u32::MAX)
}

/// A warning for each part of the prompt that came to nothing.
///
/// Where a value beside the files was given in so many words, the prompt only speaks about it, and nothing is said.
#[must_use]
pub fn not_understood(schema: &Schema, given: &[Known], parts: &[String]) -> Vec<Issue> {
    let is_file = |name: &str| schema.field(name).is_some_and(Field::is_file);
    if given.iter().any(|known| known.source.is_explicit() && !is_file(&known.field)) {
        return Vec::new();
    }
    let warning = |part: &String| {
        Issue::warning("", format!("Not understood: “{part}”."))
            .suggesting("Set the values yourself, or leave it.")
    };
    parts.iter().map(warning).collect()
}

/// How sure the information is, from 0 to 1; a part of the prompt that wasn't understood is one of the issues.
#[must_use]
pub fn confidence(information: &[Known], issues: &[Issue]) -> f64 {
    let certainties: Vec<f64> =
        information.iter().filter_map(|known| known.source.certainty()).collect();
    policy::confidence(&certainties, issues)
}

#[cfg(test)]
mod tests;
