//! How many runs a second go from start over a person's edit to their end, how long each part takes and what it
//! costs, next to a floor that is measured in the same run: a handler that writes one row per transition.
//!
//! `cargo bench --bench cycle` (see `--help`). The figures are printed, never asserted: machines are noisy.

#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on says where and stops")]

mod cost;
mod database;
mod figures;
mod floor;
mod load;
mod many;
mod process;

use std::time::Duration;

use clap::Parser;

use database::Database;
use figures::Row;

/// What to measure.
#[derive(Parser)]
struct Arguments {
    /// A PostgreSQL server on which databases may be made (`postgres://…/postgres`); without it, only SQLite.
    #[arg(long)]
    postgres: Option<String>,
    /// How many clients there are at a time.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    concurrency: Vec<usize>,
    /// How many checkpoints wait for a person in each run.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 3])]
    checkpoints: Vec<usize>,
    /// Seconds per measurement, after a quarter of it to warm up.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// How many paused runs the server holds in the second part; 0 leaves it out.
    #[arg(long, default_value_t = 10_000)]
    paused: usize,
    /// How many open tickets stand in the inbox in the third part; 0 leaves it out.
    #[arg(long, default_value_t = 100_000)]
    inbox: usize,
    /// What the runs call: `pure` has no effect, `scripted` writes one to the disk and waits for it.
    #[arg(long, default_value = "pure")]
    provider: String,
    /// Leaves SQLite out.
    #[arg(long)]
    no_sqlite: bool,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// Serves the floor on this database: how the benchmark starts itself.
    #[arg(long, hide = true)]
    serve_floor: Option<String>,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    if let Some(database) = &arguments.serve_floor {
        return floor::serve(database).await;
    }
    let sqlite = (!arguments.no_sqlite).then_some(Database::Sqlite);
    let postgres = arguments.postgres.clone().map(Database::Postgres);
    process::call(&arguments.provider);
    for database in sqlite.into_iter().chain(postgres) {
        cycles(&arguments, &database).await;
        many::measure(&database, arguments.paused, arguments.inbox).await;
    }
}

async fn cycles(arguments: &Arguments, database: &Database) {
    println!("\n{}: start → pending → approve with an edit → completed", database.name());
    println!("{}", Row::HEAD);
    let time = Duration::from_secs(arguments.seconds);
    for &checkpoints in &arguments.checkpoints {
        for &clients in &arguments.concurrency {
            let place = database.fresh().await;
            let floor = process::floor(&place).await;
            let floor = load::run(&floor, &place, clients, checkpoints, time).await;
            println!("{}", floor.row("floor", clients, checkpoints, None));

            let place = database.fresh().await;
            let server = process::countersign(&place).await;
            let ours = load::run(&server, &place, clients, checkpoints, time).await;
            println!("{}", ours.row("countersign", clients, checkpoints, Some(&floor)));
        }
    }
}
