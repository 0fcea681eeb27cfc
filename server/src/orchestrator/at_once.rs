//! Steps that follow by themselves are taken in the transaction of the step before.

use domain::{
    effect::Effect,
    event::Event,
    id::TicketId,
    step::{At, Outcome, step},
};

use super::{Orchestrator, effect::is_sending, links};
use crate::ports::StoreError;

impl Orchestrator {
    /// The payload is built along with the run where no file has to be looked into for it.
    pub(super) async fn with_first_look(&self, outcome: Outcome) -> Result<Outcome, StoreError> {
        let [Effect::Prepare { round }] = outcome.effects[..] else { return Ok(outcome) };
        let Some(registered) = self.providers.get(&outcome.run.provider) else {
            return Ok(outcome);
        };
        let files = self.files_for(&outcome.run, registered).await?;
        let links = registered.takes_files() && links::has_some(&outcome.run.input);
        if links || !files.rows.is_empty() {
            return Ok(outcome);
        }
        let draft = self.draft_with(&outcome.run, registered, &files, Vec::new()).await;
        Ok(followed_by(outcome, Event::Prepared { round, draft: Box::new(draft) }, self.at()))
    }

    /// Where a call may be repeated it is begun as it is called for: a death before it is as good as one during it.
    pub(super) fn with_call_begun(&self, outcome: Outcome) -> Outcome {
        let [Effect::Call { attempt, not_before: None, .. }] = outcome.effects[..] else {
            return outcome;
        };
        if !self.repeat_safe(&outcome.run) {
            return outcome;
        }
        // It opens no ticket.
        let at = At { now: outcome.run.updated_at, fresh: TicketId::from_uuid(self.ids.uuid()) };
        match step(&outcome.run, Event::CallStarted { attempt }, at) {
            Ok(next) if is_sending(&next.run, attempt) => outcome.then(next),
            _ => outcome,
        }
    }
}

/// The next step takes the place of the effect that would have led to it.
fn followed_by(outcome: Outcome, event: Event, at: At) -> Outcome {
    match step(&outcome.run, event, at) {
        Ok(next) => Outcome { effects: Vec::new(), ..outcome }.then(next),
        Err(_) => outcome,
    }
}
