//! The gauges: read at each look, and written in the text format of OpenMetrics.

use chrono::{DateTime, Utc};
use domain::{checkpoint::CheckpointType, state::Status};
use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{
    Metrics,
    counts::{Labels, gauge, label},
    process,
};
use crate::ports::{Census, Counts, StoreError};

/// What the text of [`Metrics::look`] is, for its reader.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Only the runs that aren't over are counted: those that are would take longer to count every day, and `runs_ended`
/// says how many came to an end.
const COUNTED: [Status; 3] = [Status::Queued, Status::Running, Status::AwaitingHuman];

#[derive(Debug)]
pub(super) struct Gauges {
    runs: Family<Labels<1>, Gauge>,
    tickets: Family<Labels<1>, Gauge>,
    oldest_ticket: Gauge,
    effects: Gauge,
    oldest_effect: Gauge,
    connections: Family<Labels<1>, Gauge>,
    memory: Gauge,
    began: Gauge,
}

impl Gauges {
    pub fn register(registry: &mut Registry) -> Self {
        let r = registry;
        Self {
            runs: gauge(r, "runs", "Runs that aren't over"),
            tickets: gauge(r, "open_tickets", "Tickets that wait for a decision"),
            oldest_ticket: one(r, "oldest_ticket_seconds", "How long the oldest ticket waits"),
            effects: one(r, "outbox_effects", "Work that is still to be done"),
            oldest_effect: one(r, "oldest_effect_seconds", "How long the oldest work is due"),
            connections: gauge(r, "database_connections", "Connections that read the database"),
            memory: one(r, "process_resident_memory_bytes", "Memory of this process"),
            began: one(r, "process_start_time_seconds", "When it began, since 1970"),
        }
    }

    pub fn began(&self, at: DateTime<Utc>) {
        self.began.set(at.timestamp());
    }

    fn fill(&self, counts: &Counts, now: DateTime<Utc>) {
        let age =
            |since: Option<DateTime<Utc>>| since.map_or(0, |at| (now - at).num_seconds().max(0));
        // What there is none of any more is 0, not gone.
        for status in COUNTED {
            set(&self.runs, "status", status.name(), find(&counts.runs, status));
        }
        for checkpoint in CheckpointType::ALL {
            let count = find(&counts.tickets, checkpoint);
            set(&self.tickets, "checkpoint", checkpoint.name(), count);
        }
        self.oldest_ticket.set(age(counts.oldest_ticket));
        self.effects.set(signed(counts.effects));
        self.oldest_effect.set(age(counts.oldest_effect));
        let connections = &counts.connections;
        set(&self.connections, "state", "idle", connections.idle.into());
        set(
            &self.connections,
            "state",
            "busy",
            connections.open.saturating_sub(connections.idle).into(),
        );
        if let Some(bytes) = process::resident_bytes() {
            self.memory.set(signed(bytes));
        }
    }
}

impl Metrics {
    /// Everything as text, with the gauges as they are at `now`.
    ///
    /// # Errors
    ///
    /// If the store can't be read.
    pub async fn look(&self, store: &dyn Census, now: DateTime<Utc>) -> Result<String, StoreError> {
        self.gauges.fill(&store.counts(&COUNTED).await?, now);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)
            .expect("writing to a text can't fail");
        Ok(text)
    }
}

fn find<T: PartialEq>(counts: &[(T, u64)], what: T) -> u64 {
    counts.iter().find(|(found, _)| *found == what).map_or(0, |(_, count)| *count)
}

fn set(gauge: &Family<Labels<1>, Gauge>, name: &'static str, value: &str, count: u64) {
    gauge.get_or_create(&[label(name, value)]).set(signed(count));
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn one(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}
