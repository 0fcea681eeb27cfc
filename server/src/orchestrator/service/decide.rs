//! Deciding a ticket: what came in becomes one exact document, and the rules say the rest.

use std::sync::Arc;

use app::{
    api::{
        port::Once,
        tickets::{Decided, DecisionRequest, Draft, Edits},
    },
    error::ApiError,
};
use domain::{
    access::Caller,
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Action, Answer, Decision, Edited},
    event::Event,
    id::{AttachmentId, RunId, TicketId},
    issue::Issue,
    json::Json,
    run::Run,
    state::{RunState, Status},
    step::Refusal,
};
use serde::{Serialize, de::DeserializeOwned};

use super::words::{self, InWords};

use crate::{
    idempotency::{self, key_used},
    orchestrator::{Fault, Keyed, Orchestrator, With, asked, fault::told},
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
        self.decide_once(caller, &request, key, Vec::new(), |decided| decided).await
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
        checked(request)?;
        let stored = self.stored(caller, request.run).await?;
        let in_words = self.in_words(&stored.run, request);
        let request = in_words.as_ref().map_or(request, |read| &read.request);
        let given = match &in_words {
            Some(read) if !read.unsure.is_empty() => {
                Err(Refusal::Invalid(read.unsure.clone()).into())
            }
            _ => self.answer(&stored.run, request).await,
        };
        let decided = match given {
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

    /// What a person said in place of filling in a form.
    fn in_words(&self, run: &Run, request: &DecisionRequest) -> Option<InWords> {
        let registered = self.providers.get(&run.provider)?;
        words::read(run, registered.schema(), request)
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
        if is_response(ticket, request.action) {
            return Ok(Edited { text, ..Edited::default() });
        }
        if let Some(action) = &run.action {
            let issues = asked::check(action, &text);
            return Ok(Edited { text, issues, ..Edited::default() });
        }
        self.edited_payload(run, text).await
    }

    /// An edited payload, with all that the provider says of it.
    async fn edited_payload(&self, run: &Run, text: String) -> Result<Edited, Answerless> {
        let registered = self.providers.get(&run.provider);
        let registered = registered.ok_or_else(|| {
            let gone = format!("there is no provider “{}” here any more", run.provider);
            Answerless::Failed(ApiError::NotPossible(gone))
        })?;
        let files = self.files_for(run, registered).await;
        let files = files.map_err(|error| Answerless::Failed(told(error)))?;
        let document = Json::parse(&text).unwrap_or_default();
        let issues = self.issues(registered, &document, &files).await;
        let (files, _) = files.resolve(registered.schema(), &document);
        let cost = registered.provider.estimate_cost(&document);
        Ok(Edited { text, issues, files, cost })
    }

    /// Puts the uploads that came with the answer into the file fields that are empty.
    async fn with_attachments(
        &self,
        run: &Run,
        text: String,
        attachments: &[AttachmentId],
    ) -> Result<String, Answerless> {
        if attachments.is_empty() {
            return Ok(text);
        }
        let Some(registered) = self.providers.get(&run.provider) else {
            let issue = Issue::error("/attachments", "nothing here takes a file");
            return Err(Answerless::Refused(Refusal::Invalid(vec![issue])));
        };
        let files = self.session_files(run).await.map_err(|e| Answerless::Failed(told(e)))?;
        let mut document = Json::parse(&text).unwrap_or_default();
        files
            .put_into(registered.schema(), &mut document, attachments)
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
                let schema = self.schema_of(run, &proposed);
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

    pub(super) async fn keep_draft(
        &self,
        caller: &Caller,
        ticket: TicketId,
        draft: &Draft,
    ) -> Result<(), ApiError> {
        if let Some(field) = with_control(draft) {
            let issue = Issue::error(field, "has control characters; take them out");
            return Err(ApiError::Invalid(vec![issue]));
        }
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

/// What no text may hold: not every database can keep it, and no person can see it.
const fn is_control(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r')
}

/// The part of a draft that holds a control character.
fn with_control(draft: &Draft) -> Option<&'static str> {
    let typed = match &draft.edits {
        Edits::None => false,
        Edits::Document(text) | Edits::Merge(text) => text.contains(is_control),
        Edits::Form(fields) => {
            fields.iter().any(|(name, text)| name.contains(is_control) || text.contains(is_control))
        }
    };
    if typed { Some("/edits") } else { draft.reason.contains(is_control).then_some("/reason") }
}

fn checked(request: &DecisionRequest) -> Result<(), ApiError> {
    let reason = request.reason.as_deref().unwrap_or_default();
    if reason.chars().count() > LONGEST_REASON {
        let limit = format!("has more than {LONGEST_REASON} characters");
        return Err(ApiError::Invalid(vec![Issue::error("/reason", limit)]));
    }
    if reason.contains(is_control) {
        let issue = Issue::error("/reason", "has control characters; take them out");
        return Err(ApiError::Invalid(vec![issue]));
    }
    if !request.action.writes() && !request.attachments.is_empty() {
        let issue = Issue::error("/attachments", "come only with the actions edit and respond");
        return Err(ApiError::Invalid(vec![issue]));
    }
    Ok(())
}

/// The name of this route in the scope of keys.
const ROUTE: &str = "decide";

fn decision_key(
    caller: &Caller,
    request: &DecisionRequest,
) -> Result<Option<IdempotencyKey>, ApiError> {
    idempotency::key(caller, ROUTE, request.key.as_deref(), request, request.ticket.as_uuid())
}

/// The answer to who decided; there is one whenever a decision was taken.
fn done(run: &Run) -> Option<Decided> {
    let record = run.last_decision.clone()?;
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
    Some(Decided { run: run.id, record, message: format!("{past}.{next}") })
}
