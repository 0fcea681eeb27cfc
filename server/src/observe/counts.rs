//! The figures of this process.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use super::{Happening, What};

/// Names and values; only values of which there are few.
pub(super) type Labels<const N: usize> = [(&'static str, String); N];
type Timings<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// Counts what this process did, and holds the gauges that a look fills in. Cheap to write to from anywhere.
#[derive(Debug)]
pub struct Metrics {
    pub(super) registry: Registry,
    pub(super) gauges: super::metrics::Gauges,
    pauses: Family<Labels<1>, Counter>,
    decisions: Family<Labels<2>, Counter>,
    waits: Timings<1>,
    calls: Family<Labels<2>, Counter>,
    call_times: Timings<1>,
    ends: Family<Labels<1>, Counter>,
    requests: Family<Labels<3>, Counter>,
    listeners: Family<Labels<1>, Gauge>,
    hung_up: Family<Labels<1>, Counter>,
    request_times: Timings<1>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("countersign");
        let r = &mut registry;
        Self {
            pauses: family(r, "pauses", "Tickets that were opened"),
            decisions: family(r, "decisions", "Tickets that were decided"),
            waits: timings(r, "decision_wait_seconds", "From ticket to decision", long),
            calls: family(r, "provider_calls", "Calls of providers that are over"),
            call_times: timings(r, "provider_call_seconds", "How long calls took", middling),
            ends: family(r, "runs_ended", "Runs that ended"),
            requests: family(r, "http_requests", "Answered requests, by the route's pattern"),
            request_times: timings(r, "http_request_seconds", "Until the answer began", short),
            listeners: gauge(r, "live_connections", "Who listens at this moment"),
            hung_up: family(r, "live_closed", "Sockets that the server ended"),
            gauges: super::metrics::Gauges::register(r),
            registry,
        }
    }
}

impl Metrics {
    /// Notes when the process began, which its readers tell restarts by.
    pub fn began(&self, at: DateTime<Utc>) {
        self.gauges.began(at);
    }

    pub(super) fn count(&self, happening: &Happening) {
        let seconds = happening.took.num_milliseconds() as f64 / 1_000.0;
        match &happening.what {
            What::Pause { checkpoint } => {
                self.pauses.get_or_create(&[label("checkpoint", checkpoint.name())]).inc();
            }
            What::Decision { checkpoint, action, via } => {
                let labels = [label("action", action.name()), label("via", via.kind())];
                self.decisions.get_or_create(&labels).inc();
                let checkpoint = [label("checkpoint", checkpoint.name())];
                self.waits.get_or_create(&checkpoint).observe(seconds);
            }
            What::Call { provider, outcome, .. } => {
                let labels = [label("provider", provider), label("outcome", outcome.name())];
                self.calls.get_or_create(&labels).inc();
                self.call_times.get_or_create(&[label("provider", provider)]).observe(seconds);
            }
            What::End { reason } => {
                self.ends.get_or_create(&[label("reason", reason.name())]).inc();
            }
            What::Resume => {}
        }
    }

    /// One more that listens in this way, or one fewer.
    pub fn listens(&self, transport: &str, more: i64) {
        self.listeners.get_or_create(&[label("transport", transport)]).inc_by(more);
    }

    /// Counts a socket that the server ended.
    pub fn hung_up(&self, why: &str) {
        self.hung_up.get_or_create(&[label("reason", why)]).inc();
    }

    /// Counts an answered request. `route` is the pattern, never the path.
    pub fn answered(&self, method: &http::Method, route: &str, status: u16, took: Duration) {
        let labels = [
            label("route", route),
            label("method", known(method)),
            label("status", &status.to_string()),
        ];
        self.requests.get_or_create(&labels).inc();
        self.request_times.get_or_create(&[label("route", route)]).observe(took.as_secs_f64());
    }
}

/// A client may invent methods; a label may not.
fn known(method: &http::Method) -> &str {
    match method.as_str() {
        name @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => name,
        _ => "other",
    }
}

pub(super) fn label(name: &'static str, value: &str) -> (&'static str, String) {
    (name, value.to_owned())
}

fn family<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
) -> Family<Labels<N>, Counter> {
    let family = Family::default();
    registry.register(name, help, family.clone());
    family
}

fn timings<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    buckets: fn() -> Histogram,
) -> Timings<N> {
    let timings = Timings::new_with_constructor(buckets);
    registry.register(name, help, timings.clone());
    timings
}

/// From a millisecond to 8 s.
fn short() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 14))
}

/// From 50 ms to 14 min.
fn middling() -> Histogram {
    Histogram::new(exponential_buckets(0.05, 2.0, 15))
}

/// What people take: seconds, minutes, days.
fn long() -> Histogram {
    Histogram::new([
        5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0, 259_200.0, 604_800.0,
    ])
}

pub(super) fn gauge<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
) -> Family<Labels<N>, Gauge> {
    let gauge = Family::default();
    registry.register(name, help, gauge.clone());
    gauge
}
