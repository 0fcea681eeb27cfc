//! What is too old is taken away, whole, and nothing that is still needed.

use std::{path::PathBuf, sync::Arc};

use app::api::{page::PageRequest, threads::MessageRole};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    decision::Answer,
    digest::Digest,
    event::Event,
    id::{AttachmentId, PersonId, RunId, TicketId},
};
use futures::{StreamExt as _, stream};
use object_store::memory::InMemory;
use server::{
    clock::SetClock,
    files::{Files, ObjectFiles, Unused as _},
    ids::CountingIds,
    orchestrator::{Caps, Limits, Orchestrator, Retention, Swept},
    ports::{AttachmentRow, Change, Decisions, IdempotencyKey, MessageRow, Store, StoreError},
    provider::Registry,
};

use crate::{
    Backend,
    make::{Story, after, change, fresh, noon, person, response, run},
};

const DAY: i64 = 86_400;

/// Every table that holds something of a run.
const LEFT: &str = "
    SELECT 'runs', COUNT(*) FROM hitl_runs UNION ALL
    SELECT 'tickets', COUNT(*) FROM hitl_pending_approvals UNION ALL
    SELECT 'decisions', COUNT(*) FROM hitl_approvals UNION ALL
    SELECT 'views', COUNT(*) FROM hitl_ticket_views UNION ALL
    SELECT 'drafts', COUNT(*) FROM hitl_drafts UNION ALL
    SELECT 'events', COUNT(*) FROM hitl_step_events UNION ALL
    SELECT 'effects', COUNT(*) FROM hitl_effects UNION ALL
    SELECT 'messages', COUNT(*) FROM hitl_messages UNION ALL
    SELECT 'threads', COUNT(*) FROM hitl_threads UNION ALL
    SELECT 'attempts', COUNT(*) FROM hitl_attempts";
const KEPT: &str = "
    SELECT approval_id, run_id, action, via, proposed_digest, decided_digest, provider_name
    FROM hitl_kept_decisions";

/// A run that a person looked at and approved, and that was carried out.
async fn done(store: &Arc<dyn Store>) -> Story {
    let mut story = Story::waiting(store).await;
    let second = std::time::Duration::from_secs(1);
    let (ticket, owner) = (story.ticket(), story.run.owner);
    store.seen(ticket, owner, noon(), second, None).await.unwrap();
    story.decide(Answer::Approve).await.unwrap();
    store.save_draft(ticket, owner, "typed too late", noon()).await.unwrap();
    story.go(Event::CallStarted { attempt: 1 }).await.unwrap();
    let answered = Event::Answered { attempt: 1, response: Box::new(response()) };
    story.go(answered).await.unwrap();
    assert!(story.run.state.is_over());
    for (run, ticket) in [(Some(story.run.id), None), (None, Some(ticket))] {
        store.add_message(&message(owner, run, ticket), None).await.unwrap();
    }
    story
}

fn message(owner: PersonId, run: Option<RunId>, ticket: Option<TicketId>) -> MessageRow {
    MessageRow {
        id: fresh(),
        owner,
        session: "session".to_owned(),
        run,
        ticket,
        role: MessageRole::Assistant,
        author: "agent".to_owned(),
        text: "hello".to_owned(),
        props: "{}".to_owned(),
        attachments: Vec::new(),
        created_at: noon(),
    }
}

fn file(
    owner: PersonId,
    session: &str,
    content: &[u8],
    created_at: DateTime<Utc>,
) -> AttachmentRow {
    AttachmentRow {
        id: AttachmentId::from_uuid(fresh()),
        session: session.to_owned(),
        owner,
        uploaded_by: owner,
        digest: Digest::of(content),
        name: "a.png".to_owned(),
        media_type: "image/png".to_owned(),
        size: content.len() as u64,
        made_by: None,
        created_at,
    }
}

async fn left(backend: &impl Backend) -> Vec<String> {
    let tables = backend.look(LEFT).await;
    let full = tables.into_iter().filter(|row| row[1].as_deref() != Some("0"));
    full.map(|row| row[0].clone().unwrap()).collect()
}

pub async fn a_run_that_is_over_goes_with_all_its_rows_and_its_decision_stays_as_digests(
    backend: &impl Backend,
) {
    let store = backend.store();
    let story = done(&store).await;
    let record = story.run.last_decision.clone().unwrap();
    assert_eq!(left(backend).await.len(), 10, "the run has rows everywhere");
    assert_eq!(
        store.ended_before(noon(), 10).await.unwrap(),
        [],
        "it is as old as that, not older"
    );
    assert_eq!(store.ended_before(after(1), 10).await.unwrap(), [story.run.id]);

    store.remove_runs(&[story.run.id], Decisions::Keep, after(9)).await.unwrap();

    assert_eq!(left(backend).await, Vec::<String>::new());
    assert_eq!(store.load(story.run.id).await.unwrap(), None);
    let expected = [
        record.ticket.to_string(),
        story.run.id.to_string(),
        "approve".to_owned(),
        "browser".to_owned(),
        record.proposed.to_string(),
        record.decided.to_string(),
        "image".to_owned(),
    ];
    assert_eq!(backend.look(KEPT).await, [expected.map(Some).to_vec()]);
}

pub async fn where_decisions_are_not_kept_nothing_of_a_run_stays(backend: &impl Backend) {
    let store = backend.store();
    let story = done(&store).await;

    store.remove_runs(&[story.run.id], Decisions::Remove, after(9)).await.unwrap();

    assert_eq!(left(backend).await, Vec::<String>::new());
    assert_eq!(backend.look(KEPT).await, Vec::<Vec<Option<String>>>::new());
}

pub async fn a_run_that_is_not_over_is_never_taken_away_nor_is_what_was_to_go_with_it(
    backend: &impl Backend,
) {
    let store = backend.store();
    let over = done(&store).await;
    let waiting = Story::waiting(&store).await;
    let preparing = Story::begin(&store, run(person(), "s")).await.unwrap();
    let queued = Story::queue(&store, run(person(), "s")).await.unwrap();
    assert_eq!(store.ended_before(after(1), 10).await.unwrap(), [over.run.id]);

    for active in [&waiting, &preparing, &queued] {
        let both = [over.run.id, active.run.id];
        let refused = store.remove_runs(&both, Decisions::Keep, after(9)).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        active.assert_stored().await;
    }
    over.assert_stored().await;
    assert_eq!(backend.look(KEPT).await, Vec::<Vec<Option<String>>>::new());
}

pub async fn what_was_said_in_a_session_goes_with_its_thread_when_no_run_is_left(
    backend: &impl Backend,
) {
    let store = backend.store();
    let over = done(&store).await;
    let (mara, otto) = (over.run.owner, person());
    let young = MessageRow { created_at: after(5), ..message(otto, None, None) };
    let other = MessageRow { session: "other".to_owned(), ..message(otto, None, None) };
    for row in [&message(mara, None, None), &message(otto, None, None), &young, &other] {
        store.add_message(row, None).await.unwrap();
    }
    assert_eq!(store.remove_talks(noon(), 10).await.unwrap(), 0, "nothing is older than that");

    assert_eq!(store.remove_talks(after(5), 10).await.unwrap(), 2, "Mara's session has a run");

    let page = PageRequest::default();
    let stays = store.messages("session", Some(otto), page.clone()).await.unwrap();
    assert_eq!(stays.items, [young]);
    assert!(store.thread(otto, "session").await.unwrap().is_some());
    assert!(store.thread(otto, "other").await.unwrap().is_none());
    assert_eq!(store.messages("session", Some(mara), page).await.unwrap().total, 3);

    store.remove_runs(&[over.run.id], Decisions::Remove, after(9)).await.unwrap();
    assert!(store.thread(mara, "session").await.unwrap().is_some(), "somebody spoke there");
    assert_eq!(store.remove_talks(after(9), 10).await.unwrap(), 2);
    assert_eq!(left(backend).await, Vec::<String>::new());
}

pub async fn files_of_a_session_with_a_run_under_way_stay_whatever_their_age(
    backend: &impl Backend,
) {
    let (store, mara) = (backend.store(), person());
    let mut story = Story::waiting_with(&store, run(mara, "busy")).await;
    let (kept, other, young) = (
        file(mara, "busy", b"1", noon()),
        file(mara, "idle", b"2", noon()),
        file(mara, "idle", b"3", after(5)),
    );
    for row in [&kept, &other, &young] {
        store.add_attachment(row, None).await.unwrap();
    }

    assert_eq!(store.remove_attachments(after(5), 10).await.unwrap(), 1);

    assert_eq!(store.attachment(other.id).await.unwrap(), None);
    assert!(!store.is_attached(&other.digest).await.unwrap());
    for row in [&kept, &young] {
        assert_eq!(store.attachment(row.id).await.unwrap().as_ref(), Some(row));
        assert!(store.is_attached(&row.digest).await.unwrap());
    }
    story.cancel().await;
    assert_eq!(store.remove_attachments(after(5), 10).await.unwrap(), 1, "its session is free");
}

pub async fn keys_are_forgotten_after_their_time(backend: &impl Backend) {
    let store = backend.store();
    let story = Story::waiting(&store).await;
    let key = |key: &str| IdempotencyKey {
        scope: "scope".to_owned(),
        key: key.to_owned(),
        request: Digest::of(b""),
        answer: story.run.id.as_uuid(),
        reply: String::new(),
    };
    let mut version = story.version;
    for (seconds, name) in [(0, "old"), (60, "young")] {
        let at = domain::step::At { now: after(seconds), fresh: story.ticket() };
        let by = domain::decision::Actor::System;
        let held = Event::Held { ticket: story.ticket(), by };
        let mut outcome = domain::step::step(&story.run, held, at).unwrap();
        outcome.run.updated_at = after(seconds);
        let with_key = Change { key: Some(key(name)), ..change(outcome, Some(version)) };
        version = store.commit(&with_key).await.unwrap().version;
    }

    assert_eq!(store.forget_keys(after(60), 10).await.unwrap(), 1);

    assert_eq!(store.used_key("scope", "old").await.unwrap(), None);
    assert!(store.used_key("scope", "young").await.unwrap().is_some());
    assert_eq!(store.forget_keys(after(60), 10).await.unwrap(), 0);
}

struct Household {
    orchestrator: Orchestrator,
    files: ObjectFiles,
    clock: Arc<SetClock>,
}

fn household(store: &Arc<dyn Store>) -> Household {
    let files = ObjectFiles::new(Arc::new(InMemory::new()), object_store::path::Path::default());
    let clock = Arc::new(SetClock::at(noon()));
    let orchestrator = Orchestrator::new(
        Arc::clone(store),
        Arc::new(files.clone()),
        Registry::default(),
        clock.clone(),
        Arc::new(CountingIds::default()),
        Limits { upload: 0, uploads_per_day: 0, agents: Caps::default() },
        PathBuf::new(),
    );
    Household { orchestrator, files, clock }
}

/// Of an instance that was just started.
pub fn orchestrator(store: &Arc<dyn Store>) -> Orchestrator {
    household(store).orchestrator
}

async fn put(files: &ObjectFiles, content: &'static [u8]) -> Digest {
    let bytes = stream::once(async move { Ok(bytes::Bytes::from_static(content)) }).boxed();
    files.put(bytes, 100).await.unwrap().sha256
}

pub async fn a_sweep_takes_what_is_too_old_and_what_nobody_refers_to(backend: &impl Backend) {
    let store = backend.store();
    let Household { orchestrator, files, clock } = household(&store);
    let over = done(&store).await;
    let waiting = Story::waiting(&store).await;
    let owner = person();
    store.add_attachment(&file(owner, "s", b"old", noon()), None).await.unwrap();
    store.add_attachment(&file(owner, "s", b"young", after(DAY)), None).await.unwrap();
    let (old, young) = (put(&files, b"old").await, put(&files, b"young").await);
    let orphan = put(&files, b"orphan").await;
    store.add_message(&message(owner, None, None), None).await.unwrap();
    let days = |days| Some(TimeDelta::days(days));
    let retention = Retention { runs: days(30), files: days(60), decisions: Decisions::Keep };

    clock.advance(TimeDelta::days(30));
    let early = orchestrator.sweep(retention).await.unwrap();
    assert_eq!(early, Swept { set_aside: 1, ..Swept::default() }, "the orphan alone");

    // Set aside is not gone: who refers to it after all finds it.
    let orphaned = file(owner, "s", b"orphan", after(50 * DAY));
    store.add_attachment(&orphaned, None).await.unwrap();
    clock.advance(TimeDelta::hours(1));
    let later = orchestrator.sweep(retention).await.unwrap();
    assert_eq!(later, Swept { runs: 1, messages: 1, ..Swept::default() });
    assert_eq!(files.get(&orphan).await.unwrap().unwrap(), &b"orphan"[..]);
    assert_eq!(store.load(over.run.id).await.unwrap(), None);
    waiting.assert_stored().await;

    clock.set(after(60 * DAY + 1));
    let last = orchestrator.sweep(retention).await.unwrap();
    assert_eq!(last, Swept { attachments: 1, set_aside: 1, ..Swept::default() });
    clock.advance(TimeDelta::hours(1));
    let removed = orchestrator.sweep(retention).await.unwrap();
    assert_eq!(removed, Swept { removed: 1, ..Swept::default() });
    assert_eq!(files.get(&old).await.unwrap(), None);
    assert_eq!(files.get(&young).await.unwrap().unwrap(), &b"young"[..]);
    waiting.assert_stored().await;
}

pub async fn a_sweep_without_limits_takes_nothing(backend: &impl Backend) {
    let store = backend.store();
    let Household { orchestrator, files, clock } = household(&store);
    let over = done(&store).await;
    store.add_attachment(&file(person(), "s", b"old", noon()), None).await.unwrap();
    store.add_message(&message(person(), None, None), None).await.unwrap();
    let old = put(&files, b"old").await;
    let keep = Retention { runs: None, files: None, decisions: Decisions::Keep };

    clock.advance(TimeDelta::days(10_000));
    let swept = orchestrator.sweep(keep).await.unwrap();

    assert_eq!(swept, Swept::default());
    over.assert_stored().await;
    assert!(files.get(&old).await.unwrap().is_some());
    assert!(files.set_aside_before(after(20_000 * DAY)).await.unwrap().is_empty());
}
