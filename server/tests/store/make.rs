//! Runs, people and changes to test with, made by the rules themselves.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::CallerKind,
    decision::{Actor, Answer, Decision, Edited, Via},
    event::Event,
    id::{PersonId, RunId, TicketId},
    policy::{HitlConfig, PolicyKind, Review},
    run::{Capabilities, Draft, Response, Run, RunInput, Timing},
    state::RunState,
    step::{At, Outcome, start, step},
};
use server::ports::{Change, Store, StoreError};
use uuid::Uuid;

pub const PAYLOAD: &str = r#"{"operation":"resize","width":1.10,"id":12345678901234567890123}"#;

/// A time that no database's clock has reached yet, so that deadlines lie ahead unless a test moves
/// the clock.
pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(4_102_444_800, 0).expect("the year 2100 is a time")
}

pub fn after(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

/// An id that this test hasn't seen yet; later ones sort later.
pub fn fresh() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(LAST.fetch_add(1, Ordering::Relaxed)) << 16)
}

pub fn person() -> PersonId {
    PersonId::from_uuid(fresh())
}

/// A run that a person has to review before the call.
pub fn run(owner: PersonId, session: &str) -> Run {
    Run {
        id: RunId::from_uuid(fresh()),
        owner,
        owner_name: "Mara".to_owned(),
        owner_kind: CallerKind::Person,
        input: RunInput {
            prompt: "Make the logo smaller".to_owned(),
            user_id: "client-7".to_owned(),
            agent_email: "agent@example.org".to_owned(),
            session_id: session.to_owned(),
            ..RunInput::default()
        },
        provider: "image".to_owned(),
        capabilities: Some(Capabilities { version: "1".to_owned(), repeat_safe: true }),
        action: None,
        config: HitlConfig {
            policy: PolicyKind::RequireHuman,
            allowed_steps: vec![Review::PayloadReview],
            ..HitlConfig::default()
        },
        created_at: noon(),
        updated_at: noon(),
        given: Vec::new(),
        draft: None,
        response: None,
        edits: Vec::new(),
        last_decision: None,
        pause_requested: None,
        rounds: 0,
        attempts: 0,
        timing: Timing::default(),
        state: RunState::Queued,
    }
}

pub fn draft() -> Draft {
    Draft {
        information: Vec::new(),
        payload: PAYLOAD.to_owned(),
        files: Vec::new(),
        issues: Vec::new(),
        confidence: 0.8,
        payload_changes: 1,
        cost: None,
        flags: Vec::new(),
    }
}

pub fn response() -> Response {
    Response {
        text: r#"{"files":1}"#.to_owned(),
        accepted: None,
        files: Vec::new(),
        summary: "One picture".to_owned(),
        quality: Some(0.9),
        flags: Vec::new(),
        took_ms: 12,
    }
}

pub fn decision(ticket: TicketId, answer: Answer, by: PersonId) -> Event {
    Event::Decided(Box::new(Decision {
        ticket,
        version: None,
        digest: None,
        answer,
        note: None,
        by: Actor::Person { id: by, name: format!("person {by}") },
        via: Via::Browser,
    }))
}

pub fn edited(text: &str) -> Answer {
    Answer::Edit(Edited { text: text.to_owned(), ..Edited::default() })
}

pub fn change(outcome: Outcome, from: Option<i64>) -> Change {
    Change {
        outcome,
        from,
        finishes: None,
        key: None,
        cap: None,
        messages: Vec::new(),
        lease: None,
    }
}

/// A run in the store, taken from event to event.
pub struct Story {
    pub store: Arc<dyn Store>,
    pub run: Run,
    pub version: i64,
    pub now: DateTime<Utc>,
}

impl Story {
    pub async fn begin(store: &Arc<dyn Store>, run: Run) -> Result<Self, StoreError> {
        Self::enter(store, run, false).await
    }

    pub async fn queue(store: &Arc<dyn Store>, run: Run) -> Result<Self, StoreError> {
        Self::enter(store, run, true).await
    }

    async fn enter(store: &Arc<dyn Store>, run: Run, queued: bool) -> Result<Self, StoreError> {
        let now = run.created_at;
        let at = At { now, fresh: TicketId::from_uuid(fresh()) };
        let outcome = start(run, queued, at);
        let run = outcome.run.clone();
        let version = store.commit(&change(outcome, None)).await?.version;
        Ok(Self { store: Arc::clone(store), run, version, now })
    }

    /// A run of a new person's that waits at its payload review.
    pub async fn waiting(store: &Arc<dyn Store>) -> Self {
        Self::waiting_with(store, run(person(), "session")).await
    }

    pub async fn waiting_with(store: &Arc<dyn Store>, run: Run) -> Self {
        let mut story = Self::begin(store, run).await.unwrap();
        story.go(prepared()).await.unwrap();
        story
    }

    /// What the rules make of an event now, without writing it.
    pub fn outcome(&self, event: Event) -> Outcome {
        let at = At { now: self.now, fresh: TicketId::from_uuid(fresh()) };
        step(&self.run, event, at).unwrap()
    }

    pub async fn go(&mut self, event: Event) -> Result<(), StoreError> {
        let outcome = self.outcome(event);
        let run = outcome.run.clone();
        self.version = self.store.commit(&change(outcome, Some(self.version))).await?.version;
        self.run = run;
        Ok(())
    }

    pub async fn decide(&mut self, answer: Answer) -> Result<(), StoreError> {
        let event = decision(self.ticket(), answer, self.run.owner);
        self.go(event).await
    }

    pub async fn cancel(&mut self) {
        let by = Actor::Person { id: self.run.owner, name: self.run.owner_name.clone() };
        self.go(Event::CancelRequested { by }).await.unwrap();
    }

    pub fn ticket(&self) -> TicketId {
        self.run.state.ticket().expect("the run waits").id
    }

    /// What is stored is what the rules made.
    pub async fn assert_stored(&self) {
        let stored = self.store.load(self.run.id).await.unwrap().expect("the run is stored");
        assert_eq!(stored.run, self.run);
        assert_eq!(stored.version, self.version);
    }
}

pub fn prepared() -> Event {
    Event::Prepared { round: 1, draft: Box::new(draft()) }
}
