//! What is wrong with an agent's question, and with the arguments of its action.

use app::api::asked::NewAction;
use domain::{
    action::ActionRequest,
    issue::Issue,
    json::{Json, pointer},
};

const LONGEST_NAME: usize = 200;
/// Bytes of a schema: it is compiled for each check.
const LARGEST_SCHEMA: usize = 64 * 1024;

/// Why the question can't be asked at all.
pub(super) fn faults(new: &NewAction) -> Vec<Issue> {
    let mut issues = new.config.issues();
    let length = new.name.trim().chars().count();
    if length == 0 {
        issues.push(Issue::error("/action", "must not be empty"));
    } else if length > LONGEST_NAME || new.name.chars().any(char::is_control) {
        let limit = format!("must be one line of at most {LONGEST_NAME} characters");
        issues.push(Issue::error("/action", limit));
    }
    match Json::parse(&new.arguments) {
        Ok(Json::Object(_)) => {}
        Ok(_) => issues.push(Issue::error("/arguments", "must be an object: {\"name\": value, …}")),
        Err(fault) => issues.push(within("/arguments", fault.into())),
    }
    if let Some(Err(fault)) = new.context.as_deref().map(Json::parse) {
        issues.push(within("/context", fault.into()));
    }
    issues.extend(new.schema.as_deref().and_then(|schema| validator(schema).err()));
    // They speak of the three reviews, and an action has none of them.
    for (field, set) in [
        ("allowed_steps", !new.config.allowed_steps.is_empty()),
        ("auto_approve_after_seconds", new.config.auto_approve_after_seconds.is_some()),
    ] {
        if set {
            let at = pointer("/hitl_config", field);
            issues.push(Issue::error(at, "says nothing about an action; leave it out"));
        }
    }
    issues
}

/// What is wrong with an action's arguments: field by field first, then whatever else its schema asks.
pub(super) fn check(action: &ActionRequest, arguments: &str) -> Vec<Issue> {
    let document = match Json::parse(arguments) {
        Ok(document) => document,
        Err(fault) => return vec![fault.into()],
    };
    let issues = action.fields(&document).check(&document);
    let Some(schema) = action.schema.as_deref().filter(|_| issues.is_empty()) else {
        return issues;
    };
    let (validator, value) = match (validator(schema), serde_json::from_str(arguments)) {
        (Ok(validator), Ok(value)) => (validator, value),
        (Err(issue), _) => return vec![issue],
        (_, Err(_)) => return vec![Issue::error("", "has a number that is too large to check")],
    };
    let errors = validator.iter_errors(&value);
    errors.map(|error| Issue::error(error.instance_path().to_string(), error.to_string())).collect()
}

/// What the agent says, as a person reads it: the action's name and its context.
pub(super) fn words(action: &ActionRequest) -> String {
    let context = action.context.as_deref().and_then(|text| Json::parse(text).ok());
    match context {
        None | Some(Json::Null) => action.name.clone(),
        Some(Json::Text(words)) => format!("{}\n\n{words}", action.name),
        Some(context) => format!("{}\n\n{}", action.name, context.to_pretty()),
    }
}

/// Without a resolver: what a schema refers to elsewhere is never fetched.
fn validator(schema: &str) -> Result<jsonschema::Validator, Issue> {
    if schema.len() > LARGEST_SCHEMA {
        return Err(Issue::error("/schema", format!("has more than {LARGEST_SCHEMA} bytes")));
    }
    let parsed = Json::parse(schema).map_err(|fault| within("/schema", fault.into()))?;
    if !matches!(parsed, Json::Object(_)) {
        return Err(Issue::error("/schema", "must be a JSON Schema: an object"));
    }
    let value = serde_json::from_str(schema)
        .map_err(|_| Issue::error("/schema", "has a number that is too large"))?;
    jsonschema::draft202012::new(&value)
        .map_err(|error| Issue::error("/schema", format!("is no JSON Schema: {error}")))
}

fn within(base: &str, issue: Issue) -> Issue {
    Issue { field: format!("{base}{}", issue.field), ..issue }
}
