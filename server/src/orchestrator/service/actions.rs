//! Agents' own actions: asked here, decided as every ticket, reported by whoever asked.

use std::{sync::Arc, time::Duration};

use app::{
    api::{
        asked::{Asked, NewAction, Report},
        port::{ActionService, Once},
        tickets::TicketView,
    },
    error::ApiError,
};
use async_trait::async_trait;
use domain::{
    access::{Caller, Right, authorize},
    action::{ActionRequest, EXTERNAL},
    decision::Action,
    event::Event,
    id::{RunId, TicketId},
    information::{Known, Source},
    issue::Issue,
    json::Json,
    payload,
    run::{Draft, Response, Run, RunInput, Timing},
    state::RunState,
    step::{self, Outcome},
};
use tokio::time::Instant;

use super::once;
use crate::{
    idempotency,
    orchestrator::{
        Fault, Keyed, Orchestrator, With, asked, attachments::SessionFiles, fault::told,
    },
    ports::{StoreError, StoredTicket, TicketPicture, TicketStatus},
};

#[async_trait]
impl ActionService for Orchestrator {
    async fn ask(
        &self,
        caller: &Caller,
        new: NewAction,
        key: Option<&str>,
    ) -> Result<Once<Asked>, ApiError> {
        authorize(caller, Right::Start)?;
        let mut issues = asked::faults(&new);
        let fault = new.callback.as_deref().and_then(|url| self.egress.fault(url));
        issues.extend(fault.map(|fault| Issue::error("/callback_url", fault)));
        if !issues.is_empty() {
            return Err(ApiError::Invalid(issues));
        }
        let run = self.new_action(caller, &new);
        let at = self.at();
        let body =
            (&new.name, &new.arguments, &new.context, &new.schema, &new.config, &new.callback);
        let key = idempotency::key(caller, "ask", key, &body, at.fresh.as_uuid())?;
        let outcome = step::ask(run, at);
        let asked = self.first_answer(&outcome)?;
        let reply = idempotency::reply(&asked);
        let reply = Arc::new(move |_: &Run| reply.clone());
        let keyed = key.clone().map(|key| Keyed { key, reply });
        let with = With { key: keyed, cap: self.cap(caller), ..With::default() };
        match self.commit(outcome, None, &with).await {
            Ok(_) => Ok(Once::first(asked)),
            Err(error) => {
                self.note(caller, &error);
                once::replay_or_told(key.as_ref(), error)
            }
        }
    }

    async fn asked(
        &self,
        caller: &Caller,
        ticket: TicketId,
        wait: Duration,
    ) -> Result<Asked, ApiError> {
        authorize(caller, Right::Read)?;
        let until = Instant::now() + wait;
        let mut shown = self.shown_ticket(caller, ticket).await?;
        if is_open(&shown) && !wait.is_zero() {
            let mut listener = self.waiting.listen(shown.run.id);
            // Again, so that nothing falls between the first look and the listening.
            shown = self.shown_ticket(caller, ticket).await?;
            while is_open(&shown) && listener.waits(until) {
                listener.heard(until).await;
                shown = self.shown_ticket(caller, ticket).await?;
            }
        }
        self.asked_view(caller, shown).await
    }

    async fn callback_secret(&self, caller: &Caller) -> Result<String, ApiError> {
        self.told_callback_secret(caller).await
    }

    async fn report(
        &self,
        caller: &Caller,
        report: Report,
        key: Option<&str>,
    ) -> Result<Once<Asked>, ApiError> {
        authorize(caller, Right::Start)?;
        let stored = self.known_ticket(caller, report.ticket).await?;
        let run = self.stored(caller, stored.run).await?.run;
        may_report(caller, &run, &stored)?;
        let key = idempotency::key(caller, "outcome", key, &report, report.ticket.as_uuid())?;
        if let Some(before) = self.before(key.as_ref()).await? {
            return Ok(before);
        }
        let answer = self.answer_about(caller, &run, stored).await?;
        let event = Event::Reported {
            by: caller.actor(),
            succeeded: report.succeeded,
            response: Box::new(self.reported(&run, &report)),
        };
        let reply = answer.clone();
        let reply = Arc::new(move |run: &Run| idempotency::reply(&reply(run)));
        let keyed = key.clone().map(|key| Keyed { key, reply });
        match self.apply(run.id, event, With { key: keyed, ..With::default() }).await {
            Ok(run) => Ok(Once::first(answer(&run))),
            Err(Fault::Store(StoreError::KeyUsed(used))) => {
                idempotency::replay(key.as_ref(), &used)
            }
            Err(fault) => {
                let now = self.stored(caller, run.id).await?.run;
                if is_reported(&now, &report) {
                    return Ok(Once::first(answer(&now)));
                }
                Err(self.explain(fault, run.id, None).await)
            }
        }
    }
}

impl Orchestrator {
    fn new_action(&self, caller: &Caller, new: &NewAction) -> Run {
        let (id, now) = (RunId::from_uuid(self.ids.uuid()), self.clock.now());
        let action = ActionRequest {
            name: new.name.clone(),
            context: new.context.clone(),
            schema: new.schema.clone(),
            callback: new.callback.clone(),
        };
        let issues = asked::check(&action, &new.arguments);
        let information = known(&new.arguments);
        let draft = Draft {
            confidence: payload::confidence(&information, &issues),
            information,
            payload: new.arguments.clone(),
            files: Vec::new(),
            issues,
            payload_changes: 0,
            cost: None,
            flags: Vec::new(),
        };
        let input = RunInput {
            prompt: asked::words(&action),
            agent_email: caller.name.clone(),
            // A session of its own: an action never waits for another run.
            session_id: id.to_string(),
            message_type: "action".to_owned(),
            ..RunInput::default()
        };
        Run {
            id,
            owner: caller.person,
            owner_name: caller.name.clone(),
            owner_kind: caller.kind,
            input,
            provider: EXTERNAL.to_owned(),
            capabilities: None,
            action: Some(action),
            config: new.config.clone(),
            created_at: now,
            updated_at: now,
            given: Vec::new(),
            draft: Some(draft),
            response: None,
            edits: Vec::new(),
            last_decision: None,
            pause_requested: None,
            rounds: 0,
            attempts: 0,
            timing: Timing::default(),
            state: RunState::Queued,
        }
    }

    fn reported(&self, run: &Run, report: &Report) -> Response {
        let name = run.action.as_ref().map(|action| action.name.as_str()).unwrap_or_default();
        let outcome = if report.succeeded { "is done" } else { "failed" };
        let since = run.state.since().unwrap_or(run.updated_at);
        Response {
            text: report.result.clone(),
            accepted: None,
            files: Vec::new(),
            summary: format!("{} says that “{name}” {outcome}.", run.owner_name),
            quality: None,
            flags: Vec::new(),
            took_ms: (self.clock.now() - since).num_milliseconds().max(0),
        }
    }

    async fn asked_view(&self, caller: &Caller, shown: TicketPicture) -> Result<Asked, ApiError> {
        let TicketPicture { run, ticket } = shown;
        Ok(self.answer_about(caller, &run, ticket).await?(&run))
    }

    /// What is told about a closed ticket, and the run as it will be.
    async fn answer_about(
        &self,
        caller: &Caller,
        run: &Run,
        stored: StoredTicket,
    ) -> Result<impl Fn(&Run) -> Asked + Clone + Send + Sync + 'static, ApiError> {
        let files = self.session_files(run).await.map_err(told)?;
        let view = self.ticket_view(Some(caller), run, &files, &stored).await?;
        Ok(move |run: &Run| asked_of(run, &stored, view.clone()))
    }

    /// What is told about the ticket of a question, when it is asked.
    fn first_answer(&self, outcome: &Outcome) -> Result<Asked, ApiError> {
        let stored = stored_with(outcome).ok_or(ApiError::Internal)?;
        // Nothing is in its session yet.
        let files = SessionFiles::default();
        let view = self.ticket_card(&outcome.run, &files, &stored, None);
        Ok(asked_of(&outcome.run, &stored, view))
    }
}

fn asked_of(run: &Run, stored: &StoredTicket, view: TicketView) -> Asked {
    let decided = stored.decision.as_ref().map(|decision| decision.action);
    let allowed = matches!(decided, Some(Action::Approve | Action::Edit));
    let arguments = run.draft.as_ref().filter(|_| run.action.is_some());
    let arguments = arguments.map(|draft| draft.payload.clone());
    let result = run.response.as_ref().filter(|_| run.action.is_some());
    Asked {
        run: run.id,
        status: run.state.status(),
        end_reason: match &run.state {
            RunState::Ended(ending) => Some(ending.reason),
            _ => None,
        },
        view,
        answer: arguments.clone().filter(|_| decided == Some(Action::Respond)),
        arguments: arguments.filter(|_| allowed),
        result: result.map(|response| response.result().to_owned()),
        context: run.action.as_ref().and_then(|action| action.context.clone()),
        action: run.action.as_ref().map(|action| action.name.clone()),
    }
}

/// The ticket that a step opened, as it is stored.
fn stored_with(outcome: &Outcome) -> Option<StoredTicket> {
    let ticket = outcome.opened.clone()?;
    let decision = outcome.run.last_decision.clone().filter(|last| last.ticket == ticket.id);
    Some(StoredTicket {
        run: outcome.run.id,
        session: outcome.run.session().to_owned(),
        ticket,
        status: if decision.is_some() { TicketStatus::Decided } else { TicketStatus::Pending },
        closed_at: decision.as_ref().map(|decision| decision.at),
        closed_reason: None,
        decision,
    })
}

fn is_open(shown: &TicketPicture) -> bool {
    shown.ticket.status == TicketStatus::Pending
}

fn may_report(caller: &Caller, run: &Run, stored: &StoredTicket) -> Result<(), ApiError> {
    if run.action.is_none() {
        let message = "this ticket is not about an action of an agent";
        return Err(ApiError::NotPossible(message.to_owned()));
    }
    if run.owner != caller.person {
        let message = "only who asked can say what became of it";
        return Err(ApiError::Forbidden(message.to_owned()));
    }
    if stored.status == TicketStatus::Pending {
        let message = "nobody has decided about this yet";
        return Err(ApiError::NotPossible(message.to_owned()));
    }
    Ok(())
}

/// The agent gave each of them.
fn known(arguments: &str) -> Vec<Known> {
    let document = Json::parse(arguments).unwrap_or_default();
    let known = |(field, value): &(String, Json)| Known {
        field: field.clone(),
        value: value.to_text(),
        source: Source::Request,
    };
    document.entries().iter().map(known).collect()
}

/// The run has ended with just this report.
fn is_reported(run: &Run, report: &Report) -> bool {
    let ended = match &run.state {
        RunState::Ended(ending) => ending.reason == domain::state::EndReason::Done,
        _ => return false,
    };
    let same = run.response.as_ref().is_some_and(|response| response.text == report.result);
    same && ended == report.succeeded
}
