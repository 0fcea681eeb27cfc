//! `countersign doctor`: looks at everything the server leans on, and says what to do. It changes nothing, and works
//! beside a running server.

mod address;
mod clock;
mod database;
mod files;
mod redis;

use std::{fmt, path::Path};

use crate::{
    config::{self, Config},
    ports::Clock,
    provider::Registry,
};
use address::Answering;

/// One line of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    pub about: &'static str,
    /// What was found, and what to do about it.
    pub says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    Fail,
}

impl Finding {
    pub(super) fn ok(about: &'static str, says: impl Into<String>) -> Self {
        Self { level: Level::Ok, about, says: says.into() }
    }

    pub(super) fn warn(about: &'static str, says: impl Into<String>) -> Self {
        Self { level: Level::Warn, about, says: says.into() }
    }

    pub fn fail(about: &'static str, says: impl Into<String>) -> Self {
        Self { level: Level::Fail, about, says: says.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        };
        write!(f, "{level:<5} {:<14} {}", self.about, self.says)
    }
}

/// Every finding, in the order in which things lean on each other.
pub async fn doctor(config: &Config, providers: &Registry, clock: &dyn Clock) -> Vec<Finding> {
    let server = Answering::at(config.listen).await;
    let mut findings = vec![settings(config), server.finding(config.listen)];
    let (database, facts) = database::look(config, clock).await;
    findings.push(database);
    findings.push(clock::look(facts.as_ref(), clock.now()));
    findings.extend(redis::look(config).await);
    findings.extend(files::look(config).await);
    findings.extend(address::look(config, &server).await);
    for provider in providers.iter() {
        let name = provider.capabilities().name;
        findings.push(match provider.check().await {
            Ok(()) => Finding::ok("provider", format!("`{name}` can be called")),
            Err(why) => Finding::fail("provider", format!("`{name}`: {why}")),
        });
    }
    findings
}

fn settings(config: &Config) -> Finding {
    if !config::is_built(&config.site_dir) {
        let folder = config.site_dir.display();
        let says = format!("{folder} doesn't hold the built site; name its folder in `site_dir`");
        return Finding::fail("settings", says);
    }
    Finding::ok("settings", "all of them can be read")
}

/// Whether this process runs as the owner of a folder: what another user writes there, the server may not be able to
/// read or replace.
fn is_owner(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt as _;
        let owner = |path: &Path| std::fs::metadata(path).map(|data| data.uid()).ok();
        owner(folder) == owner(Path::new("/proc/self"))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        true
    }
}
