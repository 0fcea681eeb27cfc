//! The log: one line an event, for people or for machines.

use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter, prelude::*};

use crate::config::{Log, LogFormat};

/// Sends log lines, and what panics say, to standard error. Call it once, at the start.
pub fn start(log: &Log) {
    tracing::subscriber::set_global_default(lines(log, std::io::stderr))
        .expect("nothing else starts the log");
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, "panic: {message}");
    }));
}

/// Writes lines as the settings say. In JSON the fields of an event stand beside its time and message.
pub fn lines<W>(log: &Log, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse_lossy(&log.filter);
    let registry = tracing_subscriber::registry().with(filter);
    let lines = fmt::layer().with_writer(writer).with_target(false);
    match log.format {
        LogFormat::Pretty => Box::new(registry.with(lines)),
        LogFormat::Json => Box::new(registry.with(lines.json().flatten_event(true))),
    }
}
