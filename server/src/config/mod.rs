//! What an operator can set: one TOML file, and environment variables that win over it.

mod agents;
mod callbacks;
pub mod cli;
mod database;
mod fault;
mod metrics;
mod network;
mod public;
mod redis;
mod site;
mod sources;
#[cfg(test)]
mod tests;
mod values;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use url::Url;

pub use self::{
    agents::{Agents, Cap},
    cli::Cli,
    database::DatabaseUrl,
    fault::{Fault, Place},
    metrics::MetricsToken,
    network::{Network, TrustedProxies},
    redis::RedisUrl,
    site::is_built,
};
use self::{
    sources::Sources,
    values::{address, at_least_one, days, filter, folder, networks, one_of, storage_url},
};

/// The settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address in people's browsers, where it was set; see [`Config::public_url`].
    pub public: Option<Url>,
    /// Holds what is kept: files, and the database unless it is elsewhere.
    pub data_dir: PathBuf,
    /// PostgreSQL, for several instances; `None` for SQLite in the data folder.
    pub database: Option<DatabaseUrl>,
    /// Redis, which carries words between instances and keeps copies for readers; nothing depends on it.
    pub redis: Option<RedisUrl>,
    /// The built site: scripts, styles and icons.
    pub site_dir: PathBuf,
    pub log: Log,
    pub files: Files,
    pub limits: Limits,
    pub agents: Agents,
    /// Where agents may be called back although it is no public address, as host and port.
    pub callbacks: Vec<String>,
    /// Where files are fetched from although it is no public address, as host and port.
    pub links: Vec<String>,
    /// How long what is kept.
    pub retention: Retention,
    /// Without one nobody may read the figures.
    pub metrics_token: Option<MetricsToken>,
    /// Providers that only tests use.
    pub test_providers: Vec<TestProvider>,
    pub trusted_proxies: TrustedProxies,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    pub format: LogFormat,
    /// Directives as in `info,sqlx=warn`.
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Where attachments are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// `file://…` or `s3://…`.
    pub url: Url,
    /// Passed on to the storage client: `aws_region`, `aws_endpoint` and so on.
    pub options: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest upload, in MiB.
    pub upload_mib: u64,
    /// What one person may upload in a day, in MiB.
    pub uploads_per_day_mib: u64,
    /// How many connections to PostgreSQL this instance may hold.
    pub database_connections: u32,
}

/// How many days what is kept; `None` for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Runs, after their end.
    pub runs_days: Option<u32>,
    /// Uploads and results.
    pub files_days: Option<u32>,
    /// Whether the decisions of runs that are taken away stay, as digests.
    pub keep_decisions: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestProvider {
    /// Does what its input says: waits, fails, breaks off.
    Scripted,
    /// The same, without an effect that anybody could count.
    Pure,
}

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, not only the first fault.
    pub fn load(
        cli: &Cli,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        Self::checked(cli, env, false)
    }

    /// As [`Config::load`], for a server: the built site has to be there too.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, not only the first fault.
    pub fn load_to_serve(
        cli: &Cli,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        Self::checked(cli, env, true)
    }

    fn checked(
        cli: &Cli,
        env: impl IntoIterator<Item = (String, String)>,
        serves: bool,
    ) -> Result<Self, Vec<Fault>> {
        let env: BTreeMap<String, String> = env.into_iter().collect();
        let named = env.get("COUNTERSIGN_CONFIG").map(PathBuf::from);
        let file = cli.config.clone().or(named);
        let mut sources = Sources::open(file.as_deref(), env);
        let config = Self::read(&mut sources, serves);
        let faults = sources.close();
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// The address in people's browsers: as set, else the one that is really listened on.
    #[must_use]
    pub fn public_url(&self, bound: SocketAddr) -> Url {
        self.public.clone().unwrap_or_else(|| {
            format!("http://{bound}").parse().expect("a socket address is a valid host and port")
        })
    }

    fn read(from: &mut Sources, serves: bool) -> Self {
        let listen = from.read("listen", address).unwrap_or(DEFAULT_LISTEN);
        let data_dir = from.read("data_dir", folder).unwrap_or_else(|| "./data".into());
        Self {
            listen,
            public: public::read(from, listen),
            database: from.read("database_url", database::parse),
            redis: from.read("redis_url", redis::parse),
            site_dir: site::read(from, serves),
            log: Log {
                format: from
                    .read(
                        "log.format",
                        one_of(&[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)]),
                    )
                    .unwrap_or(LogFormat::Pretty),
                filter: from.read("log.filter", filter).unwrap_or_else(|| "info".to_owned()),
            },
            files: Files {
                url: from.read("files.url", storage_url).unwrap_or_else(|| files_in(&data_dir)),
                options: from.options(),
            },
            limits: Limits {
                upload_mib: from.read("limits.upload_mib", at_least_one).unwrap_or(25),
                uploads_per_day_mib: from
                    .read("limits.uploads_per_day_mib", at_least_one)
                    .unwrap_or(500),
                database_connections: from
                    .read("limits.database_connections", database::connections)
                    .unwrap_or(20),
            },
            agents: agents::read(from),
            callbacks: from.read("callbacks.allow", callbacks::allow).unwrap_or_default(),
            links: from.read("links.allow", callbacks::allow).unwrap_or_default(),
            retention: Retention {
                runs_days: from.read("retention.runs_days", days),
                files_days: from.read("retention.files_days", days),
                keep_decisions: from
                    .read("retention.decisions", one_of(&[("keep", true), ("remove", false)]))
                    .unwrap_or(true),
            },
            metrics_token: from.read("metrics.token", metrics::token),
            test_providers: from.read("test_providers", values::test_providers).unwrap_or_default(),
            trusted_proxies: from.read("trusted_proxies", networks).unwrap_or_default(),
            data_dir,
        }
    }
}

/// The process's environment, as far as it is text.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn files_in(data_dir: &Path) -> Url {
    let folder = data_dir.join("files");
    let absolute = std::path::absolute(&folder).unwrap_or(folder);
    Url::from_directory_path(absolute)
        .unwrap_or_else(|()| "file:///".parse().expect("a constant URL is valid"))
}
