//! A ticket as programs see it: `approval` on the wire.

use app::api::tickets::{TicketState, TicketView};
use chrono::{DateTime, Utc};
use domain::{
    checkpoint::{CheckpointType, Ticket},
    decision::{Action, DecisionRecord},
    digest::Digest,
    id::{RunId, TicketId},
    issue::Issue,
    json::Json,
    schema::FieldKind,
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A ticket with its context and, once there is one, its decision.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Approval {
    approval_id: TicketId,
    run_id: RunId,
    version: u32,
    proposal_digest: Digest,
    checkpoint_type: CheckpointType,
    /// `pending`, `decided`, `expired` or `cancelled`.
    status: &'static str,
    context: Context,
    allowed_actions: Vec<Action>,
    attachments: Vec<app::api::attachments::AttachmentView>,
    auto_approve_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    decision: Option<DecisionRecord>,
}

/// What a ticket asks about.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Context {
    message: String,
    reasons: Vec<String>,
    confidence_score: f64,
    validation_summary: Summary,
    /// The exact text that the digest covers.
    proposal: String,
    /// The same as a value.
    #[schema(value_type = Value)]
    payload: Option<Box<RawValue>>,
    form: Form,
}

/// What a ticket has in its way.
#[derive(Serialize, ToSchema)]
pub(super) struct Summary {
    total_issues: usize,
    blocking_issues: usize,
    ready_for_execution: bool,
    user_friendly_message: String,
    checkpoints: Vec<Issue>,
}

#[derive(Serialize, ToSchema)]
struct Form {
    title: String,
    fields: Vec<FormField>,
    required_fields: Vec<String>,
    optional_fields: Vec<String>,
    missing_required_fields: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct FormField {
    name: String,
    label: String,
    r#type: &'static str,
    category: domain::schema::Category,
    required: bool,
    current_value: Option<String>,
    default: Option<String>,
    hint: Option<String>,
}

impl Approval {
    pub fn decision(&self) -> Option<&DecisionRecord> {
        self.decision.as_ref()
    }

    pub fn of(run_id: RunId, view: TicketView) -> Self {
        let TicketView { ticket, state, files, .. } = view.clone();
        let (status, decision) = match state {
            TicketState::Open => ("pending", None),
            TicketState::Decided(record) => ("decided", Some(record)),
            TicketState::Expired { .. } => ("expired", None),
            TicketState::Cancelled { .. } => ("cancelled", None),
        };
        Self {
            approval_id: ticket.id,
            run_id,
            version: ticket.version,
            proposal_digest: ticket.proposal.digest,
            checkpoint_type: ticket.checkpoint,
            status,
            allowed_actions: ticket.allowed.clone(),
            attachments: files,
            auto_approve_at: ticket.auto_approve_at,
            expires_at: ticket.expires_at,
            created_at: ticket.created_at,
            decision,
            context: Context::of(view),
        }
    }
}

impl Context {
    pub fn of(view: TicketView) -> Self {
        let TicketView { ticket, form, deed, .. } = view;
        Self {
            validation_summary: Summary::of(&ticket),
            message: ticket.message,
            reasons: ticket.reasons,
            confidence_score: ticket.confidence,
            payload: RawValue::from_string(ticket.proposal.text.clone()).ok(),
            proposal: ticket.proposal.text,
            form: form_of(deed.title, &form),
        }
    }
}

impl Summary {
    pub fn of(ticket: &Ticket) -> Self {
        let blocking = ticket.blocking();
        Self {
            total_issues: ticket.issues.len(),
            blocking_issues: blocking,
            ready_for_execution: blocking == 0,
            user_friendly_message: ticket.message.clone(),
            checkpoints: ticket.issues.clone(),
        }
    }
}

fn form_of(title: String, fields: &[app::api::tickets::FormField]) -> Form {
    let names = |wanted: &dyn Fn(&app::api::tickets::FormField) -> bool| {
        let wanted = fields.iter().filter(|field| wanted(field));
        wanted.map(|field| field.field.name.clone()).collect::<Vec<_>>()
    };
    Form {
        title,
        required_fields: names(&|one| one.field.required),
        optional_fields: names(&|one| !one.field.required),
        missing_required_fields: names(&|one| one.field.required && one.value.is_none()),
        fields: fields.iter().map(form_field).collect(),
    }
}

fn form_field(of: &app::api::tickets::FormField) -> FormField {
    let field = &of.field;
    FormField {
        name: field.name.clone(),
        label: field.label.clone(),
        r#type: type_name(&field.kind),
        category: field.category,
        required: field.required,
        current_value: of.value.clone(),
        default: field.default_value().as_ref().map(Json::to_text),
        hint: field.hint.clone(),
    }
}

fn type_name(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "text",
        FieldKind::Number { .. } => "number",
        FieldKind::Integer { .. } => "integer",
        FieldKind::Checkbox => "checkbox",
        FieldKind::Choice { .. } => "choice",
        FieldKind::File { .. } => "file",
        FieldKind::Json { of } if of.as_deref() == Some("array") => "array",
        FieldKind::Json { .. } => "object",
    }
}
