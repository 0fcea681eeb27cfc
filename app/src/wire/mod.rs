//! How values travel between server and browser: as bytes that name no field, so that little code reads them; in a page
//! as base64. Both ends are of one build.
//!
//! What reads JSON, which has to find every field by its name, was a tenth of the WASM. The known formats without names
//! can't carry an enum that stands beside its tag, as those do that are stored and documented as JSON.

mod read;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod write;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use leptos::{prelude::*, server::codee};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

/// A value could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be written")]
pub struct Unwritable;

/// Bytes weren't the value that they should be. Both ends are of one build, so there is nobody to explain it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be read")]
pub struct Unreadable;

#[cfg(feature = "ssr")]
fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Unwritable> {
    let mut writer = write::Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.0)
}

/// Browsers only read: how each value is written has no place in the page.
#[cfg(not(feature = "ssr"))]
fn write<T: Serialize>(_: &T) -> Result<Vec<u8>, Unwritable> {
    Err(Unwritable)
}

/// Reads one value from bytes that hold nothing else.
///
/// # Errors
///
/// [`Unreadable`] for bytes that aren't a `T`.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let mut reader = read::Reader::new(bytes);
    let value = T::deserialize(&mut reader)?;
    if reader.is_at_end() { Ok(value) } else { Err(Unreadable) }
}

/// The encoding of resources and of what server functions answer.
#[derive(Debug)]
pub struct Wire;

/// The answers of a server function: `output = Answer`.
pub type Answer = Post<Wire>;

/// What a page has loaded, from the page itself or from the server.
pub type Loaded<T> = Resource<T, Wire>;

/// A resource that the page waits for before it is sent.
pub fn resource<T, S, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Loaded<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: PartialEq + Clone + Send + Sync + 'static,
    Fut: Future<Output = T> + Send + 'static,
{
    let blocking = true;
    Resource::new_with_options(source, fetch, blocking)
}

impl<T: Serialize> codee::Encoder<T> for Wire {
    type Error = Unwritable;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Unwritable> {
        Ok(BASE64.encode(write(value)?))
    }
}

impl<T: DeserializeOwned> codee::Decoder<T> for Wire {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        read(&BASE64.decode(text).map_err(|_| Unreadable)?)
    }
}

impl ContentType for Wire {
    const CONTENT_TYPE: &'static str = "application/octet-stream";
}

impl FormatType for Wire {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: Serialize> Encodes<T> for Wire {
    type Error = Unwritable;

    fn encode(value: &T) -> Result<Bytes, Unwritable> {
        write(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Wire {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        read(&bytes)
    }
}
