//! The `countersign` program.

use std::process::ExitCode;

use clap::Parser;
use server::{
    config::{Cli, Config, cli::Command, environment},
    provider::image::worker_main,
    startup, telemetry,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::ImageWorker) = cli.command {
        return worker_main();
    }
    let config = match Config::load(&cli, environment()) {
        Ok(config) => config,
        Err(faults) => {
            for fault in faults {
                eprintln!("{fault}");
            }
            return ExitCode::from(2);
        }
    };
    telemetry::start(&config.log);
    match startup::run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Countersign can't start: {error}");
            ExitCode::FAILURE
        }
    }
}
