//! What was measured, and how it is printed.

use std::time::Duration;

/// One measurement.
pub struct Figures {
    /// Memory that each socket takes in the server, in KiB.
    pub per_socket: f64,
    /// Memory of the server with all of them, in KiB.
    pub total: f64,
    pub opened: Duration,
    /// From the cause of each event until the last socket has heard of it.
    pub last: Vec<Duration>,
    /// Events a second that all sockets hear.
    pub flood: Option<f64>,
    /// How long each socket of the storm took until it followed again.
    pub storm: Option<Vec<Duration>>,
    /// A frame that told of an event.
    pub frame: String,
}

impl Figures {
    pub const HEAD: &'static str = "who          sockets  KiB/socket ratio  RSS MiB  open all s  \
        event→last p50/p95/p99 ms ratio   events/s ratio   storm p50/p95/p99/most ms       frame bytes";

    pub fn row(&self, who: &str, sockets: usize, floor: Option<&Self>) -> String {
        let ratio = |own: f64, of: fn(&Self) -> f64| {
            floor.map_or("–".to_owned(), |floor| format!("{:.2}", own / of(floor)))
        };
        let p50 = |figures: &Self| at(&figures.last, 0.50);
        format!(
            "{who:12} {sockets:7}  {:10.1} {:>5}  {:7.1}  {:10.1}  {:>25} {:>5}   {:>8} {:>5}   {:>28}  {:11}",
            self.per_socket,
            ratio(self.per_socket, |floor| floor.per_socket),
            self.total / 1024.0,
            self.opened.as_secs_f64(),
            quantiles(&self.last, &[0.50, 0.95, 0.99]),
            ratio(p50(self), p50),
            self.flood.map_or("–".to_owned(), |rate| format!("{rate:.0}")),
            self.flood
                .map_or("–".to_owned(), |rate| ratio(rate, |f| f.flood.unwrap_or(f64::NAN))),
            self.storm
                .as_deref()
                .map_or("–".to_owned(), |storm| { quantiles(storm, &[0.50, 0.95, 0.99, 1.0]) }),
            self.frame.len(),
        )
    }
}

fn quantiles(times: &[Duration], shares: &[f64]) -> String {
    let each: Vec<String> =
        shares.iter().map(|share| format!("{:.1}", at(times, *share))).collect();
    each.join("/")
}

/// In milliseconds.
fn at(times: &[Duration], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let index = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
    times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}
