//! The `countersign` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(server::provider::image::WORKER) {
        return server::provider::image::worker_main();
    }
    ExitCode::SUCCESS
}
