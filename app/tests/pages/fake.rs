//! A server of which each test says what it knows.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use app::{
    api::{
        access::{OneTimeLink, PersonStatus, PersonView, Welcome},
        attachments::AttachmentView,
        keys::{KeyStatus, KeyView},
        page::{Page, PageRequest},
        port::{AttachTo, ByteStream, Once, RunService, ServerContext, Upload},
        providers::ProviderView,
        runs::{
            Inbox, InboxFilter, InboxItem, NewRun, Progress, RunDocument, RunSummary, RunView,
            RunsFilter, Started,
        },
        threads::{SessionSummary, ThreadView},
        tickets::{Decided, DecisionRequest, Draft, TicketOf},
    },
    error::ApiError,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Caller, CallerKind, Role},
    checkpoint::CheckpointType,
    digest::Digest,
    id::{AttachmentId, KeyId, PersonId, RunId, TicketId},
    schema::{Category, Field, FieldKind, Schema},
    state::{Status, Step},
};
use uuid::Uuid;

use crate::samples;

pub fn noon() -> DateTime<Utc> {
    "2026-03-03T12:00:00Z".parse().unwrap()
}

/// What the server knows, and what it was asked.
#[derive(Clone, Default)]
pub struct Fake {
    pub tickets: Vec<InboxItem>,
    pub runs: Vec<RunSummary>,
    pub next: Option<String>,
    pub providers: Vec<ProviderView>,
    pub files: Vec<AttachmentView>,
    pub people: Vec<PersonView>,
    pub welcome: Option<Welcome>,
    pub keys: Vec<KeyView>,
    /// Every list and every change fails with this.
    pub failure: Option<ApiError>,
    pub sessions: Vec<SessionSummary>,
    /// The one thread that there is.
    pub thread: Option<ThreadView>,
    pub asked: Arc<Mutex<Vec<String>>>,
    /// The one run that there is.
    pub view: Option<RunView>,
    pub decisions: Arc<Mutex<Vec<DecisionRequest>>>,
    pub drafts: Arc<Mutex<Vec<Draft>>>,
}

impl Fake {
    pub fn context(&self, role: Option<Role>) -> ServerContext {
        let caller = role.map(|role| Caller {
            person: PersonId::from_uuid(Uuid::from_u128(1)),
            name: "Mara Keller".into(),
            email: "mara@example.org".into(),
            role,
            kind: CallerKind::Person,
            key: None,
        });
        let fake = Arc::new(self.clone());
        ServerContext {
            runs: fake.clone(),
            threads: fake.clone(),
            accounts: fake,
            caller,
            now: noon(),
            fresh: Uuid::from_u128(5),
            https: true,
        }
    }

    pub fn note(&self, what: impl Into<String>) -> Result<(), ApiError> {
        self.asked.lock().unwrap().push(what.into());
        self.failure.clone().map_or(Ok(()), Err)
    }

    pub fn link(&self, person: PersonId) -> OneTimeLink {
        let url = "https://sign.example.org/welcome/secret-token".into();
        OneTimeLink { person, url, expires_at: noon() + TimeDelta::days(1) }
    }
}

pub fn ticket(number: u128, prompt: &str) -> InboxItem {
    InboxItem {
        ticket: TicketId::from_uuid(Uuid::from_u128(1000 + number)),
        run: RunId::from_uuid(Uuid::from_u128(number)),
        session: "s1".into(),
        user: "client-7".into(),
        checkpoint: CheckpointType::PayloadReview,
        message: "Look at the payload.".into(),
        prompt: prompt.into(),
        provider: "image".into(),
        agent: "shop-agent".into(),
        owner_name: "Mara Keller".into(),
        blocking: 0,
        created_at: noon() - TimeDelta::minutes(4),
        expires_at: None,
        auto_approve_at: None,
        overdue: false,
    }
}

pub fn run(number: u128, status: Status) -> RunSummary {
    RunSummary {
        id: RunId::from_uuid(Uuid::from_u128(number)),
        prompt: format!("Request {number}"),
        session: "s1".into(),
        provider: "image".into(),
        agent: String::new(),
        owner: PersonId::from_uuid(Uuid::from_u128(1)),
        owner_name: "Mara Keller".into(),
        user: "client-7".into(),
        status,
        step: Step::PayloadReview,
        end_reason: None,
        created_at: noon() - TimeDelta::hours(2),
        updated_at: noon(),
    }
}

pub fn provider(name: &str) -> ProviderView {
    let field = |name: &str, kind| Field {
        name: name.into(),
        label: name.into(),
        hint: None,
        kind,
        category: Category::Config,
        required: false,
        default: None,
    };
    let media_types = vec!["image/png".into(), "image/jpeg".into()];
    let integer = FieldKind::Integer { min: Some("1".into()), max: Some("8000".into()) };
    let options = vec!["\"webp\"".into(), "\"png\"".into()];
    ProviderView {
        name: name.into(),
        title: format!("Pictures with {name}"),
        description: String::new(),
        version: "1".into(),
        json_schema: String::new(),
        repeat_safe: true,
        schema: Schema {
            fields: vec![
                field("image", FieldKind::File { media_types }),
                field("width", integer),
                field("format", FieldKind::Choice { options }),
            ],
            open: false,
        },
        examples: vec!["Crop to a square".into()],
    }
}

pub fn file(name: &str) -> AttachmentView {
    AttachmentView {
        id: AttachmentId::from_uuid(Uuid::from_u128(7)),
        digest: Digest::of(b"x"),
        name: name.into(),
        media_type: "image/png".into(),
        size: 3_100_000,
        created_at: noon(),
        has_preview: true,
        made: false,
    }
}

pub fn key(number: u128, name: &str, kind: CallerKind, status: KeyStatus) -> KeyView {
    KeyView {
        id: KeyId::from_uuid(Uuid::from_u128(number)),
        name: name.into(),
        kind,
        owner: "Mara Keller".into(),
        made_by: "Mara Keller".into(),
        hint: "csk_0a1b2c".into(),
        read_only: false,
        status,
        created_at: noon() - TimeDelta::hours(3),
        last_used_at: None,
        expires_at: None,
    }
}

pub fn person(number: u128, name: &str, status: PersonStatus) -> PersonView {
    PersonView {
        id: PersonId::from_uuid(Uuid::from_u128(number)),
        name: name.into(),
        email: format!("{}@example.org", name.to_lowercase()),
        role: Role::Reviewer,
        status,
        created_at: noon(),
        last_seen_at: None,
    }
}

#[async_trait]
impl RunService for Fake {
    async fn inbox(
        &self,
        _: &Caller,
        _: InboxFilter,
        page: PageRequest,
    ) -> Result<Inbox, ApiError> {
        self.note(format!("inbox {:?}", page.cursor))?;
        let (items, total) = (self.tickets.clone(), self.tickets.len() as u64);
        Ok(Inbox { page: Page { items, total, next: self.next.clone() }, now: noon() })
    }

    async fn runs(
        &self,
        _: &Caller,
        filter: RunsFilter,
        page: PageRequest,
    ) -> Result<Page<RunSummary>, ApiError> {
        let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.name()).collect();
        self.note(format!("runs {} {:?} {:?}", statuses.join("+"), filter.session, page.cursor))?;
        let (items, total) = (self.runs.clone(), self.runs.len() as u64);
        Ok(Page { items, total, next: self.next.clone() })
    }

    async fn providers(&self, _: &Caller) -> Result<Vec<ProviderView>, ApiError> {
        self.note("providers")?;
        Ok(self.providers.clone())
    }

    async fn attachments(&self, _: &Caller, _: &str) -> Result<Vec<AttachmentView>, ApiError> {
        Ok(self.files.clone())
    }

    async fn ticket(&self, _: &Caller, _: TicketId) -> Result<TicketOf, ApiError> {
        Err(ApiError::Internal)
    }
    async fn start(
        &self,
        _: &Caller,
        _: NewRun,
        _: Option<&str>,
    ) -> Result<Once<Started>, ApiError> {
        Err(ApiError::Internal)
    }
    async fn run(&self, _: &Caller, _: RunId) -> Result<RunView, ApiError> {
        self.view.clone().ok_or_else(|| ApiError::NotFound("run".into()))
    }
    async fn progress(
        &self,
        caller: &Caller,
        run: RunId,
        _: Duration,
    ) -> Result<Progress, ApiError> {
        self.run(caller, run).await.map(Progress::from)
    }
    async fn document(&self, _: &Caller, _: RunId) -> Result<RunDocument, ApiError> {
        Err(ApiError::Internal)
    }
    async fn decide(
        &self,
        _: &Caller,
        request: DecisionRequest,
    ) -> Result<Once<Decided>, ApiError> {
        self.note("decide")?;
        let record = samples::decision(request.action, &samples::plain);
        let run = request.run;
        self.decisions.lock().unwrap().push(request);
        Ok(Once::first(Decided { run, record, message: "Approved.".into() }))
    }
    async fn open_ticket(
        &self,
        _: &Caller,
        _: RunId,
        _: Option<&str>,
    ) -> Result<TicketId, ApiError> {
        Err(ApiError::Internal)
    }
    async fn pause(&self, _: &Caller, _: RunId, _: Option<&str>) -> Result<Once<()>, ApiError> {
        self.note("pause").map(Once::first)
    }
    async fn cancel(&self, _: &Caller, _: RunId) -> Result<(), ApiError> {
        self.note("cancel")
    }
    async fn hold(
        &self,
        _: &Caller,
        _: RunId,
        _: TicketId,
        _: Option<&str>,
    ) -> Result<Once<()>, ApiError> {
        self.note("hold").map(Once::first)
    }
    async fn drop_draft(&self, _: &Caller, _: TicketId) -> Result<(), ApiError> {
        self.note("drop_draft")
    }
    async fn save_draft(&self, _: &Caller, _: TicketId, draft: Draft) -> Result<(), ApiError> {
        self.drafts.lock().unwrap().push(draft);
        self.note("save_draft")
    }
    async fn seen(
        &self,
        _: &Caller,
        _: TicketId,
        _: std::time::Duration,
        _: Option<&str>,
    ) -> Result<Once<()>, ApiError> {
        self.note("seen").map(Once::first)
    }
    async fn attach(
        &self,
        _: &Caller,
        _: AttachTo,
        _: Upload,
        _: Option<&str>,
    ) -> Result<Once<AttachmentView>, ApiError> {
        Err(ApiError::Internal)
    }
    async fn download(
        &self,
        _: &Caller,
        _: AttachmentId,
    ) -> Result<(AttachmentView, ByteStream), ApiError> {
        Err(ApiError::Internal)
    }
    async fn preview(&self, _: &Caller, _: AttachmentId) -> Result<(String, Bytes), ApiError> {
        Err(ApiError::Internal)
    }
    async fn ready(&self) -> Result<(), ApiError> {
        Ok(())
    }
}
