//! Answers in plain words: what is asked for is filled in from them where they are clear, else it is laid before the
//! person who said them.

use app::api::tickets::{DecisionRequest, Edits};
use domain::{
    checkpoint::{CheckpointType, Ticket},
    decision::Action,
    issue::Issue,
    json::top_key,
    run::Run,
    schema::{Field, Schema},
    words::{self, Reading, SURE},
};

/// A request whose words were read, and what is unsure about that.
pub(super) struct InWords {
    pub request: DecisionRequest,
    pub unsure: Vec<Issue>,
}

/// The request with its words in the fields that were asked for; `None` if it says nothing in words alone.
pub(super) fn read(run: &Run, schema: &Schema, request: &DecisionRequest) -> Option<InWords> {
    let said = request.reason.as_deref().filter(|said| !said.trim().is_empty())?;
    let ticket = run.state.ticket().filter(|ticket| ticket.id == request.ticket)?;
    let in_words = run.config.use_natural_language_hitl
        && ticket.checkpoint == CheckpointType::FormRequirements
        && request.action == Action::Respond
        && request.edits == Edits::None;
    let asked = asked(ticket, schema);
    if !in_words || asked.is_empty() {
        return None;
    }
    let reading = words::read(said, &asked);
    let unsure = if reading.certainty >= SURE { Vec::new() } else { unsure(&asked, &reading) };
    let request = DecisionRequest { edits: Edits::Form(reading.texts), ..request.clone() };
    Some(InWords { request, unsure })
}

/// The fields that stand in the way, but for files, which are sent.
fn asked<'a>(ticket: &Ticket, schema: &'a Schema) -> Vec<&'a Field> {
    let blocks = |field: &&Field| {
        let mut issues = ticket.issues.iter().filter(|issue| issue.blocks());
        issues.any(|issue| top_key(&issue.field) == field.name)
    };
    schema.fields.iter().filter(|field| !field.is_file()).filter(blocks).collect()
}

fn unsure(asked: &[&Field], reading: &Reading) -> Vec<Issue> {
    let issue = |field: &&Field| {
        let (name, label) = (&field.name, &field.label);
        let at = domain::json::pointer("", name);
        match reading.texts.get(name) {
            Some(text) => Issue::error(at, format!("was read as {text}: look at it and send it")),
            None => Issue::error(at, format!("could not be read; say “{label}: …” or fill it in")),
        }
    };
    asked.iter().map(issue).collect()
}
