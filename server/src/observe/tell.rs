//! The line of the log. It names ids and kinds, never what people or programs wrote: no payload, prompt, reason or name.

use domain::decision::Actor;
use tracing::field::display;

use super::{Happening, What};

/// Writes one line.
pub(super) fn tell(happening: &Happening) {
    let Happening { what, run, ticket, step, actor, took } = happening;
    let (ticket, step) = (ticket.map(display), step.name());
    let (actor, duration_ms) = (by(actor), took.num_milliseconds());
    macro_rules! line {
        ($event:literal, $words:literal $(, $name:ident = $value:expr)*) => {
            tracing::info!(
                event = $event, %run, ticket, step, actor, duration_ms $(, $name = $value)*, $words
            )
        };
    }
    match what {
        What::Pause { checkpoint } => {
            line!("pause", "the run waits for a person", checkpoint = checkpoint.name());
        }
        What::Resume => line!("resume", "the run goes on"),
        What::Decision { checkpoint, action, via } => line!(
            "decision",
            "a ticket was decided",
            checkpoint = checkpoint.name(),
            action = action.name(),
            via = via.kind()
        ),
        What::Call { provider, attempt, outcome } => line!(
            "call",
            "a call of the provider is over",
            provider = provider.as_str(),
            attempt = attempt,
            outcome = outcome.name()
        ),
        What::End { reason } => line!("end", "the run is over", end_reason = reason.name()),
    }
}

/// A person by id: a name is theirs to change, and nobody else's to collect.
fn by(actor: &Actor) -> String {
    match actor {
        Actor::Person { id, .. } | Actor::Agent { id, .. } => id.to_string(),
        Actor::Policy => "policy".to_owned(),
        Actor::System => "system".to_owned(),
    }
}
