//! Sample runs, one for each state that the page has to show.

use chrono::{DateTime, Utc};
use domain::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Proposal, Subject, Ticket},
    decision::{Action, Actor, DecisionRecord, Via},
    digest::Digest,
    id::{AttachmentId, PersonId, RunId, TicketId},
    issue::Issue,
    json::Json,
    patch::{Change, Op},
    policy::{HitlConfig, PolicyKind},
    schema::{Category, Field, FieldKind},
    state::{EndReason, Ending, Status, Step},
};
use uuid::Uuid;

use crate::api::{
    attachments::AttachmentView,
    runs::{Can, ResultView, RunSummary, RunView, Stage, StageState, TimelineEntry},
    tickets::{Deed, DeedLine, FormField, TicketState, TicketView},
};

/// Words for every text of a run: ordinary ones, or what an enemy would put there.
pub type Say<'a> = &'a dyn Fn(&str) -> String;

/// As it was meant.
pub fn plain(text: &str) -> String {
    text.to_owned()
}

pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_546_400 + seconds, 0).expect("a time of our days")
}

pub fn run_id() -> RunId {
    RunId::from_uuid(Uuid::from_u128(7))
}

pub fn ticket_id() -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(9))
}

fn text_field(name: &str, say: Say) -> Field {
    Field {
        name: name.to_owned(),
        label: say(name),
        hint: Some(say("what it is")),
        kind: FieldKind::Text { min_length: None, max_length: None, long: true },
        category: Category::Hybrid,
        required: false,
        default: None,
    }
}

fn field(name: &str, kind: FieldKind, required: bool, say: Say) -> Field {
    Field { kind, required, ..text_field(name, say) }
}

fn control(field: Field, value: Option<&str>, say: Say) -> FormField {
    FormField {
        field,
        value: value.map(str::to_owned),
        json_only: false,
        source: Some(say("read from the prompt")),
        issues: Vec::new(),
        choices: Vec::new(),
    }
}

/// A picture with a preview.
pub fn file(id: u128, say: Say) -> AttachmentView {
    AttachmentView {
        id: AttachmentId::from_uuid(Uuid::from_u128(id)),
        digest: Digest::of(&id.to_be_bytes()),
        name: say("garden.jpg"),
        media_type: say("image/jpeg"),
        size: 3_100_000,
        created_at: at(0),
        has_preview: true,
        made: id > 100,
    }
}

fn picture() -> String {
    domain::information::file_value(&Digest::of(&1_u128.to_be_bytes()))
}

fn form(say: Say) -> Vec<FormField> {
    let number = |max: &str| FieldKind::Integer { min: Some("1".into()), max: Some(max.into()) };
    let options = ["\"crop\"", "\"resize\""].map(str::to_owned).to_vec();
    let mut image =
        control(field("image", FieldKind::File { media_types: vec![] }, true, say), None, say);
    image.choices = vec![(picture(), say("garden.jpg"))];
    vec![
        image,
        control(
            field("operation", FieldKind::Choice { options }, true, say),
            Some("\"crop\""),
            say,
        ),
        control(field("width", number("8000"), false, say), Some("2400"), say),
        control(field("keep_ratio", FieldKind::Checkbox, false, say), None, say),
        control(text_field("text", say), Some("x"), say),
        FormField {
            json_only: true,
            ..control(field("extra", FieldKind::Json { of: None }, false, say), None, say)
        },
    ]
}

/// The document of the sample.
pub fn document(say: Say) -> Json {
    let mut document = Json::Object(Vec::new());
    document.set("image", Json::text(picture()));
    document.set("operation", Json::text("crop"));
    document.set("width", Json::Number("2400".into()));
    document.set("text", Json::text(say("Spring sale")));
    document.set("unknown", Json::Number("1.10".into()));
    document
}

/// An open ticket of this type, with two findings.
pub fn ticket(checkpoint: CheckpointType, say: Say) -> TicketView {
    let text = document(say).to_text();
    let digest = Digest::of(text.as_bytes());
    let subject = match checkpoint {
        CheckpointType::ResponseReview => Subject::Response,
        CheckpointType::InformationReview => Subject::Information,
        _ => Subject::Payload,
    };
    let whole = document(say);
    let lines = whole.entries().iter().map(|(name, value)| DeedLine {
        field: name.clone(),
        label: say(name),
        value: value.to_text(),
        meaning: Some(say("px")),
        source: Some(say("read from the prompt")),
    });
    TicketView {
        state: TicketState::Open,
        deed: Deed {
            title: say("Edit a picture with “image”"),
            lines: lines.collect(),
            exact: text.clone(),
            digest,
            cost: Some("0.5".to_owned()),
        },
        form: form(say),
        document: document(say).to_pretty(),
        files: vec![file(1, say)],
        edited: Vec::new(),
        provider: String::new(),
        draft: None,
        ticket: Ticket {
            id: ticket_id(),
            version: 3,
            checkpoint,
            message: say("Shall this be sent?"),
            reasons: vec![say("The policy requires a human at this checkpoint.")],
            proposal: Proposal { subject, text, digest },
            issues: vec![Issue::warning("/text", say("has a strange word"))],
            confidence: 0.85,
            allowed: checkpoint.allowed().to_vec(),
            policy: PolicyKind::RequireHuman,
            policy_version: 1,
            created_at: at(-60),
            expires_at: Some(at(240)),
            auto_approve_at: None,
            overdue: false,
        },
    }
}

/// A blocking issue that has a fix, on top of what the ticket has.
pub fn blocked(mut view: TicketView) -> TicketView {
    let wide = document(&plain).to_pretty().replace("2400", "9000");
    view.document = wide.clone();
    view.ticket.proposal.text = wide;
    view.ticket.issues.insert(
        0,
        Issue::error("/width", "9000 is above the limit 8000")
            .suggesting("Use 8000.")
            .fixed_by("8000"),
    );
    view
}

/// The answer that closed a ticket.
pub fn decision(action: Action, say: Say) -> DecisionRecord {
    DecisionRecord {
        ticket: ticket_id(),
        action,
        by: Actor::Person { id: PersonId::from_uuid(Uuid::from_u128(1)), name: say("Mara Keller") },
        via: Via::Browser,
        at: at(31),
        reason: Some(say("Wrong customer.")),
        proposed: Digest::of(b"a"),
        decided: Digest::of(b"b"),
        changes: vec![Change {
            op: Op::Replace,
            path: format!("/{}", say("width")),
            before: Some("2400".into()),
            after: Some(Json::text(say("1600")).to_text()),
        }],
    }
}

/// A run that waits at this ticket.
pub fn waiting(ticket: TicketView, say: Say) -> RunView {
    RunView {
        summary: RunSummary {
            owner: PersonId::from_uuid(Uuid::from_u128(1)),
            id: run_id(),
            prompt: say("Crop the garden photo to a square"),
            session: say("shop-4711"),
            provider: say("image"),
            agent: say("shop-agent"),
            owner_name: say("Lena"),
            user: say("client-7"),
            status: Status::AwaitingHuman,
            step: Step::PayloadReview,
            end_reason: None,
            created_at: at(-240),
            updated_at: at(0),
        },
        config: HitlConfig::default(),
        stages: vec![
            Stage {
                step: Step::InformationReview,
                title: "Information review".into(),
                state: StageState::Done,
                note: Some(say("passed by the policy")),
            },
            Stage {
                step: Step::PayloadReview,
                title: "Payload review".into(),
                state: StageState::Waiting,
                note: None,
            },
        ],
        ticket: Some(ticket),
        closed: Vec::new(),
        files: vec![file(1, say)],
        result: None,
        end: None,
        timeline: vec![TimelineEntry {
            kind: EntryKind::Started,
            at: at(-240),
            actor: say("shop-agent"),
            message: say("Asked"),
            facts: vec![(say("attempt"), say("1"))],
            place: None,
        }],
        can: Can { decide: true, pause: true, cancel: true },
        now: at(0),
    }
}

/// A run without an open ticket.
pub fn elsewhere(status: Status, step: Step, closed: TicketState, say: Say) -> RunView {
    let ticket = TicketView { state: closed, ..ticket(CheckpointType::PayloadReview, say) };
    let mut view = waiting(ticket.clone(), say);
    view.ticket = None;
    view.closed = vec![ticket];
    view.summary.status = status;
    view.summary.step = step;
    view
}

/// A run that is over.
pub fn ended(reason: EndReason, say: Say) -> RunView {
    let closed = TicketState::Decided(decision(Action::Edit, say));
    let mut view = elsewhere(reason.status(), Step::Completed, closed, say);
    view.end = Some(Ending {
        reason,
        message: say("The provider answered."),
        at: at(40),
        step: Step::ApiCall,
    });
    view.result = Some(ResultView {
        summary: say("A square picture"),
        text: Json::text(say("x")).to_text(),
        files: vec![file(101, say)],
        sources: vec![file(1, say)],
    });
    view
}
