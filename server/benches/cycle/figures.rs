//! What was measured, and how it is printed.

use std::time::Duration;

/// Times of the parts of each cycle.
#[derive(Default)]
pub struct Times {
    pub start: Vec<Duration>,
    pub pending: Vec<Duration>,
    pub approve: Vec<Duration>,
    pub completed: Vec<Duration>,
}

/// One measurement.
pub struct Figures {
    pub cycles: usize,
    pub took: Duration,
    pub times: Times,
    pub server_cpu_ms: f64,
    pub database_cpu_ms: f64,
    pub commits: Option<i64>,
    pub rss_kib: f64,
}

/// The columns.
pub struct Row;

impl Row {
    pub const HEAD: &'static str = "who          checkpoints clients  cycles/s ratio   \
        start p50/p95/p99 ms  pending p50/p95/p99   approve p50/p95/p99   completed p50/p95/p99  \
        commits  server CPU ms  database CPU ms  RSS MiB";
}

impl Figures {
    pub fn row(
        &self,
        who: &str,
        clients: usize,
        checkpoints: usize,
        floor: Option<&Self>,
    ) -> String {
        let per_cycle = |sum: f64| sum / self.cycles.max(1) as f64;
        let rate = self.rate();
        let ratio = floor
            .map_or("  –  ".to_owned(), |floor| format!("{:4.0} %", 100.0 * rate / floor.rate()));
        let commits =
            self.commits.map_or("–".to_owned(), |all| format!("{:.1}", per_cycle(all as f64)));
        let times =
            [&self.times.start, &self.times.pending, &self.times.approve, &self.times.completed];
        let times = times.map(|times| format!("{:21}", quantiles(times))).join(" ");
        format!(
            "{who:12} {checkpoints:11} {clients:7} {rate:9.1} {ratio:6}  {times}  {commits:>7}  {:13.2}  {:15.2}  {:7.0}",
            per_cycle(self.server_cpu_ms),
            per_cycle(self.database_cpu_ms),
            self.rss_kib / 1024.0,
        )
    }

    fn rate(&self) -> f64 {
        self.cycles as f64 / self.took.as_secs_f64()
    }
}

fn quantiles(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = |share: f64| {
        let index = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
        times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    };
    format!("{:.1}/{:.1}/{:.1}", at(0.5), at(0.95), at(0.99))
}
