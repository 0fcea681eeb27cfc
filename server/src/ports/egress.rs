//! Requests to addresses that somebody outside named.

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
}
