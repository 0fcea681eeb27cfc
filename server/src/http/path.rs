//! Ids and names in addresses.

use app::error::ApiError;
use axum::extract::{FromRequestParts, Path};
use domain::issue::Issue;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::{Problem, query::has_control};

/// An id in an address; what can't be one is the id of nothing.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| unknown())
    }
}

fn unknown() -> Problem {
    let what = "id; ids look like 0197a000-0000-7000-8000-000000000001";
    Problem(ApiError::NotFound(what.to_owned()))
}

/// A name in an address.
#[derive(Debug, Clone)]
pub struct PathText(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let no_text = |_| ApiError::BadRequest("the address has bytes that are no text".to_owned());
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(no_text)?;
        if has_control(&text) {
            let why = "the address has control characters; take them out";
            return Err(Problem(ApiError::Invalid(vec![Issue::error("", why)])));
        }
        Ok(Self(text))
    }
}
