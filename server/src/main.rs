//! The `countersign` program.

use std::process::ExitCode;

use clap::Parser;
use server::{
    config::{Cli, Config, Fault, cli::Command, environment},
    operator::Finding,
    provider::image::worker_main,
    startup, telemetry,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::ImageWorker) = cli.command {
        return worker_main();
    }
    let loaded = if cli.command.is_none() {
        Config::load_to_serve(&cli, environment())
    } else {
        Config::load(&cli, environment())
    };
    let config = match loaded {
        Ok(config) => config,
        Err(faults) => return wrong_settings(&faults, cli.command.as_ref()),
    };
    telemetry::start(&config.log);
    let (done, failed) = match cli.command {
        Some(Command::Backup { to }) => (startup::backup(&config, &to), "There is no backup"),
        Some(Command::Restore { from }) => {
            (startup::restore(&config, &from), "Nothing was restored")
        }
        Some(Command::Doctor) => (startup::doctor(&config), "Something has to be done"),
        Some(Command::ImageWorker) | None => (startup::run(config), "Countersign can't start"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{failed}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wrong_settings(faults: &[Fault], command: Option<&Command>) -> ExitCode {
    for fault in faults {
        if let Some(Command::Doctor) = command {
            println!("{}", Finding::fail("settings", fault.to_string()));
        } else {
            eprintln!("{fault}");
        }
    }
    ExitCode::from(if matches!(command, Some(Command::Doctor)) { 1 } else { 2 })
}
