//! A ticket with everything that its card shows: the deed, the form and the document.

use app::{
    api::tickets::{Deed, DeedLine, Draft, FormField, TicketState, TicketView},
    error::ApiError,
};
use domain::{
    access::Caller,
    checkpoint::{CheckpointType, Subject, Ticket},
    id::TicketId,
    information::{FileRef, Known, file_digest},
    issue::Issue,
    json::{Json, top_key},
    patch::Change,
    run::Run,
    schema::{Field, Schema},
};

use super::run::views;
use crate::{
    orchestrator::{Orchestrator, attachments::SessionFiles, fault::told},
    ports::{StoredTicket, TicketStatus},
};

impl Orchestrator {
    pub(in crate::orchestrator) async fn ticket_view(
        &self,
        caller: Option<&Caller>,
        run: &Run,
        files: &SessionFiles,
        stored: &StoredTicket,
    ) -> Result<TicketView, ApiError> {
        let draft = match caller {
            Some(caller) => self.draft_of(caller, stored.ticket.id).await?,
            None => None,
        };
        Ok(self.ticket_card(run, files, stored, draft))
    }

    /// The same without looking anything up.
    pub(in crate::orchestrator) fn ticket_card(
        &self,
        run: &Run,
        files: &SessionFiles,
        stored: &StoredTicket,
        draft: Option<Draft>,
    ) -> TicketView {
        let view = self.card_of(run, files, &stored.ticket);
        TicketView { draft, state: ticket_state(stored), ..view }
    }

    /// The run's open ticket, as everybody sees it.
    pub(in crate::orchestrator) async fn open_ticket_view(
        &self,
        run: &Run,
        ticket: &Ticket,
    ) -> Result<TicketView, ApiError> {
        let registered = self.providers.get(&run.provider);
        let proposed = registered.filter(|_| ticket.proposal.subject != Subject::Response);
        let files = match proposed {
            Some(registered) => self.files_for(run, registered).await,
            None => self.session_files(run).await,
        };
        Ok(self.card_of(run, &files.map_err(told)?, ticket))
    }

    /// An open ticket of which nobody has a draft.
    fn card_of(&self, run: &Run, files: &SessionFiles, ticket: &Ticket) -> TicketView {
        let document = Json::parse(&ticket.proposal.text).unwrap_or_default();
        let schema = self.schema_of(run, &document);
        let title = match (ticket.proposal.subject, &run.action) {
            (Subject::Response, _) => format!("Answer of “{}”", run.provider),
            (_, Some(action)) => format!("{}: {}", run.owner_name, action.name),
            (_, None) => match self.providers.get(&run.provider) {
                Some(registered) => registered.provider.deed(&document),
                None => format!("Answer of “{}”", run.provider),
            },
        };
        let card = Card { run, files, ticket, document: &document, schema: schema.as_ref() };
        let (used, _) = schema
            .as_ref()
            .map_or_else(Default::default, |schema| files.resolve(schema, &document));
        TicketView {
            ticket: ticket.clone(),
            provider: run.provider.clone(),
            state: TicketState::Open,
            deed: card.deed(title),
            form: card.form(),
            document: document.to_pretty(),
            files: views(&used_files(run, ticket, used), files),
            edited: edited(run, ticket),
            draft: None,
        }
    }

    /// What may stand in a run's payload: the provider says, or the agent whose action it is. `None` if
    /// the provider isn't here any more.
    pub(in crate::orchestrator) fn schema_of(&self, run: &Run, document: &Json) -> Option<Schema> {
        match &run.action {
            Some(action) => Some(action.fields(document)),
            None => Some(self.providers.get(&run.provider)?.schema().clone()),
        }
    }

    pub(super) async fn draft_of(
        &self,
        caller: &Caller,
        ticket: TicketId,
    ) -> Result<Option<Draft>, ApiError> {
        let text = self.store.draft(ticket, caller.person).await.map_err(told)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

pub(super) fn ticket_state(stored: &StoredTicket) -> TicketState {
    let closed_at = stored.closed_at.unwrap_or(stored.ticket.created_at);
    match (stored.status, stored.decision.clone()) {
        (_, Some(record)) => TicketState::Decided(record),
        (TicketStatus::Pending, None) => TicketState::Open,
        (TicketStatus::Expired, None) => TicketState::Expired { at: closed_at },
        (_, None) => {
            TicketState::Cancelled { reason: stored.closed_reason.clone().unwrap_or_default() }
        }
    }
}

/// What was edited before the ticket. Information becomes the payload, so an edit of the one is an edit of the other.
fn edited(run: &Run, ticket: &Ticket) -> Vec<Change> {
    let response = ticket.proposal.subject == Subject::Response;
    let edits = run.edits.iter().filter(|edit| (edit.subject == Subject::Response) == response);
    // An edit opens the next ticket at the very same time.
    let before = edits.filter(|edit| edit.at <= ticket.created_at);
    before.flat_map(|edit| edit.changes.clone()).collect()
}

fn used_files(run: &Run, ticket: &Ticket, in_payload: Vec<FileRef>) -> Vec<FileRef> {
    match (ticket.checkpoint, &run.response) {
        (CheckpointType::ResponseReview, Some(response)) => response.files.clone(),
        _ => in_payload,
    }
}

struct Card<'a> {
    run: &'a Run,
    files: &'a SessionFiles,
    ticket: &'a Ticket,
    document: &'a Json,
    /// Absent when the provider isn't here any more.
    schema: Option<&'a Schema>,
}

impl Card<'_> {
    fn deed(&self, title: String) -> Deed {
        let lines = self.document.entries().iter().map(|(name, value)| DeedLine {
            field: name.clone(),
            label: self.field(name).map_or_else(|| name.clone(), |field| field.label.clone()),
            value: value.to_text(),
            meaning: self.meaning(value),
            source: self.source(name, value),
        });
        Deed {
            title,
            lines: lines.collect(),
            exact: self.ticket.proposal.text.clone(),
            digest: self.ticket.proposal.digest,
            cost: self.cost().map(|cost| cost.to_string()),
        }
    }

    /// What has been called has cost what it did.
    fn cost(&self) -> Option<f64> {
        let ahead = self.ticket.proposal.subject != Subject::Response;
        self.run.draft.as_ref().filter(|_| ahead)?.cost
    }

    /// The provider's schema speaks of information and payload, not of responses.
    fn fields(&self) -> &[Field] {
        let speaks = self.ticket.proposal.subject != Subject::Response
            && self.ticket.checkpoint != CheckpointType::ManualPause
            && self.ticket.checkpoint != CheckpointType::UnknownOutcome;
        self.schema.filter(|_| speaks).map(|schema| schema.fields.as_slice()).unwrap_or_default()
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// A file's name beside its digest.
    fn meaning(&self, value: &Json) -> Option<String> {
        let digest = value.as_str().and_then(file_digest)?;
        let row = self.files.rows.iter().find(|row| row.digest == digest)?;
        Some(row.name.clone())
    }

    /// Where the value came from, if it still is what was gathered.
    fn source(&self, name: &str, value: &Json) -> Option<String> {
        let draft = self.run.draft.as_ref()?;
        let text = value.to_text();
        let same = |known: &&Known| known.field == name && known.value == text;
        let known = draft.information.iter().find(same)?;
        (self.ticket.proposal.subject != Subject::Response)
            .then(|| known.source.describe().to_owned())
    }

    fn form(&self) -> Vec<FormField> {
        let each = self.fields().iter().map(|field| {
            let value = self.document.get(&field.name);
            let shown = value.map(|value| field.show(value));
            FormField {
                field: field.clone(),
                json_only: shown == Some(None) || !postable(&field.name),
                value: shown.flatten(),
                source: value.and_then(|value| self.source(&field.name, value)),
                issues: self.issues(&field.name),
                choices: if field.is_file() { self.files.choices(field) } else { Vec::new() },
            }
        });
        each.collect()
    }

    fn issues(&self, name: &str) -> Vec<Issue> {
        let of_field = |issue: &&Issue| top_key(&issue.field) == name;
        self.ticket.issues.iter().filter(of_field).cloned().collect()
    }
}

/// A name that can stand in `fields[name]` of a posted form.
fn postable(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
