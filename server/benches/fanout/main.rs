//! What a listening socket costs, how soon the last of many hears of an event, how many events a second they hear, and
//! whether all can come back at once; next to a bare WebSocket server that is measured in the same run.
//!
//! `cargo bench --bench fanout` (see `--help`). The figures are printed, never asserted: machines are noisy.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on says where and stops")]

mod bare;
#[path = "../cycle/cost.rs"]
mod cost;
mod crowd;
#[path = "../cycle/database.rs"]
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod database;
mod figures;
mod heard;
#[path = "../cycle/process.rs"]
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod process;
mod seed;
mod target;

use std::time::{Duration, Instant};

use clap::Parser;

use crowd::Crowd;
use database::Database;
use figures::Figures;
use target::Target;

/// What to measure.
#[derive(Parser)]
struct Arguments {
    /// A PostgreSQL server on which databases may be made (`postgres://…/postgres`); without it, SQLite.
    #[arg(long)]
    postgres: Option<String>,
    /// How many sockets listen.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    sockets: Vec<usize>,
    /// How many events are measured one by one.
    #[arg(long, default_value_t = 50)]
    events: usize,
    /// How many events come as fast as they can.
    #[arg(long, default_value_t = 500)]
    flood: usize,
    /// The flood and the storm are measured with at most so many sockets.
    #[arg(long, default_value_t = 1_000)]
    storm: usize,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// Serves the bare sockets: how the benchmark starts itself.
    #[arg(long, hide = true)]
    serve_bare: bool,
}

/// In which all of the storm come back.
const STORM: Duration = Duration::from_secs(5);
/// Events that all of the storm have missed.
const MISSED: usize = 10;
/// Sockets, files of the database, and a little.
const FILES: u64 = 30_000;
/// An account may hold ten sockets.
const ACCOUNTS: usize = 1_000;

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    let files = rlimit::increase_nofile_limit(FILES).unwrap();
    if arguments.serve_bare {
        return bare::serve().await;
    }
    let database = arguments.postgres.clone().map_or(Database::Sqlite, Database::Postgres);
    println!("{}; {files} files may be open", database.name());
    println!("{}", Figures::HEAD);
    for &sockets in &arguments.sockets {
        let place = database.fresh().await;
        let server = process::countersign(&place).await;
        let cookies = seed::reviewers(&place, sockets.min(ACCOUNTS)).await;
        let countersign = Target::countersign(server, cookies);
        let ours = measure(&arguments, &countersign, sockets).await;
        let bare = Target::bare(bare::start(), ours.frame.clone());
        drop(countersign);
        let floor = measure(&arguments, &bare, sockets).await;
        println!("{}", floor.row("bare", sockets, None));
        println!("{}", ours.row("countersign", sockets, Some(&floor)));
    }
}

async fn measure(arguments: &Arguments, target: &Target, sockets: usize) -> Figures {
    // What the first ones cost are caches and pools.
    let warm = Crowd::open(target, sockets / 100).await;
    warm.after(1, target.event()).await;
    target.clear().await;
    drop(warm);
    settle().await;

    let before = cost::rss_kib(target.pid());
    let begun = Instant::now();
    let crowd = Crowd::open(target, sockets).await;
    let opened = begun.elapsed();
    settle().await;
    let total = cost::rss_kib(target.pid());

    let mut last = Vec::new();
    for _ in 0..arguments.events {
        last.push(crowd.after(1, target.event()).await);
        target.clear().await;
    }
    let frame = crowd.heard.frame();
    let (mut flood, mut storm) = (None, None);
    if sockets <= arguments.storm {
        let took = crowd.after(arguments.flood, target.events(arguments.flood)).await;
        flood = Some(arguments.flood as f64 / took.as_secs_f64());
        target.clear().await;
        crowd.after(1, target.event()).await;
        let seen = crowd.heard.number();
        drop(crowd);
        target.events(MISSED).await;
        settle().await;
        storm = Some(Crowd::storm(target, sockets, seen, STORM).await);
    }
    let per_socket = (total - before) / sockets as f64;
    Figures { per_socket, total, opened, last, flood, storm, frame }
}

/// Until what was begun is done, and what was freed is given back.
async fn settle() {
    tokio::time::sleep(Duration::from_secs(3)).await;
}
