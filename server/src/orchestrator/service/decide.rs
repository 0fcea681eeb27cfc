//! Deciding a ticket: what came in becomes one exact document, and the rules say the rest.

use app::{
    api::tickets::{Decided, DecisionRequest, Draft, Edits},
    error::ApiError,
};
use domain::{
    access::Caller,
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Action, Answer, Decision, DecisionRecord, Edited},
    digest::Digest,
    event::Event,
    id::{AttachmentId, RunId, TicketId},
    issue::Issue,
    json::Json,
    run::Run,
    state::{RunState, Status},
    step::Refusal,
};

use crate::{
    orchestrator::{
        Fault, Orchestrator, With,
        fault::{key_used, told},
    },
    ports::{IdempotencyKey, StoreError},
};

const LONGEST_REASON: usize = 10_000;
const LONGEST_KEY: usize = 255;

impl Orchestrator {
    pub(super) async fn decide_ticket(
        &self,
        caller: &Caller,
        request: DecisionRequest,
    ) -> Result<Decided, ApiError> {
        checked(&request)?;
        let run = self.stored(caller, request.run).await?.run;
        let key = decision_key(caller, &request)?;
        let decided = match self.answer(&run, &request).await {
            Ok(answer) => {
                let decision = decision(caller, &request, answer);
                let with = With { finishes: None, key: key.clone() };
                let event = Event::Decided(Box::new(decision));
                self.apply(run.id, event, with).await
            }
            Err(Answerless::Refused(refusal)) => Err(refusal.into()),
            Err(Answerless::Failed(error)) => return Err(error),
        };
        match decided {
            Ok(run) => {
                self.drop_draft(caller, request.ticket).await;
                done(&run)
            }
            Err(fault) => self.not_decided(caller, &request, key, fault).await,
        }
    }

    /// The answer in the domain's words: edits become the whole edited document, checked.
    async fn answer(&self, run: &Run, request: &DecisionRequest) -> Result<Answer, Answerless> {
        let reason = request.reason.clone().unwrap_or_default();
        Ok(match request.action {
            Action::Approve => Answer::Approve,
            Action::Reject => Answer::Reject { reason },
            Action::Retry => Answer::Retry,
            Action::Cancel => Answer::Cancel,
            Action::Edit => Answer::Edit(self.edited(run, request).await?),
            Action::Respond => Answer::Respond(self.edited(run, request).await?),
        })
    }

    async fn edited(&self, run: &Run, request: &DecisionRequest) -> Result<Edited, Answerless> {
        let open = run.state.ticket().filter(|ticket| ticket.id == request.ticket);
        let Some(ticket) = open else {
            return Err(Answerless::Refused(Refusal::NotOpen(request.ticket)));
        };
        let text = self
            .edited_text(run, ticket, &request.edits)
            .map_err(|issues| Answerless::Refused(Refusal::Invalid(issues)))?;
        let text = self.with_attachments(run, text, &request.attachments).await?;
        let document = Json::parse(&text).unwrap_or_default();
        let issues = if is_response(ticket, request.action) {
            Vec::new()
        } else {
            let registered = self.providers.get(&run.provider);
            let registered = registered.ok_or_else(|| {
                let gone = format!("there is no provider “{}” here any more", run.provider);
                Answerless::Failed(ApiError::NotPossible(gone))
            })?;
            let found = self.issues(run, registered, &document).await;
            found.map_err(|error| Answerless::Failed(told(error)))?
        };
        Ok(Edited { text, issues })
    }

    /// Puts the uploads that came with the answer into the file fields that are empty.
    async fn with_attachments(
        &self,
        run: &Run,
        text: String,
        attachments: &[AttachmentId],
    ) -> Result<String, Answerless> {
        let Some(registered) =
            self.providers.get(&run.provider).filter(|_| !attachments.is_empty())
        else {
            return Ok(text);
        };
        let files = self.session_files(run).await.map_err(|e| Answerless::Failed(told(e)))?;
        let mut document = Json::parse(&text).unwrap_or_default();
        files
            .put_into(&registered.provider.capabilities().schema(), &mut document, attachments)
            .map_err(|issue| Answerless::Refused(Refusal::Invalid(vec![issue])))?;
        Ok(document.to_text())
    }

    /// The whole document after the edits, as exact text.
    fn edited_text(&self, run: &Run, ticket: &Ticket, edits: &Edits) -> Result<String, Vec<Issue>> {
        let proposed = Json::parse(&ticket.proposal.text).map_err(|fault| vec![fault.into()])?;
        match edits {
            Edits::None => Ok(ticket.proposal.text.clone()),
            Edits::Document(text) => {
                Json::parse(text).map_err(|fault| vec![Issue::from(fault)])?;
                Ok(text.clone())
            }
            Edits::Merge(text) => {
                let patch = Json::parse(text).map_err(|fault| vec![Issue::from(fault)])?;
                Ok(proposed.merged(&patch).to_text())
            }
            Edits::Form(posted) => {
                let registered = self.providers.get(&run.provider);
                let schema = registered.map(|one| one.provider.capabilities().schema());
                let schema = schema.ok_or_else(|| vec![Issue::error("", "has no form")])?;
                let edited = schema.apply_form(&proposed, posted)?;
                // Nothing changed: the proposal's own bytes stay.
                let same = edited == proposed;
                Ok(if same { ticket.proposal.text.clone() } else { edited.to_text() })
            }
        }
    }

    /// Why a decision didn't count. The same decision sent again is no failure, and what was typed is
    /// kept.
    async fn not_decided(
        &self,
        caller: &Caller,
        request: &DecisionRequest,
        key: Option<IdempotencyKey>,
        fault: Fault,
    ) -> Result<Decided, ApiError> {
        if let Fault::Store(StoreError::KeyUsed(used)) = &fault {
            let same = key.is_some_and(|key| key.request == used.request);
            let answered = self.answered(request.ticket).await?;
            return match answered.filter(|_| same) {
                Some(record) => Ok(repeated(request, record)),
                None => Err(key_used()),
            };
        }
        let error = self.explain(fault, request.run, Some(request.ticket)).await;
        if let ApiError::AlreadyDecided(record) = &error
            && let Some(key) = &key
            && let Some(used) = self.store.used_key(&key.scope, &key.key).await.map_err(told)?
        {
            let same = used.request == key.request && record.by == caller.actor();
            return if same { Ok(repeated(request, (**record).clone())) } else { Err(key_used()) };
        }
        if matches!(error, ApiError::NotFound(_)) {
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
        let used = self.store.used_key(&decisions_of(caller), key).await.map_err(told)?;
        let Some(used) = used else { return Ok(None) };
        let ticket = TicketId::from_uuid(used.answer);
        let stored = self.store.ticket(ticket).await.map_err(told)?;
        if stored.is_some_and(|stored| stored.run == run) {
            Ok(Some(ticket))
        } else {
            Err(key_used())
        }
    }

    async fn answered(&self, ticket: TicketId) -> Result<Option<DecisionRecord>, ApiError> {
        let stored = self.store.ticket(ticket).await.map_err(told)?;
        Ok(stored.and_then(|stored| stored.decision))
    }

    pub(super) async fn keep_draft(
        &self,
        caller: &Caller,
        ticket: TicketId,
        draft: &Draft,
    ) -> Result<(), ApiError> {
        let text = serde_json::to_string(draft).map_err(|_| ApiError::Internal)?;
        let now = self.clock.now();
        self.store.save_draft(ticket, caller.person, &text, now).await.map_err(told)
    }

    async fn keep_typed(&self, caller: &Caller, request: &DecisionRequest, issues: Vec<Issue>) {
        let reason = request.reason.clone().unwrap_or_default();
        let draft = Draft { edits: request.edits.clone(), reason, issues };
        if let Err(error) = self.keep_draft(caller, request.ticket, &draft).await {
            tracing::warn!(%error, ticket = %request.ticket, "a draft could not be kept");
        }
    }

    async fn drop_draft(&self, caller: &Caller, ticket: TicketId) {
        let dropped = self.store.save_draft(ticket, caller.person, "", self.clock.now()).await;
        if let Err(error) = dropped {
            tracing::warn!(%error, %ticket, "a draft could not be taken away");
        }
    }
}

/// Why there is no answer to put to the rules.
enum Answerless {
    Refused(Refusal),
    Failed(ApiError),
}

impl From<Refusal> for Answerless {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
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

/// A response isn't bound to the provider's payload schema.
fn is_response(ticket: &Ticket, action: Action) -> bool {
    ticket.proposal.subject == Subject::Response
        || (ticket.checkpoint == CheckpointType::UnknownOutcome && action == Action::Respond)
}

fn checked(request: &DecisionRequest) -> Result<(), ApiError> {
    let reason = request.reason.as_deref().unwrap_or_default();
    if reason.chars().count() > LONGEST_REASON {
        let limit = format!("has more than {LONGEST_REASON} characters");
        return Err(ApiError::Invalid(vec![Issue::error("/reason", limit)]));
    }
    let control = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    if reason.contains(control) {
        let issue = Issue::error("/reason", "has control characters; take them out");
        return Err(ApiError::Invalid(vec![issue]));
    }
    Ok(())
}

/// An idempotency key: 1 to 255 visible ASCII characters.
pub(super) fn checked_key(key: &str) -> Result<String, ApiError> {
    let good = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if good {
        return Ok(key.to_owned());
    }
    let limit = format!("must be 1 to {LONGEST_KEY} visible ASCII characters");
    Err(ApiError::Invalid(vec![Issue::error("/idempotency_key", limit)]))
}

/// The scope of a caller's keys for decisions.
fn decisions_of(caller: &Caller) -> String {
    format!("{}:decide", caller.person)
}

fn decision_key(
    caller: &Caller,
    request: &DecisionRequest,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(key) = &request.key else { return Ok(None) };
    let body = serde_json::to_vec(request).map_err(|_| ApiError::Internal)?;
    Ok(Some(IdempotencyKey {
        scope: decisions_of(caller),
        key: checked_key(key)?,
        request: Digest::of(&body),
        answer: request.ticket.as_uuid(),
    }))
}

fn repeated(request: &DecisionRequest, record: DecisionRecord) -> Decided {
    let message = format!("Already saved: {}.", record.action.past());
    Decided { run: request.run, record, message }
}

fn done(run: &Run) -> Result<Decided, ApiError> {
    let record = run.last_decision.clone().ok_or(ApiError::Internal)?;
    let mut past = record.action.past().to_owned();
    past[..1].make_ascii_uppercase();
    let next = match (&run.state, run.state.status()) {
        (RunState::Calling(_), _) => format!(" Calling “{}” now.", run.provider),
        (_, Status::AwaitingHuman) => " The next checkpoint waits for you.".to_owned(),
        (_, Status::Running) => " Working on it.".to_owned(),
        _ => String::new(),
    };
    Ok(Decided { run: run.id, record, message: format!("{past}.{next}") })
}
