//! The one way out to addresses that somebody outside named.
//!
//! An address is judged twice: as it is written, and as what its name means at the moment of connecting. So a name that
//! means something else a moment later gains nothing. No redirect is followed, no proxy of the environment is asked, no
//! answer is unpacked or read beyond a limit.

mod address;
mod resolver;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, error::Error, io, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use http::header::CONTENT_TYPE;
use reqwest::{Client, redirect::Policy};
use url::{Host, Url};

use crate::ports::{Egress, EgressError, Fetched, Incoming, Outgoing};
use address::is_public;
use resolver::{Names, PublicOnly, SystemNames};

const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(10);
const FILE: Duration = Duration::from_secs(60);
/// Bytes of an answer that are read.
const MOST: usize = 64 * 1024;
const LONGEST_URL: usize = 2_000;
const PORT: u16 = 443;
const AGENT: &str = concat!("Countersign/", env!("CARGO_PKG_VERSION"));

/// Why there is no way out.
#[derive(Debug, thiserror::Error)]
#[error("the client for outside calls could not be made: {0}")]
pub struct NoClient(#[from] reqwest::Error);

/// Sends requests out.
pub struct Gate {
    /// Connects to public addresses only.
    guarded: Client,
    /// For what the operator named.
    open: Client,
    /// Host and port, as an address has them.
    allowed: BTreeSet<String>,
}

impl Gate {
    /// `allowed` are hosts with their ports, `127.0.0.1:9000`, that may be called wherever they are, also without TLS.
    ///
    /// # Errors
    ///
    /// If there are no certificates to trust.
    pub fn new(allowed: impl IntoIterator<Item = String>) -> Result<Self, NoClient> {
        Self::with(Arc::new(SystemNames), allowed)
    }

    fn with(
        names: Arc<dyn Names>,
        allowed: impl IntoIterator<Item = String>,
    ) -> Result<Self, NoClient> {
        let guarded = client().dns_resolver(Arc::new(PublicOnly(names))).build()?;
        Ok(Self { guarded, open: client().build()?, allowed: allowed.into_iter().collect() })
    }

    /// The client that may go there.
    fn judge(&self, url: &str) -> Result<(Url, &Client), &'static str> {
        if url.len() > LONGEST_URL {
            return Err("is too long: 2000 characters at most");
        }
        let url: Url = url.parse().map_err(|_| "is not an address")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a name or password");
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err("is not an address of a server");
        };
        if matches!(url.scheme(), "http" | "https")
            && self.allowed.contains(&format!("{host}:{port}"))
        {
            return Ok((url, &self.open));
        }
        if url.scheme() != "https" || port != PORT {
            return Err("must begin with https:// and use port 443");
        }
        let public = match host {
            Host::Domain(_) => true,
            Host::Ipv4(ip) => is_public(ip.into()),
            Host::Ipv6(ip) => is_public(ip.into()),
        };
        if public {
            Ok((url, &self.guarded))
        } else {
            Err("is not an address that anybody can reach")
        }
    }
}

fn client() -> reqwest::ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .redirect(Policy::none())
        .no_proxy()
        // Each request looks the name up again.
        .pool_max_idle_per_host(0)
        .user_agent(AGENT)
}

#[async_trait]
impl Egress for Gate {
    fn fault(&self, url: &str) -> Option<&'static str> {
        self.judge(url).err()
    }

    async fn post(&self, request: Outgoing) -> Result<Incoming, EgressError> {
        let (url, client) = self.judge(&request.url).map_err(EgressError::NotAllowed)?;
        let mut post = client.post(url).body(request.body);
        for (name, value) in request.headers {
            post = post.header(name, value);
        }
        let mut answer = post.send().await.map_err(failed)?;
        let (status, mut body) = (answer.status().as_u16(), Vec::new());
        while body.len() < MOST
            && let Some(piece) = answer.chunk().await.map_err(failed)?
        {
            let room = MOST - body.len();
            body.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        Ok(Incoming { status, body })
    }

    async fn fetch(&self, url: &str) -> Result<Fetched, EgressError> {
        let (url, client) = self.judge(url).map_err(EgressError::NotAllowed)?;
        let answer = client.get(url).timeout(FILE).send().await.map_err(failed)?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(EgressError::Failed(format!("answers with {status} in place of a file")));
        }
        let media_type = answer.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let media_type = media_type.map(str::to_owned);
        let bytes = stream::try_unfold(answer, |mut answer| async move {
            let piece = answer.chunk().await.map_err(io::Error::other)?;
            Ok(piece.map(|piece| (piece, answer)))
        });
        Ok(Fetched { media_type, bytes: bytes.boxed() })
    }
}

/// The causes in one line, without the address, which may hold a secret.
fn failed(error: reqwest::Error) -> EgressError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    EgressError::Failed(text)
}
