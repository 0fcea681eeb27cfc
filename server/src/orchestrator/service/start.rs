//! Starting a run: check what was asked, then store it whole.

use std::sync::Arc;

use app::{
    api::{
        port::Once,
        runs::{NewRun, Started},
    },
    error::ApiError,
};
use domain::{
    access::Caller,
    id::{AttachmentId, PersonId, RunId},
    information::{Known, Source},
    issue::{Issue, blocking},
    json::{Json, pointer},
    run::{Capabilities, Run, RunInput, Timing},
    schema::Schema,
    state::{RunState, Status},
};

use super::once;
use crate::{
    idempotency,
    nearest::nearest,
    orchestrator::{Keyed, Orchestrator, With, fault::told, links},
    provider::Registered,
};

/// Unknown fields that are told of at once.
const MOST_STRANGERS: usize = 20;
/// Characters that a client's own label may have.
const LONGEST_LABEL: usize = 200;
const LONGEST_PROMPT: usize = 20_000;

impl Orchestrator {
    pub(super) async fn start_run(
        &self,
        caller: &Caller,
        new: NewRun,
        key: Option<&str>,
    ) -> Result<Once<Started>, ApiError> {
        let registered = self.chosen(new.provider.as_deref())?;
        let given = given(&new, registered.schema())?;
        let issues = faults(&new);
        if blocking(&issues) > 0 {
            return Err(ApiError::Invalid(issues));
        }
        let RunInput { session_id, attachments, .. } = &new.run_input;
        let at = "/run_input/attachments";
        self.files_of(caller.person, session_id, at, attachments).await?;
        let id = RunId::from_uuid(self.ids.uuid());
        let key = idempotency::key(caller, "start", key, &new, id.as_uuid())?;
        let reply = Arc::new(|run: &Run| idempotency::reply(&started(run)));
        let keyed = key.clone().map(|key| Keyed { key, reply });
        let run = self.new_run(caller, registered, new, given, id);
        let with = With { key: keyed, cap: self.cap(caller), ..With::default() };
        match self.begin(run, with).await {
            Ok(run) => Ok(Once::first(started(&run))),
            Err(error) => {
                self.note(caller, &error);
                once::replay_or_told(key.as_ref(), error)
            }
        }
    }

    /// The provider that was named, or the only one that there is.
    fn chosen(&self, name: Option<&str>) -> Result<&Registered, ApiError> {
        let names: Vec<&str> = self.providers.iter().map(|one| one.capabilities().name).collect();
        let name = match (name, names.as_slice()) {
            (Some(name), _) => name,
            (None, [only, ..]) => only,
            (None, []) => return Err(ApiError::BadRequest("no provider is set up".to_owned())),
        };
        self.providers.get(name).ok_or_else(|| {
            let known = names.join(", ");
            ApiError::BadRequest(format!("there is no provider “{name}”; there are: {known}"))
        })
    }

    /// Refuses files that aren't uploads of the owner's session. `at` is the list's JSON Pointer.
    pub(super) async fn files_of(
        &self,
        owner: PersonId,
        session: &str,
        at: &str,
        files: &[impl ToString + Sync],
    ) -> Result<(), ApiError> {
        for (index, id) in files.iter().map(ToString::to_string).enumerate() {
            if links::is_link(&id) {
                self.link_of(&format!("{at}/{index}"), index, &id)?;
                continue;
            }
            let known = match id.parse::<AttachmentId>() {
                Ok(id) => self.store.attachment(id).await.map_err(told)?,
                Err(_) => None,
            };
            let own = known.is_some_and(|row| row.owner == owner && row.session == session);
            if !own {
                let issue = Issue::error(format!("{at}/{index}"), "is no upload of this session")
                    .suggesting("Upload the file to this session first, and name its id.");
                return Err(ApiError::Invalid(vec![issue]));
            }
        }
        Ok(())
    }

    /// Refuses an address that this server doesn't fetch from.
    fn link_of(&self, at: &str, index: usize, url: &str) -> Result<(), ApiError> {
        let many = (index >= links::MOST).then_some("comes too late: 5 links are followed");
        match self.links.fault(url).or(many) {
            None => Ok(()),
            Some(fault) => Err(ApiError::Invalid(vec![Issue::error(at, fault)])),
        }
    }

    fn new_run(
        &self,
        caller: &Caller,
        registered: &Registered,
        new: NewRun,
        given: Vec<Known>,
        id: RunId,
    ) -> Run {
        let now = self.clock.now();
        let provider = registered.provider.capabilities();
        Run {
            id,
            owner: caller.person,
            owner_name: caller.name.clone(),
            owner_kind: caller.kind,
            input: new.run_input,
            provider: provider.name.to_owned(),
            capabilities: Some(Capabilities {
                version: provider.version.to_owned(),
                repeat_safe: provider.repeat_safe,
            }),
            action: None,
            config: new.hitl_config,
            created_at: now,
            updated_at: now,
            given,
            draft: None,
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
}

fn started(run: &Run) -> Started {
    let status = run.state.status();
    let message = match status {
        Status::Queued => "Waits for the active run of its session.",
        _ => "Started.",
    };
    Started { run: run.id, status, message: message.to_owned() }
}

/// The values that the request names, each outranking what is found elsewhere.
fn given(new: &NewRun, schema: &Schema) -> Result<Vec<Known>, ApiError> {
    let Some(text) = &new.original_input else { return Ok(Vec::new()) };
    let issue = |issue: Issue| {
        let field = format!("/original_input{}", issue.field);
        ApiError::Invalid(vec![Issue { field, ..issue }])
    };
    let document = Json::parse(text).map_err(|fault| issue(fault.into()))?;
    if !matches!(document, Json::Object(_)) {
        return Err(issue(Issue::error("", "must be an object: {\"field\": value, …}")));
    }
    let unknown = unknown(&document, schema);
    if !unknown.is_empty() {
        return Err(ApiError::Invalid(unknown));
    }
    let entries = document.entries().iter();
    Ok(entries
        .map(|(field, value)| Known {
            field: field.clone(),
            value: value.to_text(),
            source: Source::Request,
        })
        .collect())
}

/// The names that no field of the provider has: what was given under them would be lost.
fn unknown(document: &Json, schema: &Schema) -> Vec<Issue> {
    let names = document.entries().iter().map(|(name, _)| name);
    let strange = names.filter(|name| !schema.open && schema.field(name).is_none());
    strange.take(MOST_STRANGERS).map(|name| stranger(name, schema)).collect()
}

fn stranger(name: &str, schema: &Schema) -> Issue {
    let at = pointer("/original_input", name);
    let fields = schema.fields.iter().map(|field| field.name.clone());
    match nearest(name, fields) {
        Some(near) => {
            Issue::error(at, format!("is not a field of this provider; is `{near}` meant?"))
                .suggesting(format!("Write `{near}`, or take it out."))
        }
        None => Issue::error(at, "is not a field of this provider").suggesting("Take it out."),
    }
}

/// What is wrong with a client's own label.
pub(super) fn label_fault(text: &str, needed: bool) -> Option<String> {
    if needed && text.trim().is_empty() {
        return Some("must not be empty".to_owned());
    }
    let too_long = text.chars().count() > LONGEST_LABEL;
    too_long.then(|| format!("has more than {LONGEST_LABEL} characters"))
}

fn faults(new: &NewRun) -> Vec<Issue> {
    let input = &new.run_input;
    let mut issues = new.hitl_config.issues();
    let mut label = |field: &str, text: &str, needed: bool| {
        let fault = label_fault(text, needed);
        issues.extend(fault.map(|fault| Issue::error(format!("/run_input/{field}"), fault)));
    };
    label("session_id", &input.session_id, true);
    label("user_id", &input.user_id, false);
    label("user_email", &input.user_email, false);
    label("agent_email", &input.agent_email, false);
    label("message_type", &input.message_type, false);
    label("tenant", input.tenant.as_deref().unwrap_or_default(), false);
    label("log_id", input.log_id.as_deref().unwrap_or_default(), false);
    if input.prompt.trim().is_empty() {
        issues.push(
            Issue::error("/run_input/prompt", "must not be empty")
                .suggesting("Say in a few words what should be done."),
        );
    }
    if input.prompt.chars().count() > LONGEST_PROMPT {
        let limit = format!("has more than {LONGEST_PROMPT} characters");
        issues.push(Issue::error("/run_input/prompt", limit));
    }
    issues
}
