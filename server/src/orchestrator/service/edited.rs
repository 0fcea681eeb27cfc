//! What a decision says, in the domain's words: edits become one whole document, checked.

use app::{
    api::tickets::{DecisionRequest, Edits},
    error::ApiError,
};
use domain::{
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Action, Answer, Edited},
    id::AttachmentId,
    issue::Issue,
    json::Json,
    run::Run,
    step::Refusal,
};

use super::told;
use crate::orchestrator::{Orchestrator, asked};

/// Why there is no answer to put to the rules.
pub(super) enum Answerless {
    Refused(Refusal),
    Failed(ApiError),
}

impl From<Refusal> for Answerless {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Orchestrator {
    /// The answer, with the whole edited document where it has edits.
    pub(super) async fn answer(
        &self,
        run: &Run,
        request: &DecisionRequest,
    ) -> Result<Answer, Answerless> {
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
        if let Some(nothing) = without_edits(ticket, request) {
            return Ok(nothing);
        }
        let text = self
            .edited_text(run, ticket, request)
            .map_err(|issues| Answerless::Refused(Refusal::Invalid(issues)))?;
        let text = self.with_attachments(run, text, &request.attachments).await?;
        if is_response(ticket, request.action) {
            return self.edited_response(run, ticket, text).await;
        }
        if let Some(action) = &run.action {
            let issues = asked::check(action, &text);
            return Ok(Edited { text, issues, ..Edited::default() });
        }
        self.edited_payload(run, text).await
    }

    /// An edited answer, with what in it should name a file and doesn't. A result that a person looked up elsewhere
    /// stands as it is.
    async fn edited_response(
        &self,
        run: &Run,
        ticket: &Ticket,
        text: String,
    ) -> Result<Edited, Answerless> {
        let mut issues = Vec::new();
        if let (Subject::Response, Some(response)) = (ticket.proposal.subject, &run.response) {
            let files = self.session_files(run).await.map_err(|e| Answerless::Failed(told(e)))?;
            let document = Json::parse(&text).unwrap_or_default();
            issues = files.faults_of_answer(response, &document);
        }
        Ok(Edited { text, issues, ..Edited::default() })
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
    fn edited_text(
        &self,
        run: &Run,
        ticket: &Ticket,
        request: &DecisionRequest,
    ) -> Result<String, Vec<Issue>> {
        let before = edited_from(ticket, request.action);
        let proposed = Json::parse(before).map_err(|fault| vec![fault.into()])?;
        match &request.edits {
            Edits::None => Ok(before.to_owned()),
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
                Ok(if same { before.to_owned() } else { edited.to_text() })
            }
        }
    }
}

/// An edit that brings nothing is no approval: it is refused, once the rules have nothing else against it.
fn without_edits(ticket: &Ticket, request: &DecisionRequest) -> Option<Edited> {
    let issues = vec![Issue::error("/edits", missing(ticket, request)?)];
    Some(Edited { text: ticket.proposal.text.clone(), issues, ..Edited::default() })
}

/// What is said of edits that have to be there and aren't. A file alone is an edit, but no result.
fn missing(ticket: &Ticket, request: &DecisionRequest) -> Option<String> {
    if request.edits != Edits::None {
        return None;
    }
    if is_known_result(ticket, request.action) {
        return Some("is missing; send what the provider answered".to_owned());
    }
    if request.action != Action::Edit || !request.attachments.is_empty() {
        return None;
    }
    let other = if ticket.allows(Action::Approve) { Action::Approve } else { Action::Retry };
    Some(format!("is missing; send {} to leave it as it is", other.name()))
}

/// What the edits are made in. What was sent is no part of a result that a person looked up.
fn edited_from(ticket: &Ticket, action: Action) -> &str {
    if is_known_result(ticket, action) { "{}" } else { &ticket.proposal.text }
}

/// A response isn't bound to the provider's payload schema.
fn is_response(ticket: &Ticket, action: Action) -> bool {
    ticket.proposal.subject == Subject::Response || is_known_result(ticket, action)
}

/// A person says what came of a call whose outcome nobody knew.
fn is_known_result(ticket: &Ticket, action: Action) -> bool {
    ticket.checkpoint == CheckpointType::UnknownOutcome && action == Action::Respond
}
