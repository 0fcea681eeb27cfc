//! Bodies in JSON, read strictly: what two readers could understand differently is refused.

use std::{error::Error, fmt, marker::PhantomData};

use app::error::ApiError;
use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use domain::{issue::Issue, json};
use http::{
    HeaderMap,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_path_to_error::{Path, Segment};

use super::Problem;

/// A JSON body as a value. Let `T` say `deny_unknown_fields`: a field that is not understood is not
/// silently dropped.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(read(&text(request).await?)?))
    }
}

/// The text of a JSON body, not yet read.
pub(super) async fn text(request: Request) -> Result<String, ApiError> {
    content_type(request.headers())?;
    let bytes = to_bytes(request.into_body(), json::MAX_BYTES).await.map_err(unread)?;
    String::from_utf8(bytes.into())
        .map_err(|_| ApiError::Invalid(vec![Issue::error("", "the body is not UTF-8")]))
}

/// Reads a text under the limits of [`json::Json::parse`], then as a `T`.
///
/// # Errors
///
/// [`ApiError::Invalid`] with a JSON Pointer to what is wrong.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    json::Json::parse(text).map_err(|fault| ApiError::Invalid(vec![fault.into()]))?;
    let reader = &mut serde_json::Deserializer::from_str(text);
    let whole: Result<Whole<T>, _> = serde_path_to_error::deserialize(reader);
    whole.map(|Whole(value)| value).map_err(|error| misread(&error))
}

/// What could not be read, and where it is.
pub(super) fn misread(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    ApiError::Invalid(vec![Issue::error(pointer(error.path()), error.inner().to_string())])
}

struct Whole<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// Reads an object as a `T`, and nothing else: serde would fill a struct from a list by position, too.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

fn content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let wrong = |message: &str| Err(ApiError::WrongType(message.to_owned()));
    let given = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut parts = given.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return wrong("send JSON, with `content-type: application/json`");
    }
    for parameter in parts.filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let utf8 = value.trim_matches('"').eq_ignore_ascii_case("utf-8");
        if name.eq_ignore_ascii_case("charset") && !utf8 {
            return wrong("send JSON in UTF-8");
        }
    }
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => wrong("send the body uncompressed"),
        _ => Ok(()),
    }
}

fn unread(error: axum::Error) -> ApiError {
    if is_too_long(&error) {
        ApiError::TooLarge(format!("the body is larger than {} bytes", json::MAX_BYTES))
    } else {
        ApiError::BadRequest("the body broke off".to_owned())
    }
}

/// Whether a body wasn't read to its end because it is longer than the limit.
pub(super) fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.any(|cause| cause.is::<http_body_util::LengthLimitError>())
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |base, segment| match segment {
        Segment::Seq { index } => json::pointer(&base, &index.to_string()),
        Segment::Map { key } => json::pointer(&base, key),
        // Which variant was read, or an unknown place: no step in the document itself.
        Segment::Enum { .. } | Segment::Unknown => base,
    })
}
