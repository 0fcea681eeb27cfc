//! Tickets as the card shows them, and decisions as they come in.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::Ticket,
    decision::{Action, DecisionRecord, Via},
    digest::Digest,
    id::{AttachmentId, RunId, TicketId},
    issue::Issue,
    patch::Change,
    schema::Field,
};
use serde::{Deserialize, Serialize};

use super::attachments::AttachmentView;

/// A ticket with everything that its card shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketView {
    pub ticket: Ticket,
    /// Whose name the digest covers. Answers that were kept before it was told lack it.
    #[serde(default)]
    pub provider: String,
    pub state: TicketState,
    /// What would happen, read from the exact bytes that the digest covers.
    pub deed: Deed,
    /// The controls for the proposed document; empty where it can only be edited as JSON.
    pub form: Vec<FormField>,
    /// The document as JSON text with indents: what the raw view shows and edits.
    pub document: String,
    /// Files that the proposal uses.
    pub files: Vec<AttachmentView>,
    /// What people changed in the document before this ticket. For programs; pages show it in the timeline.
    #[serde(skip)]
    pub edited: Vec<Change>,
    /// What the caller typed before and didn't get through with.
    pub draft: Option<Draft>,
}

/// A ticket, and what it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketOf {
    pub run: RunId,
    pub session: String,
    /// The client's own label.
    pub user: String,
    pub view: TicketView,
}

/// What became of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", content = "data", rename_all = "snake_case")]
pub enum TicketState {
    Open,
    Decided(DecisionRecord),
    Expired { at: DateTime<Utc> },
    Cancelled { reason: String },
}

impl TicketState {
    /// The value of `data-state`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided(_) => "decided",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// What would happen, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// "Edit a picture with `image`".
    pub title: String,
    /// One line for each value of the document, in its order.
    pub lines: Vec<DeedLine>,
    /// The exact text that the digest covers.
    pub exact: String,
    pub digest: Digest,
    /// What the call would cost, a number in the provider's own unit; `None` if it costs nothing.
    pub cost: Option<String>,
}

/// One value of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedLine {
    pub field: String,
    pub label: String,
    /// The exact JSON text of the value.
    pub value: String,
    /// What it means, where that differs: a file's name, for instance.
    pub meaning: Option<String>,
    /// Where it came from: "read from the prompt".
    pub source: Option<String>,
}

/// One control of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    pub field: Field,
    /// What the control shows; `None` if the field has no value.
    pub value: Option<String>,
    /// The value can't be shown by the control without changing it: it is edited as JSON only.
    pub json_only: bool,
    pub source: Option<String>,
    pub issues: Vec<Issue>,
    /// For files: what may be chosen, as value and name.
    pub choices: Vec<(String, String)>,
}

/// What a person typed, kept until it is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub edits: Edits,
    pub reason: String,
    /// Why it didn't get through, found again when the draft is shown.
    pub issues: Vec<Issue>,
}

/// How a proposed document was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Edits {
    #[default]
    None,
    /// The texts of the form's controls, by field name.
    Form(BTreeMap<String, String>),
    /// The whole document as JSON text.
    Document(String),
    /// A merge patch (RFC 7396) as JSON text.
    Merge(String),
}

/// A decision as it comes in through any door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRequest {
    pub run: RunId,
    pub ticket: TicketId,
    pub action: Action,
    pub version: Option<u32>,
    pub digest: Option<Digest>,
    pub edits: Edits,
    /// Uploads that come with the answer: each goes to the first file field that is empty and fits.
    pub attachments: Vec<AttachmentId>,
    /// Needed to reject; a remark otherwise.
    pub reason: Option<String>,
    pub via: Via,
    /// The same key with the same content is the same decision.
    pub key: Option<String>,
}

/// A decision that was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    pub run: RunId,
    pub record: DecisionRecord,
    /// One sentence: "Approved. The call is on its way."
    pub message: String,
}
