//! Whether the server answers, here and at the address that people type.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use url::Url;

use super::Finding;
use crate::{config::Config, http::INSTANCE};

const ABOUT: &str = "public URL";
const PATIENCE: Duration = Duration::from_secs(5);

/// Who answers at an address.
pub(super) enum Answering {
    /// A server, by the id of its process.
    Server(String),
    Nobody,
    Else,
}

impl Answering {
    /// On this machine, where the server listens.
    pub async fn at(listen: SocketAddr) -> Self {
        let mut near = listen;
        match listen {
            SocketAddr::V4(at) if at.ip().is_unspecified() => {
                near.set_ip(Ipv4Addr::LOCALHOST.into())
            }
            SocketAddr::V6(at) if at.ip().is_unspecified() => {
                near.set_ip(Ipv6Addr::LOCALHOST.into())
            }
            _ => {}
        }
        match format!("http://{near}/").parse() {
            Ok(url) => ask(&url).await.unwrap_or(Self::Nobody),
            Err(_) => Self::Nobody,
        }
    }

    pub fn finding(&self, listen: SocketAddr) -> Finding {
        match self {
            Self::Server(_) => Finding::ok("server", format!("it runs and answers at {listen}")),
            Self::Nobody => Finding::ok("server", format!("nothing runs at {listen}")),
            Self::Else => Finding::fail(
                "server",
                format!(
                    "another program answers at {listen}; stop it, or set `listen` to another port"
                ),
            ),
        }
    }
}

pub(super) async fn look(config: &Config, server: &Answering) -> Vec<Finding> {
    let url = config.public_url(config.listen);
    let mut findings = vec![reach(config, &url, server).await];
    if url.scheme() == "http" {
        let says =
            format!("{url} works for browsers on this machine only; others need https and a proxy");
        findings.push(Finding::ok(ABOUT, says));
    } else if config.trusted_proxies.0.is_empty() {
        let says = "who speaks https for this server isn't in `trusted_proxies`, so everybody has the same address, \
                    and one person's wrong passwords slow down all; write the proxy's address there";
        findings.push(Finding::warn(ABOUT, says));
    }
    findings
}

async fn reach(config: &Config, url: &Url, server: &Answering) -> Finding {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    if let Err(error) = tokio::net::lookup_host((host, port)).await {
        let says =
            format!("{host} has no address ({error}); add it to the DNS, or correct `public_url`");
        return Finding::fail(ABOUT, says);
    }
    let Answering::Server(here) = server else {
        let says =
            format!("{host} has an address; start the server to see whether it answers at {url}");
        return Finding::warn(ABOUT, says);
    };
    match ask(url).await {
        Ok(Answering::Server(there)) if there == *here => {
            Finding::ok(ABOUT, format!("{url} leads to this server"))
        }
        Ok(Answering::Server(_)) if config.database.is_some() => {
            Finding::ok(ABOUT, format!("{url} leads to another instance"))
        }
        Ok(Answering::Server(_)) => Finding::fail(
            ABOUT,
            format!("{url} leads to another Countersign; correct `public_url` or the proxy"),
        ),
        Ok(Answering::Else) => Finding::fail(
            ABOUT,
            format!(
                "{url} is answered by something else; correct `public_url`, or send all paths here"
            ),
        ),
        Ok(Answering::Nobody) => Finding::warn(ABOUT, format!("{url} doesn't answer")),
        Err(error) => Finding::warn(
            ABOUT,
            format!("{url} can't be reached from here ({error}); try it from where people are"),
        ),
    }
}

/// Asks for `/healthz`. An error if nobody was reached.
async fn ask(at: &Url) -> Result<Answering, String> {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| error.to_string())?;
    let url = at.join("healthz").map_err(|error| error.to_string())?;
    let answer = client.get(url).send().await.map_err(|error| cause(&error))?;
    let instance = answer.headers().get(INSTANCE).and_then(|id| id.to_str().ok());
    Ok(instance.map_or(Answering::Else, |id| Answering::Server(id.to_owned())))
}

/// The innermost reason, which is the one that helps.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}
