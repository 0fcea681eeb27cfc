//! The server's side of the run page's functions.

use std::collections::BTreeMap;

use domain::{
    decision::{Action, Via},
    digest::Digest,
    id::{RunId, TicketId},
};
use http::{header::ACCEPT, request::Parts};
use leptos::prelude::use_context;

use super::Reply;
use crate::{
    api::{
        answer,
        port::ServerContext,
        session::sign_in_address,
        tickets::{DecisionRequest, Draft, Edits},
    },
    error::ApiError,
    run::Work,
};

/// What the decision form posts.
pub(super) struct DecisionForm {
    pub run: RunId,
    pub ticket: TicketId,
    pub version: u32,
    pub digest: Digest,
    pub key: String,
    pub action: String,
    pub fields: BTreeMap<String, String>,
    pub document: String,
    pub reason: String,
    pub fix: String,
    pub reset: String,
}

impl DecisionForm {
    /// The code of the notice after it went well.
    pub(super) fn done(&self) -> &'static str {
        if self.keeps() { "kept" } else { "saved" }
    }

    fn keeps(&self) -> bool {
        matches!(self.action.as_str(), "" | "keep")
    }

    pub(super) async fn send(self) -> Result<Reply, ApiError> {
        if self.keeps() { self.keep().await } else { self.decide().await }
    }

    async fn decide(self) -> Result<Reply, ApiError> {
        let (context, caller) = ServerContext::authenticated()?;
        let action = Action::from_name(&self.action)
            .ok_or_else(|| ApiError::BadRequest("there is no such answer".to_owned()))?;
        let edits = match action {
            Action::Edit | Action::Respond => edits(self.fields, self.document),
            _ => Edits::None,
        };
        let request = DecisionRequest {
            run: self.run,
            ticket: self.ticket,
            action,
            version: Some(self.version),
            digest: Some(self.digest),
            edits,
            attachments: Vec::new(),
            reason: given(self.reason),
            via: Via::Browser,
            key: given(self.key),
        };
        let decided = context.runs.decide(&caller, request).await?;
        Ok(Reply::Decided(Box::new(decided.answer)))
    }

    /// Keeps the edits as the caller's draft, after a fix or a reset that a button asked for.
    async fn keep(self) -> Result<Reply, ApiError> {
        let (context, caller) = ServerContext::authenticated()?;
        let mut edits = edits(self.fields, self.document);
        if !self.fix.is_empty() || !self.reset.is_empty() {
            let view = context.runs.run(&caller, self.run).await?;
            let open = view.ticket.filter(|open| open.ticket.id == self.ticket);
            let open = open.ok_or_else(|| {
                ApiError::NotPossible("this ticket is not open any longer".to_owned())
            })?;
            let mut work = Work::with(&open, &edits);
            if self.reset.is_empty() {
                work.fix_field(&self.fix);
            } else {
                work.reset(&self.reset);
            }
            edits = work.edits();
        }
        let draft = Draft { edits, reason: self.reason, issues: Vec::new() };
        context.runs.save_draft(&caller, self.ticket, draft).await?;
        Ok(Reply::Done)
    }
}

/// What a form changed: the raw document where there is one, else the controls.
pub(super) fn edits(fields: BTreeMap<String, String>, document: String) -> Edits {
    let real = |name: String| name.strip_prefix('.').map(str::to_owned).unwrap_or(name);
    if !document.trim().is_empty() {
        Edits::Document(document)
    } else if fields.is_empty() {
        Edits::None
    } else {
        Edits::Form(fields.into_iter().map(|(name, text)| (real(name), text)).collect())
    }
}

fn given(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.replace("\r\n", "\n"))
}

/// Answers a page that is alive with the result, and a plain form with a redirect to the run, where a fixed code
/// stands for what happened. Leptos would put an error's text into the address and follow the Referer.
pub(super) fn reply(
    run: RunId,
    view: &str,
    done: &'static str,
    result: Result<Reply, ApiError>,
) -> Result<Reply, ApiError> {
    if !is_plain_form() {
        return result;
    }
    let to = match &result {
        Err(ApiError::NotSignedIn) => sign_in_address(&format!("/runs/{run}")),
        Err(ApiError::NotFound(_)) => "/inbox".to_owned(),
        other => {
            let code = other.as_ref().err().map_or(done, notice_code);
            let view = if view == "json" { "&view=json" } else { "" };
            format!("/runs/{run}?notice={code}{view}#notice")
        }
    };
    answer::see_other(&to);
    Ok(Reply::SeeOther(to))
}

fn is_plain_form() -> bool {
    let accepts = |parts: Parts| {
        let accept = parts.headers.get(ACCEPT)?.to_str().ok()?;
        Some(accept.contains("text/html"))
    };
    use_context::<Parts>().and_then(accepts).unwrap_or(false)
}

fn notice_code(error: &ApiError) -> &'static str {
    match error {
        ApiError::AlreadyDecided(_) => "decided",
        ApiError::Gone(_) => "expired",
        ApiError::Changed(_) => "changed",
        ApiError::Invalid(_) | ApiError::BadRequest(_) => "invalid",
        ApiError::Forbidden(_) => "forbidden",
        ApiError::NotPossible(_) => "not-possible",
        ApiError::Full => "full",
        _ => "failed",
    }
}
