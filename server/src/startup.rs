//! Puts the parts together and runs them: the only place that names concrete backends.

mod commands;
mod storage;

use std::{future::Future, io::Write, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use app::api::port::AccountService;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{Accounts, Cost, Passwords},
    bridge::{Bridge, Places, follow},
    clock::SystemClock,
    config::{self, Config, TestProvider},
    egress::Gate,
    files::{Files, ObjectFiles},
    http::{
        CookieRule, Doors,
        router::{leptos_options, router},
        serve::{Patience, serve},
    },
    ids::SystemIds,
    orchestrator::{
        AgentCap, Caps, Direct, Limits, Orchestrator, Retention, run_upkeep, run_workers,
    },
    ports::{AccountStore, Clock, Decisions, Ids, Pictures},
    provider::{Registry, image::ImageProvider, scripted::Scripted},
    relay::Relay,
};

pub use commands::{backup, doctor, restore};
pub use storage::Storage;

/// Why the server can't start.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

const MIB: u64 = 1024 * 1024;
/// For sockets that are open when the server stops.
const GOODBYE: Duration = Duration::from_secs(2);
/// Uploads that were begun this long ago and never finished are taken away at the start.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

/// Runs the server until it is told to stop.
///
/// # Errors
///
/// What keeps it from starting, in words for the operator.
pub fn run(config: Config) -> Result<(), Fault> {
    runtime()?.block_on(start(config))
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn start(config: Config) -> Result<(), Fault> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        format!("`{}` can't be listened on ({error}); set `listen` to another", config.listen)
    })?;
    let program = std::env::current_exe()?;
    let parts = Parts::open(&config, listener.local_addr()?, Cost::FULL, &program).await?;
    let stop = CancellationToken::new();
    let workers = tokio::spawn(run_workers(parts.orchestrator.clone(), stop.clone()));
    let upkeep = run_upkeep(parts.orchestrator.clone(), retention(&config), stop.clone());
    let upkeep = tokio::spawn(upkeep);
    let following = tokio::spawn(stop.clone().run_until_cancelled_owned(parts.follow()));
    let app = router(&parts.doors, &leptos_options(&config.site_dir));
    announce(&parts).await?;
    let places = parts.doors.bridge.places.clone();
    let told = async {
        told_to_stop().await;
        places.close();
        parts.orchestrator.stop_waiting();
    };
    serve(listener, app, Patience::default(), told).await;
    tracing::info!("stopping");
    if tokio::time::timeout(GOODBYE, places.are_empty()).await.is_err() {
        tracing::warn!("some sockets were cut off");
    }
    stop.cancel();
    following.await?;
    workers.await?;
    upkeep.await?;
    parts.storage.close().await;
    Ok(())
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            },
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

/// The one line on standard output.
async fn announce(parts: &Parts) -> Result<(), Fault> {
    let address = parts.doors.public_url.as_str().trim_end_matches('/');
    let mut line = format!("Countersign is ready at {address}");
    if let Some(link) = parts.accounts.first_admin_link().await? {
        line.push_str(&format!(" — first sign-in: {link}"));
    }
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// Everything that answers requests; the workers are the caller's to start.
pub struct Parts {
    pub storage: Storage,
    pub orchestrator: Orchestrator,
    pub accounts: Arc<Accounts>,
    pub doors: Doors,
    _relay: Option<Relay>,
}

impl Parts {
    /// Opens the data folder and puts everything around it. `bound` is where the server listens, and
    /// `program` the executable that draws pictures.
    ///
    /// # Errors
    ///
    /// What keeps it from starting, in words for the operator.
    pub async fn open(
        config: &Config,
        bound: SocketAddr,
        cost: Cost,
        program: &Path,
    ) -> Result<Self, Fault> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(clock.clone()));
        let storage = Storage::open(config, clock.as_ref()).await?;
        let store = storage.store();
        let files = ObjectFiles::open(&config.files.url, &config.files.options)?;
        files.clean_staging(clock.now() - ABANDONED).await?;
        let public_url = config.public_url(bound);
        let pictures: Arc<dyn Pictures> = Arc::new(Direct(store.clone()));
        let relay = match &config.redis {
            Some(url) => Some(Relay::start(url, &store, pictures.clone(), ids.as_ref()).await?),
            None => None,
        };
        let pictures = relay.as_ref().map_or(pictures, |relay| relay.pictures.clone());
        let orchestrator = Orchestrator::new(
            store.clone(),
            Arc::new(files) as Arc<dyn Files>,
            providers(config, program),
            clock.clone(),
            ids.clone(),
            Limits {
                upload: config.limits.upload_mib * MIB,
                uploads_per_day: config.limits.uploads_per_day_mib * MIB,
                agents: caps(config),
            },
            program.to_owned(),
        );
        let callbacks = Arc::new(Gate::new(config.callbacks.clone())?);
        let links = Arc::new(Gate::new(config.links.clone())?);
        let orchestrator = orchestrator.looking_through(pictures).with_egress(callbacks, links);
        orchestrator.settle_restore().await?;
        let metrics = orchestrator.metrics();
        metrics.began(clock.now());
        let places = Places::new(metrics.clone());
        let bridge = Bridge::new(store.clone(), places.clone());
        let accounts = Accounts::new(
            store.clone() as Arc<dyn AccountStore>,
            clock.clone(),
            ids.clone(),
            Passwords::new(cost, ids.as_ref()),
            public_url.clone(),
        );
        let accounts = Arc::new(accounts.watched_by(places));
        let doors = Doors {
            runs: Arc::new(orchestrator.clone()),
            threads: Arc::new(orchestrator.clone()),
            accounts: accounts.clone() as Arc<dyn AccountService>,
            clock,
            ids,
            cookies: CookieRule::of(&public_url),
            public_url,
            trusted_proxies: config.trusted_proxies.clone(),
            upload_mib: config.limits.upload_mib,
            metrics,
            bridge,
            announcer: Arc::new(orchestrator.clone()),
            census: store.clone(),
            metrics_token: config.metrics_token,
        };
        Ok(Self { storage, orchestrator, accounts, doors, _relay: relay })
    }
}

fn caps(config: &Config) -> Caps {
    let cap = |of: &config::Cap| AgentCap { pending: of.pending, per_hour: of.per_hour };
    let named = config.agents.named.iter().map(|(name, of)| (name.clone(), cap(of)));
    Caps { each: cap(&config.agents.each), named: named.collect() }
}

impl Parts {
    /// Follows the feed for whoever listens; never returns.
    pub fn follow(&self) -> impl Future<Output = ()> + Send + use<> {
        let Bridge { hub, feed, .. } = self.doors.bridge.clone();
        follow(feed, Arc::new(self.doors.clone()), hub, self.storage.store().head())
    }
}

fn retention(config: &Config) -> Retention {
    let age = |days: Option<u32>| days.map(|days| TimeDelta::days(days.into()));
    Retention {
        runs: age(config.retention.runs_days),
        files: age(config.retention.files_days),
        decisions: if config.retention.keep_decisions {
            Decisions::Keep
        } else {
            Decisions::Remove
        },
    }
}

fn providers(config: &Config, program: &Path) -> Registry {
    let mut registry = Registry::default().with(Arc::new(ImageProvider::new(program.to_owned())));
    for provider in &config.test_providers {
        registry = registry.with(Arc::new(match provider {
            TestProvider::Scripted => Scripted::new(config.data_dir.join("scripted-effects.txt")),
            TestProvider::Pure => Scripted::pure(),
        }));
    }
    registry
}
