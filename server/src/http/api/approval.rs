//! A ticket as programs see it: `approval` on the wire.

use std::collections::BTreeMap;

use app::api::tickets::{TicketState, TicketView};
use chrono::{DateTime, Utc};
use domain::{
    checkpoint::{CheckpointType, Subject, Ticket},
    decision::{Action, DecisionRecord},
    digest::Digest,
    id::{RunId, TicketId},
    issue::Issue,
    json::Json,
    patch::Change,
    schema::{Field, FieldKind},
    state::Step,
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
    /// What a decision is bound to: SHA-256 over the UTF-8 bytes of `context.subject`, a line feed, `context.provider`,
    /// a line feed and `context.proposal`, with nothing after it.
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
    /// Nothing for a pause, which may come before any step.
    current_step: Option<Step>,
    confidence_score: f64,
    validation_summary: Summary,
    /// What the proposed document is: the first line that `proposal_digest` covers.
    subject: Subject,
    /// Who would carry it out, `external` for an agent's own action: the second line that `proposal_digest` covers.
    provider: String,
    /// The exact text of the document: what `proposal_digest` covers after those two lines.
    proposal: String,
    /// The same as a value.
    #[schema(value_type = Value)]
    payload: Option<Box<RawValue>>,
    /// What people changed in it before this ticket: JSON Patch (RFC 6902) with the values before.
    diff: Vec<Change>,
    /// What the call would cost, in the provider's own unit; nothing if it costs nothing.
    #[schema(value_type = Option<f64>)]
    estimated_cost: Option<Box<RawValue>>,
    form: Form,
    schema: Editable,
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

/// What may stand in the payload, as the provider's schema says.
#[derive(Serialize, ToSchema)]
struct Editable {
    required_fields: Vec<String>,
    /// Each with its default.
    #[schema(value_type = BTreeMap<String, Value>)]
    optional_fields: BTreeMap<String, Option<Box<RawValue>>>,
    /// Those that an edit may name; none where the ticket can't be edited.
    editable_fields: Vec<String>,
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
    /// The question in plain words.
    prompt: String,
    /// It takes several values.
    collection: bool,
    hint: Option<String>,
    /// What may be chosen: JSON texts, or the values of the session's files. Empty for other fields.
    choices: Vec<String>,
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
        let TicketView { ticket, provider, form, deed, edited, .. } = view;
        Self {
            diff: edited,
            validation_summary: Summary::of(&ticket),
            message: ticket.message,
            reasons: ticket.reasons,
            confidence_score: ticket.confidence,
            payload: RawValue::from_string(ticket.proposal.text.clone()).ok(),
            current_step: ticket.checkpoint.step(),
            estimated_cost: deed.cost.and_then(|cost| RawValue::from_string(cost).ok()),
            schema: Editable::of(&ticket.allowed, &form),
            subject: ticket.proposal.subject,
            provider,
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

impl Editable {
    fn of(allowed: &[Action], form: &[app::api::tickets::FormField]) -> Self {
        let names = |of: &app::api::tickets::FormField| of.field.name.clone();
        let (required, optional): (Vec<_>, Vec<_>) =
            form.iter().partition(|one| one.field.required);
        let default = |of: &app::api::tickets::FormField| {
            let value = of.field.default_value().map(|value| value.to_text());
            (names(of), value.and_then(|text| RawValue::from_string(text).ok()))
        };
        let editable = allowed.iter().any(|action| action.writes());
        Self {
            required_fields: required.into_iter().map(names).collect(),
            optional_fields: optional.into_iter().map(default).collect(),
            editable_fields: form.iter().filter(|_| editable).map(names).collect(),
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
        prompt: prompt(field),
        collection: type_name(&field.kind) == "array",
        hint: field.hint.clone(),
        choices: choices(of),
    }
}

fn prompt(field: &Field) -> String {
    let label = field.label.to_lowercase();
    match &field.kind {
        FieldKind::Checkbox => format!("Should “{label}” be on?"),
        FieldKind::Choice { options } => {
            let options: Vec<_> = options.iter().map(|one| one.trim_matches('"')).collect();
            format!("Which {label}: {}?", options.join(", "))
        }
        FieldKind::File { .. } => format!("Which file is the {label}?"),
        FieldKind::Number { .. } | FieldKind::Integer { .. } => {
            format!("What number is the {label}?")
        }
        _ => format!("What is the {label}?"),
    }
}

fn choices(of: &app::api::tickets::FormField) -> Vec<String> {
    match &of.field.kind {
        FieldKind::Choice { options } => options.clone(),
        _ => of.choices.iter().map(|(value, _)| value.clone()).collect(),
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
