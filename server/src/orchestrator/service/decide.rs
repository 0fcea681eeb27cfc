//! Deciding a ticket: what came in becomes one exact document, and the rules say the rest.

use std::sync::Arc;

use app::{
    api::{
        port::Once,
        tickets::{Decided, DecisionRequest, Edits},
    },
    error::ApiError,
};
use domain::{
    access::Caller,
    decision::{Answer, Decision, DecisionRecord},
    event::Event,
    id::{RunId, TicketId},
    issue::Issue,
    run::Run,
    state::{RunState, Status},
    step::Refusal,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    draft::is_control,
    edited::Answerless,
    words::{self, InWords},
};
use crate::{
    idempotency::{self, key_used},
    orchestrator::{Fault, Keyed, Orchestrator, With, fault::told},
    ports::{IdempotencyKey, MessageRow, StoreError, StoredRun},
};

const LONGEST_REASON: usize = 10_000;

impl Orchestrator {
    pub(super) async fn decide_ticket(
        &self,
        caller: &Caller,
        request: DecisionRequest,
    ) -> Result<Once<Decided>, ApiError> {
        let key = decision_key(caller, &request)?;
        let decided = self.decide_once(caller, &request, key, Vec::new(), |decided| decided).await;
        match decided {
            Err(ApiError::AlreadyDecided(record)) if is_again(caller, &request, &record) => {
                let run = self.stored(caller, request.run).await?.run;
                Ok(Once { answer: told_of(&run, *record), replayed: true })
            }
            decided => decided,
        }
    }

    /// Decides a ticket, adds what was `said` along with it, and makes the caller's answer of it.
    pub(super) async fn decide_once<T>(
        &self,
        caller: &Caller,
        request: &DecisionRequest,
        key: Option<IdempotencyKey>,
        said: Vec<MessageRow>,
        answer: impl Fn(Decided) -> T + Clone + Send + Sync + 'static,
    ) -> Result<Once<T>, ApiError>
    where
        T: Serialize + DeserializeOwned,
    {
        let stored = self.stored(caller, request.run).await?;
        let in_words = self.in_words(&stored.run, request);
        let request = in_words.as_ref().map_or(request, |read| &read.request);
        let unsure = in_words.as_ref().map(|read| read.unsure.as_slice()).unwrap_or_default();
        let decided = match self.given(&stored.run, request, unsure).await {
            Ok(given) => {
                let decision = decision(caller, request, given);
                let answer = answer.clone();
                let reply = Arc::new(move |run: &Run| idempotency::reply(&done(run).map(&answer)));
                let key = key.clone().map(|key| Keyed { key, reply });
                let with = With { key, said, ..With::default() };
                let decided = Event::Decided(Box::new(decision));
                self.advance(request.run, Some(stored), decided, with).await
            }
            Err(Answerless::Refused(refusal)) => Err(refusal.into()),
            Err(Answerless::Failed(error)) => return Err(error),
        };
        match decided {
            Ok(StoredRun { run, .. }) => {
                done(&run).map(|decided| Once::first(answer(decided))).ok_or(ApiError::Internal)
            }
            Err(fault) => self.not_decided(caller, request, key, fault).await,
        }
    }

    /// The answer, unless the request itself or how its words were read stands against it.
    async fn given(
        &self,
        run: &Run,
        request: &DecisionRequest,
        unsure: &[Issue],
    ) -> Result<Answer, Answerless> {
        let faults = fault(request).map_or_else(|| unsure.to_vec(), |fault| vec![fault]);
        if faults.is_empty() {
            return self.answer(run, request).await;
        }
        // What is typed over a ticket of another run is none of this one's.
        let is_open = run.state.ticket().is_some_and(|open| open.id == request.ticket);
        let refusal =
            if is_open { Refusal::Invalid(faults) } else { Refusal::NotOpen(request.ticket) };
        Err(refusal.into())
    }

    /// What a person said in place of filling in a form.
    fn in_words(&self, run: &Run, request: &DecisionRequest) -> Option<InWords> {
        let registered = self.providers.get(&run.provider)?;
        words::read(run, registered.schema(), request)
    }

    /// Why a decision didn't count. The same decision sent again is no failure, and what was typed is
    /// kept.
    async fn not_decided<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        request: &DecisionRequest,
        key: Option<IdempotencyKey>,
        fault: Fault,
    ) -> Result<Once<T>, ApiError> {
        if let Fault::Store(StoreError::KeyUsed(used)) = &fault {
            return idempotency::replay(key.as_ref(), used);
        }
        let error = self.explain(fault, request.run, Some(request.ticket)).await;
        if matches!(error, ApiError::AlreadyDecided(_))
            && let Some(before) = self.before(key.as_ref()).await?
        {
            return Ok(before);
        }
        let is_kept = match &error {
            ApiError::NotFound(_) => true,
            ApiError::AlreadyDecided(record) => is_again(caller, request, record),
            _ => false,
        };
        if is_kept {
            return Err(error);
        }
        let issues = if let ApiError::Invalid(issues) = &error { issues.clone() } else { vec![] };
        self.keep_typed(caller, request, issues).await;
        Err(error)
    }

    /// The run's ticket that the caller decided with this key.
    pub(super) async fn decided_with(
        &self,
        caller: &Caller,
        run: RunId,
        key: Option<&str>,
    ) -> Result<Option<TicketId>, ApiError> {
        let Some(key) = key else { return Ok(None) };
        let used =
            self.store.used_key(&idempotency::scope(caller, ROUTE), key).await.map_err(told)?;
        let Some(used) = used else { return Ok(None) };
        let ticket = TicketId::from_uuid(used.answer);
        let stored = self.store.ticket(ticket).await.map_err(told)?;
        if stored.is_some_and(|stored| stored.run == run) {
            Ok(Some(ticket))
        } else {
            Err(key_used())
        }
    }
}

fn decision(caller: &Caller, request: &DecisionRequest, answer: Answer) -> Decision {
    Decision {
        ticket: request.ticket,
        version: request.version,
        digest: request.digest,
        answer,
        note: request.reason.clone().filter(|reason| !reason.trim().is_empty()),
        by: caller.actor(),
        via: caller.via(request.via.clone()),
    }
}

/// What is wrong with a request whatever it is about.
fn fault(request: &DecisionRequest) -> Option<Issue> {
    let reason = request.reason.as_deref().unwrap_or_default();
    if reason.chars().count() > LONGEST_REASON {
        let limit = format!("has more than {LONGEST_REASON} characters");
        return Some(Issue::error("/reason", limit));
    }
    if reason.contains(is_control) {
        let issue = "has control characters, which can't be kept: send it without them";
        return Some(Issue::error("/reason", issue));
    }
    let misplaced = !request.action.writes() && !request.attachments.is_empty();
    let issue = "come only with the actions edit and respond";
    misplaced.then(|| Issue::error("/attachments", issue))
}

/// The name of this route in the scope of keys.
const ROUTE: &str = "decide";

fn decision_key(
    caller: &Caller,
    request: &DecisionRequest,
) -> Result<Option<IdempotencyKey>, ApiError> {
    idempotency::key(caller, ROUTE, request.key.as_deref(), request, request.ticket.as_uuid())
}

/// Without a key, the caller's own decision once more. Of edits the record doesn't tell what was sent, so they are
/// never the same; a fresh key says that it is another decision.
fn is_again(caller: &Caller, request: &DecisionRequest, record: &DecisionRecord) -> bool {
    let said = request.reason.as_deref().filter(|reason| !reason.trim().is_empty());
    let edits = request.edits != Edits::None || !request.attachments.is_empty();
    let as_proposed = !request.action.writes() || record.decided == record.proposed;
    request.key.is_none()
        && record.by == caller.actor()
        && record.action == request.action
        && request.digest.is_none_or(|seen| seen == record.proposed)
        && !edits
        && as_proposed
        && said.is_none_or(|said| record.reason.as_deref() == Some(said))
}

/// The answer to who decided; there is one whenever a decision was taken.
fn done(run: &Run) -> Option<Decided> {
    run.last_decision.clone().map(|record| told_of(run, record))
}

/// What is told of a decision, and how its run goes on.
fn told_of(run: &Run, record: DecisionRecord) -> Decided {
    let mut past = record.action.past().to_owned();
    past[..1].make_ascii_uppercase();
    let next = match (&run.state, run.state.status()) {
        (RunState::Calling(_), _) if run.action.is_some() => {
            format!(" {} goes on with it.", run.owner_name)
        }
        (RunState::Calling(_), _) => format!(" Calling “{}” now.", run.provider),
        (_, Status::AwaitingHuman) => " The next checkpoint waits for you.".to_owned(),
        (_, Status::Running) => " Working on it.".to_owned(),
        _ => String::new(),
    };
    Decided { run: run.id, record, message: format!("{past}.{next}") }
}
