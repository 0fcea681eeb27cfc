//! How values travel between server and browser: JSON as `serde_json` writes it, read back by a small reader.
//!
//! `serde_json` reads from texts, slices and streams, and is compiled anew for each type and each of them; that was a
//! quarter of the WASM. [`read`] is the one way in, whatever the value comes from.

mod read;
#[cfg(test)]
mod tests;

use leptos::{prelude::*, server::codee};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

pub use self::read::{Unreadable, read};

/// A value could not be put into JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be written")]
pub struct Unwritable;

#[cfg(feature = "ssr")]
fn write<T: Serialize>(value: &T) -> Result<String, Unwritable> {
    serde_json::to_string(value).map_err(|_| Unwritable)
}

/// Browsers only read: how each value is written has no place in the page.
#[cfg(not(feature = "ssr"))]
fn write<T: Serialize>(_: &T) -> Result<String, Unwritable> {
    Err(Unwritable)
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
        write(value)
    }
}

impl<T: DeserializeOwned> codee::Decoder<T> for Wire {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        read(text)
    }
}

impl ContentType for Wire {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Wire {
    const FORMAT_TYPE: Format = Format::Text;
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
        let text = str::from_utf8(&bytes).map_err(|_| Unreadable)?;
        read(text)
    }
}
