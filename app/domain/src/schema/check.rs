//! What is wrong with a document, field by field, with what would mend it.

use super::{Field, FieldKind, Schema};
use crate::{
    information::file_digest,
    issue::Issue,
    json::{Decimal, Json, pointer},
};

impl Schema {
    /// Checks the document's top-level fields: required, type, limits, choices, names. A provider's
    /// full JSON Schema may ask for more.
    #[must_use]
    pub fn check(&self, document: &Json) -> Vec<Issue> {
        if !matches!(document, Json::Object(_)) {
            return vec![Issue::error("", "must be an object: {\"name\": value, …}")];
        }
        let mut issues: Vec<Issue> =
            self.fields.iter().filter_map(|field| field.check(document.get(&field.name))).collect();
        let unknown = document.entries().iter().filter(|(name, _)| self.field(name).is_none());
        if !self.open {
            issues.extend(unknown.map(|(name, _)| {
                Issue::error(pointer("", name), "is not a field of this provider")
                    .suggesting("Take it out.")
            }));
        }
        issues
    }
}

impl Field {
    fn check(&self, value: Option<&Json>) -> Option<Issue> {
        let at = pointer("", &self.name);
        let Some(value) = value else { return self.missing(at) };
        match (&self.kind, value) {
            (FieldKind::Text { min_length, max_length, .. }, Json::Text(text)) => {
                let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                check_length(at, length, *min_length, *max_length)
            }
            (FieldKind::Number { min, max }, Json::Number(digits)) => {
                check_range(at, digits, min.as_deref(), max.as_deref())
            }
            (FieldKind::Integer { min, max }, Json::Number(digits)) => check_integer(&at, digits)
                .or_else(|| check_range(at, digits, min.as_deref(), max.as_deref())),
            (FieldKind::Choice { options }, value) => check_choice(at, value, options),
            (FieldKind::File { .. }, Json::Text(text)) => file_digest(text).is_none().then(|| {
                Issue::error(at, "must name an uploaded file")
                    .suggesting("Choose one of the files, or add one.")
            }),
            (FieldKind::Checkbox, Json::Bool(_)) => None,
            (FieldKind::Json { of }, value) => of
                .as_deref()
                .filter(|of| *of != value.type_name())
                .map(|of| Issue::error(at, format!("must be of type {of}"))),
            (_, value) => Some(self.wrong_type(at, value)),
        }
    }

    fn missing(&self, at: String) -> Option<Issue> {
        if !self.required {
            return None;
        }
        let suggestion = match (&self.kind, &self.default) {
            (_, Some(default)) => format!("Use the default, {default}."),
            (FieldKind::File { .. }, None) => "Add a file.".to_owned(),
            _ => format!("Fill in “{}”.", self.label),
        };
        let issue = Issue::error(at, "is missing").suggesting(suggestion);
        Some(match &self.default {
            Some(default) => issue.fixed_by(default.clone()),
            None => issue,
        })
    }

    fn wrong_type(&self, at: String, value: &Json) -> Issue {
        let (wants, fix) = match (&self.kind, value) {
            (FieldKind::Number { .. } | FieldKind::Integer { .. }, Json::Text(text)) => {
                let number = Json::parse(text).ok().filter(|json| matches!(json, Json::Number(_)));
                ("a number", number.map(|json| json.to_text()))
            }
            (FieldKind::Number { .. } | FieldKind::Integer { .. }, _) => ("a number", None),
            (FieldKind::Checkbox, _) => ("true or false", None),
            (FieldKind::Text { .. }, Json::Number(digits)) => {
                ("text", Some(Json::text(digits.clone()).to_text()))
            }
            _ => ("text", None),
        };
        let issue = Issue::error(at, format!("must be {wants}, not {}", value.type_name()));
        match fix {
            Some(fix) => issue.suggesting(format!("Use {fix}.")).fixed_by(fix),
            None => issue,
        }
    }
}

fn check_length(at: String, length: u32, min: Option<u32>, max: Option<u32>) -> Option<Issue> {
    if let Some(max) = max.filter(|max| length > *max) {
        return Some(Issue::error(at, format!("has {length} characters; {max} are allowed")));
    }
    let min = min.filter(|min| length < *min)?;
    Some(Issue::error(at, format!("has {length} characters; at least {min} are needed")))
}

fn check_range(at: String, digits: &str, min: Option<&str>, max: Option<&str>) -> Option<Issue> {
    let value = Decimal::parse(digits)?;
    if let Some(max) = max.filter(|max| Decimal::parse(max).is_some_and(|max| value > max)) {
        return Some(limit(at, digits, "above", max));
    }
    let min = min.filter(|min| Decimal::parse(min).is_some_and(|min| value < min))?;
    Some(limit(at, digits, "below", min))
}

fn limit(at: String, digits: &str, side: &str, limit: &str) -> Issue {
    Issue::error(at, format!("{digits} is {side} the limit {limit}"))
        .suggesting(format!("Use {limit}."))
        .fixed_by(limit)
}

fn check_integer(at: &str, digits: &str) -> Option<Issue> {
    let value = Decimal::parse(digits)?;
    (!value.is_whole()).then(|| {
        let fix = value.rounded();
        Issue::error(at, format!("{digits} is not a whole number"))
            .suggesting(format!("Use {fix}."))
            .fixed_by(fix)
    })
}

fn check_choice(at: String, value: &Json, options: &[String]) -> Option<Issue> {
    let text = value.to_text();
    if options.contains(&text) {
        return None;
    }
    let issue = Issue::error(at, format!("{text} is not one of {}", options.join(", ")));
    let same = |option: &&String| option.eq_ignore_ascii_case(&text);
    Some(match options.iter().find(same) {
        Some(option) => issue.suggesting(format!("Use {option}.")).fixed_by(option.clone()),
        None => issue.suggesting("Choose one of them."),
    })
}
