//! How much an agent may start, decided where it is written.

use std::sync::Arc;

use domain::{
    access::CallerKind,
    action::{ActionRequest, EXTERNAL},
    decision::Answer,
    id::PersonId,
    run::Run,
    step::{At, ask, start},
};
use server::ports::{AgentRow, Cap, Capped, Change, Store, StoreError};

use crate::{
    Backend,
    make::{Story, after, change, draft, fresh, noon, run},
};

async fn agent(store: &dyn Store) -> PersonId {
    let id = PersonId::from_uuid(fresh());
    let row = AgentRow { id, name: format!("agent {id}"), created_at: noon() };
    store.agent(&row).await.unwrap().id
}

fn of_agent(agent: PersonId, session: &str, second: i64) -> Run {
    let run = run(agent, session);
    Run { owner_kind: CallerKind::Agent, created_at: after(second), ..run }
}

fn starting(run: Run, cap: Cap) -> Change {
    let at = At { now: run.created_at, fresh: domain::id::TicketId::from_uuid(fresh()) };
    Change { cap: Some(cap), ..change(start(run, false, at), None) }
}

pub async fn an_agent_never_starts_more_than_it_may_however_many_try_at_once(
    backend: &impl Backend,
) {
    let store = backend.store();
    for (pending, per_hour, expected) in [(5, 100, 5), (100, 7, 7), (0, 9, 0)] {
        let cap = Cap { agent: agent(&*store).await, pending, per_hour };
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..40 {
            let (store, run) = (Arc::clone(&store), of_agent(cap.agent, &format!("s{number}"), 0));
            tasks.spawn(async move { store.commit(&starting(run, cap)).await });
        }
        let results = tasks.join_all().await;
        let began = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(began, expected, "{cap:?}");
        for refused in results.into_iter().filter_map(Result::err) {
            assert!(matches!(refused, StoreError::Capped(_)), "{refused:?}");
        }
    }
    let other = Cap { agent: agent(&*store).await, pending: 1, per_hour: 1 };
    store.commit(&starting(of_agent(other.agent, "s", 0), other)).await.unwrap();
}

pub async fn an_hour_after_its_start_a_run_counts_no_longer(backend: &impl Backend) {
    let store = backend.store();
    let cap = Cap { agent: agent(&*store).await, pending: 100, per_hour: 2 };
    let begin = async |second: i64| {
        let run = of_agent(cap.agent, &format!("at {second}"), second);
        store.commit(&starting(run, cap)).await
    };
    begin(0).await.unwrap();
    begin(1000).await.unwrap();

    let refused = begin(3599).await.unwrap_err();

    let StoreError::Capped(Capped::PerHour { most, wait }) = refused else { panic!("{refused:?}") };
    assert_eq!((most, wait), (2, 2), "a second, and one for what was cut off");
    begin(3600).await.unwrap();
    assert!(begin(3601).await.is_err(), "the one of second 1000 counts still");
    begin(4600).await.unwrap();
}

pub async fn what_an_agent_was_allowed_to_do_itself_does_not_wait_for_people(
    backend: &impl Backend,
) {
    let store = backend.store();
    let cap = Cap { agent: agent(&*store).await, pending: 1, per_hour: 100 };
    let action =
        ActionRequest { name: "pay".to_owned(), context: None, schema: None, callback: None };
    let mut asks = of_agent(cap.agent, "a", 0);
    (asks.action, asks.provider) = (Some(action), EXTERNAL.to_owned());
    asks.draft = Some(draft());
    let at = At { now: noon(), fresh: domain::id::TicketId::from_uuid(fresh()) };
    let asked = ask(asks, at);
    let run = asked.run.clone();
    let version = store.commit(&change(asked, None)).await.unwrap().version;
    let next = |second| starting(of_agent(cap.agent, "b", second), cap);
    let refused = store.commit(&next(1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Capped(Capped::Pending(1))), "{refused:?}");

    let mut story = Story { store: Arc::clone(&store), run, version, now: after(2) };
    story.decide(Answer::Approve).await.unwrap();

    store.commit(&next(3)).await.unwrap();
    let over = store.commit(&starting(of_agent(cap.agent, "c", 4), cap)).await.unwrap_err();
    assert!(matches!(over, StoreError::Capped(Capped::Pending(1))), "it is at work: {over:?}");
}
