//! Requests to addresses that somebody outside named.

use app::api::port::ByteStream;
use async_trait::async_trait;

/// What is to be posted where.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub status: u16,
    /// As much of it as is read.
    pub body: Vec<u8>,
}

/// A file at an address, on its way.
pub struct Fetched {
    /// What the other side says that it is.
    pub media_type: Option<String>,
    pub bytes: ByteStream,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// Nothing was sent: this server doesn't call such addresses.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// It may have been sent.
    #[error("{0}")]
    Failed(String),
}

/// The way out: only where the operator allowed it, or anybody may go.
#[async_trait]
pub trait Egress: Send + Sync {
    /// What is wrong with an address, as far as it tells without being looked up.
    fn fault(&self, url: &str) -> Option<&'static str>;

    /// Posts once, within limits of time and size; a redirect is an answer like any other.
    async fn post(&self, request: Outgoing) -> Result<Incoming, EgressError>;

    /// Asks for a file. The limit of its size is the reader's, and that of the time.
    async fn fetch(&self, url: &str) -> Result<Fetched, EgressError>;
}
