//! Takes what a person says in a session: it starts a run there, or answers the ticket that waits.

use app::{
    api::{
        port::AttachTo,
        runs::NewRun,
        threads::{NewMessage, Reply, session_address},
    },
    error::ApiError,
};
use axum::{
    extract::{Multipart, State},
    response::Redirect,
};
use domain::{
    access::Caller,
    decision::{Action, Via},
    digest::Digest,
    id::{PersonId, TicketId},
    issue::Issue,
    policy::{HitlConfig, PolicyKind},
};
use serde::Deserialize;

use super::{Posted, Sender, code, new_run::run_input};
use crate::http::{Doors, PathId, Problem, StrictQuery, upload};

/// The longest text that is carried back to the page in its address.
const LONGEST_CARRIED: usize = 2000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    id: String,
}

/// What the form says. Its fields are in the order of the page.
#[derive(Default)]
struct Form {
    key: String,
    answers: bool,
    text: String,
    uploads: Vec<String>,
    provider: Option<String>,
    ticket: Option<TicketId>,
    version: Option<u32>,
    digest: Option<Digest>,
    action: Option<Action>,
}

/// `POST /sessions/{owner}?id=`
pub(super) async fn say(
    State(doors): State<Doors>,
    Sender(caller): Sender,
    PathId(owner): PathId<PersonId>,
    StrictQuery(Named { id }): StrictQuery<Named>,
    Posted(mut multipart): Posted,
) -> Redirect {
    let to = To { doors: &doors, caller: &caller, owner, session: &id };
    let mut form = Form::default();
    let said = match to.read(&mut multipart, &mut form).await {
        Ok(files) => to.send(&form, files).await,
        Err(Problem(error)) => Err(error),
    };
    let page = session_address(owner, &id);
    match said {
        Ok(()) => Redirect::to(&format!("{page}#composer")),
        Err(error) => {
            let text: String = form.text.chars().take(LONGEST_CARRIED).collect();
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("error", code(&error)).append_pair("text", &text);
            Redirect::to(&format!("{page}&{}#composer", query.finish()))
        }
    }
}

/// Who speaks where.
struct To<'a> {
    doors: &'a Doors,
    caller: &'a Caller,
    owner: PersonId,
    session: &'a str,
}

/// A file of a form without script, stored when the rest of the form is known.
type Files = Vec<String>;

impl To<'_> {
    async fn read(&self, multipart: &mut Multipart, form: &mut Form) -> Result<Files, Problem> {
        let mut files = Vec::new();
        while let Some(field) = multipart.next_field().await.map_err(upload::broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                if field.file_name().is_some_and(|name| !name.is_empty()) {
                    if files.len() == upload::MOST_FILES {
                        return Err(upload::too_many_files().into());
                    }
                    let home = self.home(form).await?;
                    let runs = self.doors.runs.as_ref();
                    let file = upload::attach(runs, self.caller, home, field, None).await?;
                    files.push(file.answer.id.to_string());
                }
                continue;
            }
            form.take(&name, upload::text(field).await?);
        }
        Ok(files)
    }

    /// Files of an answer go to the session of its run, whoever's that is.
    async fn home(&self, form: &Form) -> Result<AttachTo, ApiError> {
        if self.owner == self.caller.person {
            return Ok(AttachTo::Session(self.session.to_owned()));
        }
        let ticket = form.ticket.ok_or_else(not_own)?;
        Ok(AttachTo::Run(self.doors.runs.ticket(self.caller, ticket).await?.run))
    }

    async fn send(&self, form: &Form, files: Files) -> Result<(), ApiError> {
        let attachments: Vec<String> = form.uploads.iter().cloned().chain(files).collect();
        // The same page sends the same words once.
        let what = format!("{}\n{:?}\n{}", form.text, form.action, attachments.join(" "));
        let key = format!("{}-{}", form.key, Digest::of(what.as_bytes()).short());
        if form.answers {
            let message = form.answer(&attachments)?;
            self.was_seen(form).await?;
            let threads = &self.doors.threads;
            return threads.post(self.caller, self.session, message, Some(&key)).await.map(drop);
        }
        if self.owner != self.caller.person {
            return Err(not_own());
        }
        let new = NewRun {
            run_input: run_input(self.caller, self.session, &form.text, attachments),
            provider: form.provider.clone(),
            hitl_config: HitlConfig { policy: PolicyKind::RequireHuman, ..HitlConfig::default() },
            original_input: None,
        };
        self.doors.runs.start(self.caller, new, Some(&key)).await.map(drop)
    }
}

impl To<'_> {
    /// An answer that doesn't say what it answers is one to something else: the page always says it.
    async fn was_seen(&self, form: &Form) -> Result<(), ApiError> {
        let (Some(ticket), false) = (form.ticket, form.version.is_some() && form.digest.is_some())
        else {
            return Ok(());
        };
        let current = self.doors.runs.ticket(self.caller, ticket).await?.view.ticket;
        Err(ApiError::Changed(Box::new(current)))
    }
}

fn not_own() -> ApiError {
    ApiError::Forbidden("runs start in sessions of one's own".to_owned())
}

impl Form {
    fn take(&mut self, name: &str, value: String) {
        match name {
            "key" => self.key = value,
            "does" => self.answers = value == "answer",
            "text" => self.text = value.replace("\r\n", "\n"),
            "upload" => self.uploads.push(value),
            "provider" => self.provider = Some(value),
            "ticket" => self.ticket = value.parse().ok(),
            "version" => self.version = value.parse().ok(),
            "digest" => self.digest = value.parse().ok(),
            "action" => self.action = Action::from_name(&value),
            _ => {}
        }
    }

    fn answer(&self, attachments: &[String]) -> Result<NewMessage, ApiError> {
        let missing = |field: &str| ApiError::Invalid(vec![Issue::error(field, "is missing")]);
        let ids = attachments.iter().map(|id| id.parse().map_err(|_| missing("/attachments")));
        Ok(NewMessage {
            text: self.text.clone(),
            props: None,
            attachments: ids.collect::<Result<_, _>>()?,
            answers: Some(Reply {
                ticket: self.ticket.ok_or_else(|| missing("/ticket"))?,
                action: Some(self.action.ok_or_else(|| missing("/action"))?),
                version: self.version,
                digest: self.digest,
                edits: None,
                via: Via::Browser,
            }),
        })
    }
}
