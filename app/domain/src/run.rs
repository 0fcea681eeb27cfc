//! A run: one request on its way through the checkpoints.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::CallerKind,
    action::ActionRequest,
    checkpoint::Subject,
    decision::{Actor, DecisionRecord},
    digest::Digest,
    id::{PersonId, RunId},
    information::{FileRef, Known},
    issue::Issue,
    patch::Change,
    policy::HitlConfig,
    state::RunState,
};

/// What a run was asked to do (`run_input` on the wire).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunInput {
    pub prompt: String,
    /// Labels of the client's, never authority.
    pub user_email: String,
    pub user_id: String,
    pub agent_email: String,
    /// The client's name for the conversation, up to 200 characters.
    pub session_id: String,
    pub message_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_id: Option<String>,
    /// Which tools the client has. Kept and shown with the run, and not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_tool_config: Option<serde_json::Value>,
    /// Which model the client talks to. Kept and shown with the run, and not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_llm: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_history: Option<serde_json::Value>,
    /// What the client knows of a document. Kept and shown with the run, and not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_context: Option<serde_json::Value>,
    /// Where that document is. Kept and shown with the run, and not fetched: files come with `attachments`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_url: Option<String>,
    /// Ids of uploads, or URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// The whole document of a run. What is stored is this, as JSON text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    /// Who started it.
    pub owner: PersonId,
    pub owner_name: String,
    #[serde(default, skip_serializing_if = "is_person")]
    pub owner_kind: CallerKind,
    pub input: RunInput,
    pub provider: String,
    /// What the provider was when the run was started; an agent's own action has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities>,
    /// What an agent asks about, where it is the agent that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionRequest>,
    pub config: HitlConfig,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Values that a person or the request gave; they outrank whatever is found.
    pub given: Vec<Known>,
    /// What would be sent, once it was prepared.
    pub draft: Option<Draft>,
    /// What the provider answered last.
    pub response: Option<Response>,
    pub edits: Vec<Edit>,
    pub last_decision: Option<DecisionRecord>,
    /// Someone asked for a pause that hasn't taken effect yet.
    pub pause_requested: Option<Actor>,
    /// How often the payload was prepared.
    pub rounds: u32,
    /// Calls that were prepared so far, also those that were never sent.
    pub attempts: u32,
    pub timing: Timing,
    pub state: RunState,
}

/// What a provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    pub version: String,
    /// A call whose outcome is unknown may be repeated.
    pub repeat_safe: bool,
}

/// Where the time went, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timing {
    pub working_ms: i64,
    pub waiting_ms: i64,
    pub calling_ms: i64,
}

/// What would be sent to the provider, and what is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub information: Vec<Known>,
    /// Exact JSON text: what is approved is what is sent.
    pub payload: String,
    pub files: Vec<FileRef>,
    pub issues: Vec<Issue>,
    /// 0 to 1; see `policy::confidence`.
    pub confidence: f64,
    /// Fields whose value isn't what the user gave.
    pub payload_changes: u32,
    pub cost: Option<f64>,
    pub flags: Vec<String>,
}

/// What a provider answered, and what was made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Exact JSON text, as the provider answered: no edit changes it. Empty where no answer was received.
    pub text: String,
    /// What a person accepted in its place, as exact JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    pub files: Vec<FileRef>,
    /// One sentence for people.
    pub summary: String,
    /// The provider's own judgement, 0 to 1.
    pub quality: Option<f64>,
    pub flags: Vec<String>,
    pub took_ms: i64,
}

/// A change that a person made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edit {
    pub subject: Subject,
    pub by: Actor,
    pub at: DateTime<Utc>,
    pub changes: Vec<Change>,
    pub before: Digest,
    pub after: Digest,
}

/// The digest that a decision on this document is bound to: SHA-256 over the subject's name, the
/// provider's name and the exact text, each ended by a line feed but the last.
#[must_use]
pub fn proposal_digest(subject: Subject, provider: &str, text: &str) -> Digest {
    let subject = match subject {
        Subject::Information => "information",
        Subject::Payload => "payload",
        Subject::Response => "response",
    };
    Digest::of(format!("{subject}\n{provider}\n{text}").as_bytes())
}

impl Response {
    /// What the provider answered; `None` where a person entered the result, because no answer was received.
    #[must_use]
    pub fn answered(&self) -> Option<&str> {
        Some(self.text.as_str()).filter(|text| !text.is_empty())
    }

    /// What counts as the result: as it was accepted, or else as the provider answered.
    #[must_use]
    pub fn result(&self) -> &str {
        self.accepted.as_deref().unwrap_or(&self.text)
    }
}

fn is_person(kind: &CallerKind) -> bool {
    *kind == CallerKind::Person
}

impl Run {
    /// Its owner, for the record.
    #[must_use]
    pub fn started_by(&self) -> Actor {
        let (id, name) = (self.owner, self.owner_name.clone());
        match self.owner_kind {
            CallerKind::Person => Actor::Person { id, name },
            CallerKind::Agent => Actor::Agent { id, name },
        }
    }

    /// The digest of the payload as it stands; `None` before there is one.
    #[must_use]
    pub fn payload_digest(&self) -> Option<Digest> {
        let draft = self.draft.as_ref()?;
        Some(proposal_digest(Subject::Payload, &self.provider, &draft.payload))
    }

    #[must_use]
    pub fn session(&self) -> &str {
        &self.input.session_id
    }
}
