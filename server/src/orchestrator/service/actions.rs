//! Agents' own actions: asked here, decided as every ticket, reported by whoever asked.

use std::{sync::Arc, time::Duration};

use app::{
    api::{
        asked::{Asked, NewAction, Report},
        port::ActionService,
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
    json::Json,
    payload,
    run::{Draft, Response, Run, RunInput, Timing},
    state::RunState,
    step,
};
use tokio::time;

use crate::{
    idempotency::{self, key_used},
    orchestrator::{Keyed, Orchestrator, With, asked, fault::told},
    ports::{StoreError, StoredTicket, TicketStatus},
};

/// How often a waiting request looks by itself: another instance may have decided.
const LOOK: Duration = Duration::from_secs(5);

#[async_trait]
impl ActionService for Orchestrator {
    async fn ask(
        &self,
        caller: &Caller,
        new: NewAction,
        key: Option<&str>,
    ) -> Result<Asked, ApiError> {
        authorize(caller, Right::Start)?;
        let issues = asked::faults(&new);
        if !issues.is_empty() {
            return Err(ApiError::Invalid(issues));
        }
        let run = self.new_action(caller, &new);
        let at = self.at();
        let body = (&new.name, &new.arguments, &new.context, &new.schema, &new.config);
        let key = idempotency::key(caller, "ask", key, &body, at.fresh.as_uuid())?;
        let nothing = Arc::new(|_: &Run| idempotency::NOTHING.to_owned());
        let keyed = key.clone().map(|key| Keyed { key, reply: nothing });
        let with = With { key: keyed, ..With::default() };
        let ticket = match self.commit(step::ask(run, at), None, &with).await {
            Ok(run) => {
                self.let_pass(run).await?;
                at.fresh
            }
            Err(StoreError::KeyUsed(used))
                if key.is_some_and(|key| key.request == used.request) =>
            {
                TicketId::from_uuid(used.answer)
            }
            Err(StoreError::KeyUsed(_)) => return Err(key_used()),
            Err(error) => return Err(told(error)),
        };
        self.asked(caller, ticket, Duration::ZERO).await
    }

    async fn asked(
        &self,
        caller: &Caller,
        ticket: TicketId,
        wait: Duration,
    ) -> Result<Asked, ApiError> {
        authorize(caller, Right::Read)?;
        // Listening begins before the look, so that nothing falls between the two.
        let mut closed = self.closed.subscribe();
        let until = time::Instant::now() + wait;
        loop {
            let stored = self.known_ticket(caller, ticket).await?;
            if stored.status != TicketStatus::Pending || time::Instant::now() >= until {
                return self.asked_view(caller, &stored).await;
            }
            let look = until.min(time::Instant::now() + LOOK);
            let heard =
                async { while !matches!(closed.recv().await, Ok(other) if other == ticket) {} };
            let _ = time::timeout_at(look, heard).await;
        }
    }

    async fn report(&self, caller: &Caller, report: Report) -> Result<Asked, ApiError> {
        authorize(caller, Right::Start)?;
        let stored = self.known_ticket(caller, report.ticket).await?;
        let run = self.stored(caller, stored.run).await?.run;
        if run.action.is_none() {
            let message = "this ticket is not about an action of an agent";
            return Err(ApiError::NotPossible(message.to_owned()));
        }
        if run.owner != caller.person {
            let message = "only who asked can say what became of it";
            return Err(ApiError::Forbidden(message.to_owned()));
        }
        let event = Event::Reported {
            by: caller.actor(),
            succeeded: report.succeeded,
            response: Box::new(self.reported(&run, &report)),
        };
        if let Err(fault) = self.apply(run.id, event, With::default()).await {
            let now = self.stored(caller, run.id).await?.run;
            if !is_reported(&now, &report) {
                return Err(self.explain(fault, run.id, None).await);
            }
        }
        self.asked(caller, report.ticket, Duration::ZERO).await
    }
}

impl Orchestrator {
    fn new_action(&self, caller: &Caller, new: &NewAction) -> Run {
        let (id, now) = (RunId::from_uuid(self.ids.uuid()), self.clock.now());
        let action = ActionRequest {
            name: new.name.clone(),
            context: new.context.clone(),
            schema: new.schema.clone(),
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

    /// What the policy lets pass is decided at once; if this process ends before, at the next look at
    /// the time.
    async fn let_pass(&self, run: Run) -> Result<(), ApiError> {
        if run.state.ticket().is_some_and(|ticket| ticket.auto_approve_at.is_some()) {
            let ticked = self.apply(run.id, Event::Tick, With::default()).await;
            if let Err(fault) = ticked {
                return Err(self.explain(fault, run.id, None).await);
            }
        }
        Ok(())
    }

    fn reported(&self, run: &Run, report: &Report) -> Response {
        let name = run.action.as_ref().map(|action| action.name.as_str()).unwrap_or_default();
        let outcome = if report.succeeded { "is done" } else { "failed" };
        let since = run.state.since().unwrap_or(run.updated_at);
        Response {
            text: report.result.clone(),
            files: Vec::new(),
            summary: format!("{} says that “{name}” {outcome}.", run.owner_name),
            quality: None,
            flags: Vec::new(),
            took_ms: (self.clock.now() - since).num_milliseconds().max(0),
        }
    }

    async fn asked_view(&self, caller: &Caller, stored: &StoredTicket) -> Result<Asked, ApiError> {
        let run = self.stored(caller, stored.run).await?.run;
        let files = self.session_files(&run).await.map_err(told)?;
        let view = self.ticket_view(Some(caller), &run, &files, stored).await?;
        let decided = stored.decision.as_ref().map(|decision| decision.action);
        let allowed = matches!(decided, Some(Action::Approve | Action::Edit));
        let arguments = run.draft.as_ref().filter(|_| run.action.is_some());
        let arguments = arguments.map(|draft| draft.payload.clone());
        Ok(Asked {
            run: run.id,
            status: run.state.status(),
            end_reason: match &run.state {
                RunState::Ended(ending) => Some(ending.reason),
                _ => None,
            },
            view,
            answer: arguments.clone().filter(|_| decided == Some(Action::Respond)),
            arguments: arguments.filter(|_| allowed),
            result: run.response.filter(|_| run.action.is_some()).map(|response| response.text),
            context: run.action.as_ref().and_then(|action| action.context.clone()),
            action: run.action.map(|action| action.name),
        })
    }
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
