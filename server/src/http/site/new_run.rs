//! Starts a run from the form of the page "New run".

use std::collections::BTreeMap;

use app::{
    api::{port::AttachTo, runs::NewRun},
    error::ApiError,
};
use axum::{
    extract::{Multipart, State},
    response::Redirect,
};
use domain::{
    access::Caller,
    json::Json,
    policy::{HitlConfig, PolicyKind},
    run::RunInput,
};

use super::{Sender, code, see};
use crate::http::{Doors, Problem, upload};

/// The longest prompt that is carried back to the page in its address.
const LONGEST_CARRIED: usize = 2000;

/// What the form says. Its fields are in the order of the page: the session stands before the files.
#[derive(Default)]
struct Form {
    session: Option<String>,
    prompt: String,
    provider: Option<String>,
    policy: String,
    deadline_seconds: Option<u32>,
    values: BTreeMap<String, String>,
    uploads: Vec<String>,
}

/// `POST /runs/new`
pub(super) async fn start(
    State(doors): State<Doors>,
    Sender(caller): Sender,
    mut multipart: Multipart,
) -> Result<Redirect, Problem> {
    let mut form = Form::default();
    match read(&doors, &caller, &mut multipart, &mut form).await {
        Ok(()) => {}
        Err(Problem(error)) => return Ok(back(&form, &error)),
    }
    let started = match form.new_run(&doors, &caller).await {
        Ok(new) => doors.runs.start(&caller, new, None).await,
        Err(error) => Err(error),
    };
    Ok(match started {
        Ok(started) => see(&format!("/runs/{}", started.answer.run), &[]),
        Err(error) => back(&form, &error),
    })
}

async fn read(
    doors: &Doors,
    caller: &Caller,
    multipart: &mut Multipart,
    form: &mut Form,
) -> Result<(), Problem> {
    while let Some(field) = multipart.next_field().await.map_err(upload::broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" if field.file_name().is_none_or(str::is_empty) => {}
            "file" => {
                let to = AttachTo::Session(form.session(doors));
                let file = upload::attach(doors.runs.as_ref(), caller, to, field, None).await?;
                form.uploads.push(file.answer.id.to_string());
            }
            // Sent before the form was.
            "upload" => form.uploads.push(upload::text(field).await?),
            "session" => {
                form.session = Some(upload::text(field).await?).filter(|text| !text.is_empty());
            }
            "prompt" => form.prompt = upload::text(field).await?.replace("\r\n", "\n"),
            "provider" => form.provider = Some(upload::text(field).await?),
            "policy" => form.policy = upload::text(field).await?,
            "deadline" => form.deadline_seconds = upload::text(field).await?.parse().ok(),
            name => {
                let Some(value) = name.strip_prefix("field.").map(str::to_owned) else { continue };
                let text = upload::text(field).await?;
                if !text.is_empty() {
                    form.values.insert(value, text);
                }
            }
        }
    }
    Ok(())
}

impl Form {
    /// The session that the page named, or a fresh one.
    fn session(&mut self, doors: &Doors) -> String {
        self.session.get_or_insert_with(|| doors.ids.uuid().to_string()).clone()
    }

    async fn new_run(&mut self, doors: &Doors, caller: &Caller) -> Result<NewRun, ApiError> {
        let session_id = self.session(doors);
        let original_input = self.original_input(doors, caller).await?;
        let policy = PolicyKind::ALL.into_iter().find(|kind| kind.name() == self.policy);
        Ok(NewRun {
            run_input: run_input(caller, &session_id, &self.prompt, self.uploads.clone()),
            provider: self.provider.clone(),
            hitl_config: HitlConfig {
                policy: policy.unwrap_or(PolicyKind::RequireHuman),
                approval_timeout_seconds: self.deadline_seconds,
                ..HitlConfig::default()
            },
            original_input,
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

/// Back to the page with what was typed; files that arrived stay in the session.
fn back(form: &Form, error: &ApiError) -> Redirect {
    let prompt: String = form.prompt.chars().take(LONGEST_CARRIED).collect();
    let mut query = vec![("error", code(error)), ("prompt", prompt.as_str())];
    if let Some(session) = &form.session {
        query.push(("session", session));
    }
    see("/runs/new", &query)
}
