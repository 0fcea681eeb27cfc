//! Queries of addresses, read strictly.

use app::{
    api::page::{MAX_LIMIT, PageRequest},
    error::ApiError,
};
use axum::extract::FromRequestParts;
use domain::{id::PersonId, issue::Issue, json};
use http::request::Parts;
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::Problem;

/// A query as a value. Let `T` say `deny_unknown_fields`: a filter that is not understood is not silently dropped.
#[derive(Debug, Clone)]
pub struct StrictQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(read(parts.uri.query().unwrap_or_default())?))
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let invalid = |name: &str, message: &str| {
        ApiError::Invalid(vec![Issue::error(json::pointer("", name), message)])
    };
    let mut seen = std::collections::BTreeSet::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if has_control(&name) || has_control(&value) {
            return Err(invalid(&name, "has control characters; take them out"));
        }
        if !seen.insert(name.clone()) {
            return Err(invalid(&name, "stands twice"));
        }
    }
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let reader = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let name = error.path().to_string();
        let name = if name == "." { "" } else { name.as_str() };
        let field = if name.is_empty() { String::new() } else { json::pointer("", name) };
        ApiError::Invalid(vec![Issue::error(field, error.into_inner().to_string())])
    })
}

pub(super) fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control())
}

/// Which piece of a session, and whose.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// The account whose session it is. People who leave it out read every session of that name.
    #[param(value_type = Option<String>, format = Uuid)]
    owner: Option<PersonId>,
    /// `next_cursor` of the page before; leave it out for the first page.
    cursor: Option<String>,
    /// How many items: 1 to 100, 50 by default.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl ThreadQuery {
    /// # Errors
    ///
    /// [`ApiError::Invalid`] for a limit out of bounds.
    pub fn read(self) -> Result<(Option<PersonId>, PageRequest), ApiError> {
        Ok((self.owner, page(self.cursor, self.limit)?))
    }
}

/// The page that a query asks for.
///
/// # Errors
///
/// [`ApiError::Invalid`] for a limit out of bounds.
pub fn page(cursor: Option<String>, limit: Option<u32>) -> Result<PageRequest, ApiError> {
    let limit = limit.unwrap_or(PageRequest::default().limit);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(PageRequest { cursor, limit })
    } else {
        let message = format!("must be from 1 to {MAX_LIMIT}");
        Err(ApiError::Invalid(vec![Issue::error("/limit", message)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(query: &str) -> String {
        match read::<ThreadQuery>(query) {
            Err(ApiError::Invalid(issues)) => issues[0].field.clone(),
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn a_query_that_two_readers_could_understand_differently_is_refused() {
        for (query, field) in [
            ("limit=1&limit=2", "/limit"),
            ("limit=x", "/limit"),
            ("limit=-1", "/limit"),
            ("cursor=%00", "/cursor"),
            ("offset=3", "/offset"),
        ] {
            assert_eq!(pointer(query), field, "{query}");
        }
    }

    #[test]
    fn a_page_has_one_to_a_hundred_items() {
        for (limit, good) in [(0, false), (1, true), (100, true), (101, false)] {
            assert_eq!(page(None, Some(limit)).is_ok(), good, "{limit}");
        }
        assert_eq!(
            read::<ThreadQuery>("").map(|query| query.read().map(|(_, page)| page.limit)),
            Ok(Ok(50))
        );
    }
}
