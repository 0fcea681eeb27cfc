//! The providers of this instance, by name.

use std::sync::Arc;

use domain::{
    issue::Issue,
    json::Json,
    schema::{Field, Schema},
};
use jsonschema::Validator;

use super::Provider;

/// The providers of this instance, in the order in which they are offered.
#[derive(Clone, Default)]
pub struct Registry {
    providers: Vec<Registered>,
}

/// A provider with its schema's validator.
#[derive(Clone)]
pub struct Registered {
    pub provider: Arc<dyn Provider>,
    validator: Arc<Validator>,
    fields: Arc<Schema>,
}

impl Registry {
    /// Adds a provider.
    ///
    /// # Panics
    ///
    /// If the provider's own schema isn't a JSON Schema: a fault of the build.
    #[must_use]
    pub fn with(mut self, provider: Arc<dyn Provider>) -> Self {
        let schema = serde_json::from_str(provider.capabilities().json_schema)
            .expect("a provider's schema is JSON");
        let validator = Arc::new(
            jsonschema::draft202012::new(&schema).expect("a provider's schema is a JSON Schema"),
        );
        let fields = Arc::new(provider.capabilities().schema());
        self.providers.push(Registered { provider, validator, fields });
        self
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Registered> {
        self.providers.iter().find(|one| one.provider.capabilities().name == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.providers.iter().map(|one| &one.provider)
    }
}

impl Registered {
    /// The fields of the payload.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.fields
    }

    #[must_use]
    pub fn takes_files(&self) -> bool {
        self.fields.fields.iter().any(Field::is_file)
    }

    /// What is wrong with a payload by its schema: first field by field in words that suggest a fix,
    /// then whatever else the JSON Schema asks for.
    #[must_use]
    pub fn check(&self, payload: &Json) -> Vec<Issue> {
        let issues = self.fields.check(payload);
        if !issues.is_empty() {
            return issues;
        }
        let Ok(value) = serde_json::from_str(&payload.to_text()) else {
            return vec![Issue::error("", "has a number that is too large to check")];
        };
        let errors = self.validator.iter_errors(&value);
        errors
            .map(|error| Issue::error(error.instance_path().to_string(), error.to_string()))
            .collect()
    }
}
