//! A change is written whole or not at all.

use domain::{
    decision::{Actor, Answer},
    digest::Digest,
    event::{Event, Failure},
    id::TicketId,
    step::{At, start, step},
};
use futures::future::join_all;
use server::ports::{Change, IdempotencyKey, StoreError, TicketStatus, UsedKey};

use crate::{
    Backend,
    make::{self, Story, change, fresh, person, prepared, response, run},
};

const COUNTS: &str = "
    SELECT (SELECT COUNT(*) FROM hitl_runs), (SELECT COUNT(*) FROM hitl_pending_approvals),
        (SELECT COUNT(*) FROM hitl_approvals), (SELECT COUNT(*) FROM hitl_step_events),
        (SELECT COUNT(*) FROM hitl_effects), (SELECT COUNT(*) FROM hitl_attempts),
        (SELECT COUNT(*) FROM hitl_idempotency_keys)";

pub async fn a_refused_change_leaves_nothing_behind(backend: &impl Backend) {
    let store = backend.store();
    let mut story = Story::begin(&store, run(person(), "s")).await.unwrap();
    let opens = story.outcome(prepared());
    let mut waits = Story::waiting(&store).await;
    let approves = waits.outcome(make::decision(waits.ticket(), Answer::Approve, person()));
    story.cancel().await;
    waits.cancel().await;

    let before = backend.look(COUNTS).await;
    for (outcome, old) in [(opens, story.version - 1), (approves, waits.version - 1)] {
        let key = IdempotencyKey {
            scope: "s".to_owned(),
            key: "k".to_owned(),
            request: Digest::of(b"r"),
            answer: fresh(),
            reply: "{}".to_owned(),
        };
        let refused = Change { key: Some(key), ..change(outcome, Some(old)) };
        assert!(matches!(store.commit(&refused).await, Err(StoreError::Conflict)));
    }
    assert_eq!(backend.look(COUNTS).await, before);
    story.assert_stored().await;
    waits.assert_stored().await;
}

pub async fn a_change_from_an_old_version_is_refused(backend: &impl Backend) {
    let mut story = Story::waiting(&backend.store()).await;
    let old = story.version;
    story.decide(Answer::Approve).await.unwrap();
    assert_eq!(story.version, old + 1);
    let tick = change(story.outcome(Event::Tick), Some(old));
    assert!(matches!(story.store.commit(&tick).await, Err(StoreError::Conflict)));
    let unknown = Change { from: Some(1), ..change(start_of(run(person(), "s")), None) };
    assert!(matches!(story.store.commit(&unknown).await, Err(StoreError::Conflict)));
}

fn start_of(run: domain::run::Run) -> domain::step::Outcome {
    let at = At { now: run.created_at, fresh: domain::id::TicketId::from_uuid(fresh()) };
    start(run, false, at)
}

pub async fn a_run_is_created_once(backend: &impl Backend) {
    let store = backend.store();
    let mut run = run(person(), "s");
    Story::begin(&store, run.clone()).await.unwrap().cancel().await;
    run.input.session_id = "t".to_owned();
    assert!(matches!(Story::begin(&store, run).await.err(), Some(StoreError::Conflict)));
}

pub async fn a_second_active_run_of_a_session_is_refused_until_the_first_has_ended(
    backend: &impl Backend,
) {
    let store = backend.store();
    let owner = person();
    let mut first = Story::begin(&store, run(owner, "s")).await.unwrap();
    let busy = |result: Result<Story, StoreError>| {
        assert!(matches!(result.err(), Some(StoreError::SessionBusy)));
    };
    busy(Story::begin(&store, run(owner, "s")).await);
    first.go(prepared()).await.unwrap();
    busy(Story::begin(&store, run(owner, "s")).await);

    let mut queued = Story::queue(&store, run(owner, "s")).await.unwrap();
    assert!(matches!(queued.go(Event::TurnCame).await, Err(StoreError::SessionBusy)));
    first.cancel().await;
    queued.go(Event::TurnCame).await.unwrap();
    busy(Story::begin(&store, run(owner, "s")).await);
}

pub async fn the_same_session_name_of_somebody_else_is_another_session(backend: &impl Backend) {
    let store = backend.store();
    Story::begin(&store, run(person(), "s")).await.unwrap();
    Story::begin(&store, run(person(), "s")).await.unwrap();
}

pub async fn a_used_key_is_answered_with_what_it_was_used_for_before_anything_else(
    backend: &impl Backend,
) {
    let store = backend.store();
    let owner = person();
    let keyed = |scope: &str, session: &str, request: &[u8]| Change {
        key: Some(IdempotencyKey {
            scope: scope.to_owned(),
            key: "one".to_owned(),
            request: Digest::of(request),
            answer: fresh(),
            reply: r#"{"a":1.10}"#.to_owned(),
        }),
        ..change(start_of(run(owner, session)), None)
    };
    let first = keyed("mara /run", "s", b"a");
    store.commit(&first).await.unwrap();
    let used = first.key.clone().unwrap();
    let used = UsedKey { request: used.request, answer: used.answer, reply: used.reply };

    // The session is busy as well; the key is what counts.
    let again = store.commit(&keyed("mara /run", "s", b"b")).await.unwrap_err();
    let StoreError::KeyUsed(found) = again else { panic!("{again:?}") };
    assert_eq!(*found, used);
    assert_eq!(store.used_key("mara /run", "one").await.unwrap(), Some(used));
    assert_eq!(store.used_key("mara /run", "two").await.unwrap(), None);
    store.commit(&keyed("otto /run", "t", b"a")).await.unwrap();
}

pub async fn a_key_of_a_refused_change_stays_free(backend: &impl Backend) {
    let store = backend.store();
    let owner = person();
    Story::begin(&store, run(owner, "s")).await.unwrap();
    let key = |answer| IdempotencyKey {
        scope: "a".to_owned(),
        key: "k".to_owned(),
        request: Digest::of(b"r"),
        answer,
        reply: String::new(),
    };
    let of =
        |session| Change { key: Some(key(fresh())), ..change(start_of(run(owner, session)), None) };
    assert!(matches!(store.commit(&of("s")).await, Err(StoreError::SessionBusy)));
    assert_eq!(store.used_key("a", "k").await.unwrap(), None);
    store.commit(&of("t")).await.unwrap();
}

pub async fn one_refused_change_does_not_harm_its_neighbours(backend: &impl Backend) {
    let store = backend.store();
    let owner = person();
    Story::begin(&store, run(owner, "busy")).await.unwrap();
    let runs: Vec<_> = (0..120)
        .map(|number| {
            let session = format!("s{number}");
            run(owner, if number % 3 == 0 { "busy" } else { &session })
        })
        .collect();
    let begun = join_all(runs.iter().map(|run| Story::begin(&store, run.clone()))).await;
    for (number, (run, result)) in runs.iter().zip(begun).enumerate() {
        let stored = store.load(run.id).await.unwrap();
        if number % 3 == 0 {
            assert!(matches!(result.err(), Some(StoreError::SessionBusy)));
            assert_eq!(stored, None);
        } else {
            assert_eq!(stored.unwrap().run, result.unwrap().run);
            assert_eq!(store.history(run.id).await.unwrap().len(), 1);
        }
    }
}

pub async fn every_attempt_is_recorded_with_what_became_of_it(backend: &impl Backend) {
    let store = backend.store();
    let mut story = Story::waiting(&store).await;
    story.decide(Answer::Approve).await.unwrap();
    story.go(Event::CallStarted { attempt: 1 }).await.unwrap();
    let failure = Failure::Busy { message: "later".to_owned(), retry_after_seconds: None };
    story.go(Event::CallFailed { attempt: 1, failure }).await.unwrap();
    story.go(Event::CallStarted { attempt: 2 }).await.unwrap();
    story.go(Event::CallLost { attempt: 2, repeat_safe: false }).await.unwrap();
    let phases = "SELECT attempt, phase, idempotency_key FROM hitl_attempts ORDER BY attempt";
    let key = |attempt: u32| format!("{}:{attempt}", story.run.id);
    let rows = |second: &str| {
        let row = |attempt, phase: &str| {
            [format!("{attempt}"), phase.to_owned(), key(attempt)].map(Some).to_vec()
        };
        vec![row(1, "failed"), row(2, second)]
    };
    assert_eq!(backend.look(phases).await, rows("unknown"));
    let expected = rows("answered");
    let answered = Event::Answered { attempt: 2, response: Box::new(response()) };
    story.go(answered).await.unwrap();
    assert_eq!(backend.look(phases).await, expected);
    let tickets = store.tickets_of(story.run.id).await.unwrap();
    assert_eq!(tickets.len(), 2);
    assert_eq!(tickets[1].status, TicketStatus::Cancelled);
    assert!(tickets[1].closed_reason.as_deref().unwrap().starts_with("superseded"));
    assert!(!matches!(tickets[0].decision.as_ref().unwrap().by, Actor::System));
}

pub async fn a_call_that_begins_as_it_is_called_for_is_one_attempt_that_is_sending(
    backend: &impl Backend,
) {
    let store = backend.store();
    let mut story = Story::waiting(&store).await;
    let decided = make::decision(story.ticket(), Answer::Approve, story.run.owner);
    let approved = story.outcome(decided);
    let at = At { now: story.now, fresh: TicketId::from_uuid(fresh()) };
    let begun = step(&approved.run, Event::CallStarted { attempt: 1 }, at).unwrap();
    let both = approved.then(begun);

    story.run = both.run.clone();
    let change = change(both, Some(story.version));
    story.version = store.commit(&change).await.unwrap().version;

    story.assert_stored().await;
    let attempts = "SELECT attempt, phase FROM hitl_attempts WHERE started_at IS NOT NULL";
    let sending = ["1", "sending"].map(|column| Some(column.to_owned())).to_vec();
    assert_eq!(backend.look(attempts).await, [sending]);
    let history = store.history(story.run.id).await.unwrap();
    let numbers: Vec<i64> = history.iter().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
}
