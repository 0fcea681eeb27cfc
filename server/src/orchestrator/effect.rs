//! Carries out effects: one function a variant. Delivery is at least once; the rules sort out repeats.

use std::time::Duration;

use domain::{
    checkpoint::Subject,
    digest::Digest,
    event::{Event, Failure},
    id::AttachmentId,
    information::FileRef,
    run::{Response, Run, proposal_digest},
    state::{Phase, RunState},
    step::{Refusal, work_ends_at},
};

use super::{Fault, Orchestrator, With, attachments::file_ref, kept::Kept};
use crate::{
    files::FilesError,
    ports::{AttachmentRow, ClaimedEffect, StoreError, StoredRun},
    provider::{Call, Made, MadeFile, Registered},
};

/// How often the outcome of a call is written again while storage is away: several minutes long.
const SETTLE_TRIES: u32 = 120;
const SETTLE_PAUSE: Duration = Duration::from_secs(1);

impl Orchestrator {
    /// Carries out one claimed effect and takes it out of the outbox. `at_hand` is the run as the effect was written
    /// with it, if that was by this process and a moment ago.
    pub(super) async fn carry_out(
        &self,
        claimed: &ClaimedEffect,
        at_hand: Option<StoredRun>,
    ) -> Result<(), Fault> {
        use domain::effect::Effect as E;
        let done = match &claimed.effect {
            E::Prepare { round } => self.prepare(claimed, at_hand, *round).await,
            E::Call { attempt, digest, .. } => self.call(claimed, at_hand, *attempt, digest).await,
            E::StopCall { attempt } => {
                self.calls.stop(claimed.run, *attempt);
                Ok(Done::InMemory)
            }
            E::TakeTurn => self.take_turn(claimed, at_hand).await,
            E::CallBack { ticket } => {
                self.call_back(claimed, *ticket).await.map(|()| Done::InMemory)
            }
        };
        match done {
            Ok(Done::Finished) => Ok(()),
            // The run went on without this effect: it is over for good.
            Ok(Done::InMemory) | Err(Fault::Refused(_) | Fault::NoSuchRun) => {
                Ok(self.store.finish(claimed).await?)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn prepare(
        &self,
        claimed: &ClaimedEffect,
        at_hand: Option<StoredRun>,
        round: u32,
    ) -> Result<Done, Fault> {
        let stored = self.run_of(claimed, at_hand).await?;
        let event = match self.providers.get(&stored.run.provider) {
            None => {
                let message = format!("There is no provider “{}” here.", stored.run.provider);
                Event::PrepareFailed { round, message }
            }
            Some(registered) => {
                let draft = Box::new(self.draft(&stored.run, registered).await?);
                Event::Prepared { round, draft }
            }
        };
        self.advance(claimed.run, Some(stored), event, finishing(claimed)).await?;
        Ok(Done::Finished)
    }

    async fn run_of(
        &self,
        claimed: &ClaimedEffect,
        at_hand: Option<StoredRun>,
    ) -> Result<StoredRun, Fault> {
        match at_hand {
            Some(stored) => Ok(stored),
            None => self.store.load(claimed.run).await?.ok_or(Fault::NoSuchRun),
        }
    }

    async fn call(
        &self,
        claimed: &ClaimedEffect,
        at_hand: Option<StoredRun>,
        attempt: u32,
        approved: &Digest,
    ) -> Result<Done, Fault> {
        let started = match at_hand {
            // Begun in the transaction that called for it.
            Some(stored) if is_sending(&stored.run, attempt) => Ok(stored),
            at_hand => {
                let event = Event::CallStarted { attempt };
                self.advance(claimed.run, at_hand, event, With::default()).await
            }
        };
        let stored = match started {
            // A worker before this one began to send and is gone.
            Err(Fault::Refused(Refusal::AlreadySending)) => {
                return self.lost(claimed, attempt).await;
            }
            result => result?,
        };
        if !is_sending(&stored.run, attempt) {
            return Ok(Done::InMemory);
        }
        crate::crash::point("after_call_started");
        let event = match self.execute(&stored.run, attempt, approved).await {
            Ok(response) => Event::Answered { attempt, response: Box::new(response) },
            Err(failure) => Event::CallFailed { attempt, failure },
        };
        crate::crash::point("before_answer_stored");
        let done = self.settle(claimed, stored, event).await?;
        crate::crash::point("after_answer_stored");
        Ok(done)
    }

    /// Writes what became of a call, and doesn't give up easily: nobody can ask for it again.
    async fn settle(
        &self,
        claimed: &ClaimedEffect,
        stored: StoredRun,
        event: Event,
    ) -> Result<Done, Fault> {
        let (mut tries, mut at_hand) = (0, Some(stored));
        loop {
            let with = finishing(claimed);
            match self.advance(claimed.run, at_hand.take(), event.clone(), with).await {
                // Somebody took over meanwhile. The answer is as good as before.
                Err(Fault::Store(StoreError::Conflict)) => {
                    self.apply(claimed.run, event, With::default()).await?;
                    return Ok(Done::InMemory);
                }
                Err(Fault::Store(StoreError::Unavailable(_) | StoreError::Full))
                    if tries < SETTLE_TRIES =>
                {
                    tries += 1;
                    tokio::time::sleep(SETTLE_PAUSE).await;
                }
                result => return result.map(|_| Done::Finished),
            }
        }
    }

    async fn lost(&self, claimed: &ClaimedEffect, attempt: u32) -> Result<Done, Fault> {
        let stored = self.store.load(claimed.run).await?.ok_or(Fault::NoSuchRun)?;
        let repeat_safe = self.repeat_safe(&stored.run);
        let event = Event::CallLost { attempt, repeat_safe };
        self.advance(claimed.run, Some(stored), event, finishing(claimed)).await?;
        Ok(Done::Finished)
    }

    pub(super) fn repeat_safe(&self, run: &Run) -> bool {
        let registered = self.providers.get(&run.provider);
        registered.is_some_and(|one| one.provider.capabilities().repeat_safe)
    }

    /// Calls the provider with exactly what was approved.
    async fn execute(
        &self,
        run: &Run,
        attempt: u32,
        approved: &Digest,
    ) -> Result<Response, Failure> {
        let refused = |message: &str| Failure::Refused { message: message.to_owned() };
        let registered =
            self.providers.get(&run.provider).ok_or_else(|| refused("the provider is gone"))?;
        let payload = run.draft.as_ref().map(|draft| draft.payload.clone());
        let payload = payload.ok_or_else(|| refused("there is no payload"))?;
        if proposal_digest(Subject::Payload, &run.provider, &payload) != *approved {
            return Err(refused("the payload isn't what was approved; nothing was sent"));
        }
        let call = Call {
            run: run.id,
            attempt,
            idempotency_key: format!("{}:{}", run.id, series(run, attempt)),
            payload,
            files: self.files.clone(),
        };
        let begun = self.clock.now();
        let made = self.limited(run, registered, call).await?;
        crate::crash::point("after_provider_answered");
        let took_ms = (self.clock.now() - begun).num_milliseconds();
        // The call has happened: what can't be kept of its answer leaves the outcome unknown.
        self.response(run, made, took_ms).await.map_err(|error| Failure::Unknown {
            message: format!("The answer could not be stored: {error}"),
            repeat_safe: self.repeat_safe(run),
        })
    }

    async fn limited(
        &self,
        run: &Run,
        registered: &Registered,
        call: Call,
    ) -> Result<Made, Failure> {
        let capabilities = registered.provider.capabilities();
        let left = work_ends_at(run).map(|end| (end - self.clock.now()).to_std());
        let left = left.map_or(Duration::MAX, Result::unwrap_or_default);
        let limit = capabilities.limit.min(left);
        let running = self.calls.begin(run.id, call.attempt);
        let unknown = |message: String| Failure::Unknown {
            message,
            repeat_safe: capabilities.repeat_safe && limit == capabilities.limit,
        };
        tokio::select! {
            made = registered.provider.execute(call) => made,
            () = tokio::time::sleep(limit) => {
                let seconds = limit_as_set(run.config.timeout_seconds, capabilities.limit, limit);
                Err(unknown(format!("No answer came within {seconds} s.")))
            }
            () = running.stopped() => Err(unknown("The call was stopped.".to_owned())),
        }
    }

    async fn response(&self, run: &Run, made: Made, took_ms: i64) -> Result<Response, StoreFault> {
        let mut files = Vec::with_capacity(made.files.len());
        for file in made.files {
            files.push(self.keep(run, file).await?);
        }
        let Made { text, summary, quality, flags, .. } = made;
        Ok(Response { text, accepted: None, files, summary, quality, flags, took_ms })
    }

    async fn keep(&self, run: &Run, file: MadeFile) -> Result<FileRef, StoreFault> {
        let bytes = file.bytes.clone();
        let once = futures::stream::once(async move { Ok(bytes) });
        let stored = self.files.put(Box::pin(once), u64::MAX).await?;
        let (digest, size) = (stored.sha256, stored.size);
        let kept = Kept { digest, name: file.name, media_type: file.media_type, size };
        let id = AttachmentId::from_uuid(self.ids.uuid());
        let kept = kept.for_run(id, run, self.clock.now());
        let row = AttachmentRow { made_by: Some(run.id), ..kept };
        self.store.add_attachment(&row, None).await?;
        Ok(file_ref(&row))
    }

    /// Lets the next queued run of the session begin, unless another one is active.
    async fn take_turn(
        &self,
        claimed: &ClaimedEffect,
        at_hand: Option<StoredRun>,
    ) -> Result<Done, Fault> {
        let run = self.run_of(claimed, at_hand).await?.run;
        if self.store.finish_unless_queued(claimed, run.owner, run.session()).await? {
            return Ok(Done::Finished);
        }
        if let Some(next) = self.store.next_queued(run.owner, run.session()).await? {
            match self.apply(next, Event::TurnCame, With::default()).await {
                Ok(_) | Err(Fault::Store(StoreError::SessionBusy)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(Done::InMemory)
    }
}

/// Whether an effect that was carried out is out of the outbox.
enum Done {
    /// In the transaction of what it led to.
    Finished,
    /// It still has to be taken out.
    InMemory,
}

/// Why an answer couldn't be kept.
#[derive(Debug, thiserror::Error)]
enum StoreFault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// The first attempt of those that the server made by itself in a row: a provider that honours keys sees
/// one key for all of them.
fn series(run: &Run, attempt: u32) -> u32 {
    match &run.state {
        RunState::Calling(call) => (attempt + 1).saturating_sub(call.automatic),
        _ => attempt,
    }
}

/// In seconds: the provider's limit, or the run's own, of which some was used up before the call.
fn limit_as_set(run_seconds: u32, provider: Duration, waited: Duration) -> u64 {
    if waited == provider { provider.as_secs() } else { run_seconds.into() }
}

fn finishing(claimed: &ClaimedEffect) -> With {
    With { finishes: Some(claimed.clone()), ..With::default() }
}

pub(super) fn is_sending(run: &Run, attempt: u32) -> bool {
    matches!(&run.state, RunState::Calling(call)
        if call.attempt == attempt && call.phase == Phase::Sending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_as_it_was_set_and_not_as_what_was_left_of_it() {
        let provider = Duration::from_secs(600);
        assert_eq!(limit_as_set(3, provider, Duration::from_millis(2_990)), 3);
        assert_eq!(limit_as_set(1, provider, Duration::from_millis(995)), 1);
        assert_eq!(limit_as_set(0, provider, provider), 600);
        assert_eq!(limit_as_set(900, provider, provider), 600);
    }
}
