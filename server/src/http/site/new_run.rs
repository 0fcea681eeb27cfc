//! Starts a run from the form of the page "New run".

use std::collections::BTreeMap;

use app::{
    api::{port::AttachTo, runs::NewRun},
    error::ApiError,
};
use axum::{
    Extension,
    extract::{Multipart, State, multipart::Field},
    response::{IntoResponse as _, Response},
};
use domain::{
    access::Caller,
    id::RunId,
    issue::Issue,
    json::Json,
    policy::{HitlConfig, PolicyKind},
    run::RunInput,
};
use http::request::Parts;
use leptos::config::LeptosOptions;

use super::{Posted, Sender, refused, see};
use crate::http::{Doors, Problem, upload};

/// What the form says. Its fields are in the order of the page: key and session stand before the files.
#[derive(Default)]
pub(super) struct Form {
    /// The form sent twice is one run.
    key: Option<String>,
    pub(super) session: Option<String>,
    pub(super) prompt: String,
    pub(super) provider: Option<String>,
    pub(super) policy: String,
    pub(super) deadline: String,
    pub(super) values: BTreeMap<String, String>,
    uploads: Vec<String>,
    /// How many files came with the form.
    files: usize,
}

/// `POST /runs/new`
pub(super) async fn start(
    State(doors): State<Doors>,
    Extension(options): Extension<LeptosOptions>,
    Sender(caller): Sender,
    parts: Parts,
    Posted(mut multipart): Posted,
) -> Response {
    let mut form = Form::default();
    let started = match form.read(&doors, &caller, &mut multipart).await {
        Ok(()) => form.start(&doors, &caller).await,
        Err(error) => Err(error),
    };
    match started {
        Ok(run) => see(&format!("/runs/{run}"), &[]).into_response(),
        Err(error) => refused::page(&doors, options, caller, parts, (&form, &error)).await,
    }
}

impl Form {
    /// Reads on behind what can't be taken, so that nothing that was typed is lost.
    async fn read(
        &mut self,
        doors: &Doors,
        caller: &Caller,
        multipart: &mut Multipart,
    ) -> Result<(), ApiError> {
        let mut read = Ok(());
        loop {
            let taken = match multipart.next_field().await {
                Ok(Some(field)) => self.take(doors, caller, field).await,
                Ok(None) => return read,
                Err(error) => return read.and(Err(upload::broken(error).0)),
            };
            read = read.and(taken.map_err(|Problem(error)| error));
        }
    }

    async fn take(
        &mut self,
        doors: &Doors,
        caller: &Caller,
        field: Field<'_>,
    ) -> Result<(), Problem> {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" if field.file_name().is_none_or(str::is_empty) => {}
            "file" => self.attach(doors, caller, field).await?,
            // Sent before the form was.
            "upload" => self.uploads.push(upload::text(field).await?),
            "key" => self.key = some(upload::text(field).await?),
            "session" => self.session = some(upload::text(field).await?),
            "prompt" => self.prompt = upload::text(field).await?.replace("\r\n", "\n"),
            "provider" => self.provider = Some(upload::text(field).await?),
            "policy" => self.policy = upload::text(field).await?,
            "deadline" => self.deadline = upload::text(field).await?,
            name => {
                let Some(value) = name.strip_prefix("field.").map(str::to_owned) else {
                    return Ok(());
                };
                if let Some(text) = some(upload::text(field).await?) {
                    self.values.insert(value, text);
                }
            }
        }
        Ok(())
    }

    /// Sent again, a file is the one that it was: only so is the whole form the same.
    async fn attach(
        &mut self,
        doors: &Doors,
        caller: &Caller,
        field: Field<'_>,
    ) -> Result<(), Problem> {
        if self.files == upload::MOST_FILES {
            return Err(upload::too_many_files().into());
        }
        self.files += 1;
        let to = AttachTo::Session(self.session(doors));
        let key = self.key.as_ref().map(|key| format!("{key}-{}", self.uploads.len()));
        let file = upload::attach(doors.runs.as_ref(), caller, to, field, key.as_deref()).await?;
        self.uploads.push(file.answer.id.to_string());
        Ok(())
    }

    async fn start(&mut self, doors: &Doors, caller: &Caller) -> Result<RunId, ApiError> {
        let new = self.new_run(doors, caller).await?;
        let started = doors.runs.start(caller, new, self.key.as_deref()).await?;
        Ok(started.answer.run)
    }

    /// The session that the page named, or a fresh one.
    fn session(&mut self, doors: &Doors) -> String {
        self.session.get_or_insert_with(|| doors.ids.uuid().to_string()).clone()
    }

    async fn new_run(&mut self, doors: &Doors, caller: &Caller) -> Result<NewRun, ApiError> {
        let session_id = self.session(doors);
        let original_input = self.original_input(doors, caller).await?;
        let deadline = self.deadline_seconds()?;
        let policy = PolicyKind::ALL.into_iter().find(|kind| kind.name() == self.policy);
        Ok(NewRun {
            run_input: run_input(caller, &session_id, &self.prompt, self.uploads.clone()),
            provider: self.provider.clone(),
            hitl_config: HitlConfig {
                policy: policy.unwrap_or(PolicyKind::RequireHuman),
                approval_timeout_seconds: deadline,
                ..HitlConfig::default()
            },
            original_input,
        })
    }

    fn deadline_seconds(&self) -> Result<Option<u32>, ApiError> {
        let Some(text) = some(self.deadline.clone()) else { return Ok(None) };
        text.parse::<u32>().map(Some).map_err(|_| {
            let issue = "must be a whole number of seconds";
            ApiError::Invalid(vec![Issue::error("/deadline", issue)])
        })
    }

    /// The values that were set in the form, in the types of the provider's fields.
    async fn original_input(
        &self,
        doors: &Doors,
        caller: &Caller,
    ) -> Result<Option<String>, ApiError> {
        if self.values.is_empty() {
            return Ok(None);
        }
        let providers = doors.runs.providers(caller).await?;
        let named = self.provider.as_deref();
        let chosen = providers.iter().find(|one| named.is_none_or(|name| one.name == name));
        let chosen = chosen.ok_or_else(|| ApiError::NotFound("provider".to_owned()))?;
        let empty = Json::Object(Vec::new());
        let document = chosen.schema.apply_form(&empty, &self.values).map_err(ApiError::Invalid)?;
        Ok(Some(document.to_text()))
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// What a person asks for at a page.
pub(super) fn run_input(
    caller: &Caller,
    session: &str,
    prompt: &str,
    attachments: Vec<String>,
) -> RunInput {
    RunInput {
        prompt: prompt.to_owned(),
        user_email: caller.email.clone(),
        user_id: caller.person.to_string(),
        agent_email: String::new(),
        session_id: session.to_owned(),
        message_type: "user".to_owned(),
        attachments,
        ..RunInput::default()
    }
}
