//! What operators see of the work: a line in the log and a count for everything worth one, and the figures that their
//! monitoring reads.

mod counts;
mod happening;
mod metrics;
mod process;
mod tell;
#[cfg(test)]
mod tests;

use domain::{run::Run, step::Outcome};

pub use counts::Metrics;
pub use happening::{CallOutcome, Happening, What, happenings};
pub use metrics::CONTENT_TYPE;

/// Tells the log and the figures of each step that was committed. The one place that does: a line or a count that stood
/// beside the work would be written once too often when somebody else wrote first.
pub fn committed(metrics: &Metrics, before: Option<&Run>, outcome: &Outcome) {
    for happening in happenings(before, outcome) {
        tell::tell(&happening);
        metrics.count(&happening);
    }
}
