//! Effects are carried out by one worker at a time, not before their time, until they are finished.

use std::{collections::HashSet, sync::Arc};

use domain::{
    action::ActionRequest,
    decision::Answer,
    effect::Effect,
    event::{Event, Failure},
    id::TicketId,
    run::Run,
    step::{At, ask, start},
};
use futures::future::join_all;
use server::ports::{Change, Lease, StoreError};

use crate::{
    Backend,
    make::{Story, after, change, draft, fresh, noon, person, prepared, run},
};

pub async fn effects_are_claimed_by_one_worker_only(backend: &impl Backend) {
    let store = backend.store();
    join_all((0..60).map(|_| Story::begin(&store, run(person(), "s")))).await;
    let claims = (0..12).map(|_| store.claim(noon(), fresh(), after(20), 7));
    let claimed: Vec<_> =
        join_all(claims).await.into_iter().flat_map(|effects| effects.unwrap()).collect();
    assert_eq!(claimed.len(), 60);
    let ids: HashSet<i64> = claimed.iter().map(|effect| effect.id).collect();
    assert_eq!(ids.len(), 60);
    assert!(claimed.iter().all(|effect| effect.effect == Effect::Prepare { round: 1 }));
    assert!(claimed.iter().all(|effect| effect.claims == 1));
    for effect in &claimed {
        store.finish(effect).await.unwrap();
    }
    assert_eq!(store.claim(after(1000), fresh(), after(2000), 100).await.unwrap(), []);
}

pub async fn an_effect_is_not_claimed_before_its_time(backend: &impl Backend) {
    let store = backend.store();
    let mut story = Story::waiting(&store).await;
    story.decide(Answer::Approve).await.unwrap();
    story.go(Event::CallStarted { attempt: 1 }).await.unwrap();
    for effect in store.claim(noon(), fresh(), after(20), 100).await.unwrap() {
        store.finish(&effect).await.unwrap();
    }
    let failure = Failure::Busy { message: "later".to_owned(), retry_after_seconds: Some(30) };
    story.go(Event::CallFailed { attempt: 1, failure }).await.unwrap();
    let early = after(30) - chrono::TimeDelta::microseconds(1);
    assert_eq!(store.claim(early, fresh(), after(60), 100).await.unwrap(), []);
    let due = store.claim(after(30), fresh(), after(60), 100).await.unwrap();
    assert!(matches!(due[..], [ref one] if matches!(one.effect, Effect::Call { attempt: 2, .. })));
}

pub async fn an_expired_lease_is_taken_over_and_its_old_holder_can_do_nothing(
    backend: &impl Backend,
) {
    let store = backend.store();
    let story = Story::begin(&store, run(person(), "s")).await.unwrap();
    let old = store.claim(noon(), fresh(), after(20), 10).await.unwrap().remove(0);
    assert!(store.renew(&old, after(40)).await.unwrap());
    assert_eq!(store.claim(after(39), fresh(), after(60), 10).await.unwrap(), []);
    let new = store.claim(after(40), fresh(), after(60), 10).await.unwrap().remove(0);
    assert_eq!((new.id, &new.effect, new.claims), (old.id, &old.effect, 2));

    assert!(!store.renew(&old, after(90)).await.unwrap());
    store.finish(&old).await.unwrap();
    let outcome = story.outcome(prepared());
    let late = Change { finishes: Some(old), ..change(outcome.clone(), Some(story.version)) };
    assert!(matches!(store.commit(&late).await, Err(StoreError::Conflict)));
    story.assert_stored().await;
    let in_time = Change { finishes: Some(new.clone()), ..late };
    store.commit(&in_time).await.unwrap();
    assert!(!store.renew(&new, after(90)).await.unwrap());
}

pub async fn a_change_takes_the_effect_it_carries_out_out_of_the_outbox(backend: &impl Backend) {
    let store = backend.store();
    let story = Story::begin(&store, run(person(), "s")).await.unwrap();
    let effect = store.claim(noon(), fresh(), after(20), 10).await.unwrap().remove(0);
    let outcome = story.outcome(prepared());
    let done = Change { finishes: Some(effect), ..change(outcome, Some(story.version)) };
    store.commit(&done).await.unwrap();
    assert_eq!(store.claim(after(1000), fresh(), after(2000), 10).await.unwrap(), []);
    assert_eq!(store.next_wake().await.unwrap(), None);
}

pub async fn a_turn_is_over_at_once_unless_a_run_of_its_session_is_queued(backend: &impl Backend) {
    let store = backend.store();
    let mara = person();
    Story::begin(&store, run(mara, "s")).await.unwrap();
    let effect = store.claim(noon(), fresh(), after(20), 10).await.unwrap().remove(0);
    Story::queue(&store, run(mara, "s")).await.unwrap();
    assert!(!store.finish_unless_queued(&effect, mara, "s").await.unwrap());
    assert!(store.renew(&effect, after(40)).await.unwrap(), "nothing was taken out");
    assert!(store.finish_unless_queued(&effect, mara, "t").await.unwrap());
    assert!(!store.finish_unless_queued(&effect, mara, "t").await.unwrap(), "it is gone");
}

pub async fn the_next_wake_is_the_soonest_of_effects_and_runs(backend: &impl Backend) {
    let store = backend.store();
    assert_eq!(store.next_wake().await.unwrap(), None);
    let mut run = run(person(), "s");
    run.config.approval_timeout_seconds = Some(300);
    Story::waiting_with(&store, run).await;
    assert_eq!(store.next_wake().await.unwrap(), Some(noon()), "an effect is ready");
    let effect = store.claim(noon(), fresh(), after(20), 10).await.unwrap().remove(0);
    assert_eq!(store.next_wake().await.unwrap(), Some(after(20)), "its lease may end");
    store.finish(&effect).await.unwrap();
    assert_eq!(store.next_wake().await.unwrap(), Some(after(300)), "the ticket's deadline");
}

pub async fn an_effect_written_under_a_lease_is_its_holders_until_the_lease_ends(
    backend: &impl Backend,
) {
    let store = backend.store();
    let at = At { now: noon(), fresh: TicketId::from_uuid(fresh()) };
    let begun = start(run(person(), "s"), false, at);
    let lease = Lease { id: fresh(), until: after(20), effects: 1 };
    let change = Change { lease: Some(lease), ..change(begun.clone(), None) };

    let committed = store.commit(&change).await.unwrap();

    let [mine] = &committed.claimed[..] else { panic!("{committed:?}") };
    assert_eq!((&mine.effect, mine.lease, mine.claims), (&begun.effects[0], lease.id, 1));
    assert_eq!(mine.run, begun.run.id);
    assert_eq!(store.claim(after(19), fresh(), after(60), 10).await.unwrap(), []);
    assert_eq!(store.next_wake().await.unwrap(), Some(after(20)), "its lease may end");
    assert!(store.renew(mine, after(40)).await.unwrap());
    let taken_over = store.claim(after(40), fresh(), after(60), 10).await.unwrap();
    assert!(matches!(&taken_over[..], [one] if one.id == mine.id && one.claims == 2));
}

pub async fn what_is_put_off_is_left_alone_until_its_time(backend: &impl Backend) {
    let store = backend.store();
    Story::begin(&store, run(person(), "s")).await.unwrap();
    let old = store.claim(noon(), fresh(), after(20), 10).await.unwrap().remove(0);

    store.put_off(&old, after(60), 7).await.unwrap();

    store.finish(&old).await.unwrap();
    assert!(!store.renew(&old, after(90)).await.unwrap(), "the lease was given back");
    assert_eq!(store.next_wake().await.unwrap(), Some(after(60)));
    assert_eq!(store.claim(after(59), fresh(), after(80), 10).await.unwrap(), []);
    let new = store.claim(after(60), fresh(), after(80), 10).await.unwrap().remove(0);
    assert_eq!((new.id, new.claims), (old.id, 8));
    store.put_off(&old, after(1000), 1).await.unwrap();
    assert!(store.renew(&new, after(90)).await.unwrap(), "it is somebody else's now");
}

pub async fn a_restored_instance_calls_nobody_back(backend: &impl Backend) {
    let store = backend.store();
    let callback = Some("https://agent.example/".to_owned());
    let action = ActionRequest { name: "pay".to_owned(), context: None, schema: None, callback };
    let asking = Run { action: Some(action), draft: Some(draft()), ..run(person(), "s") };
    let asked = ask(asking, At { now: noon(), fresh: TicketId::from_uuid(fresh()) });
    let asked_run = asked.run.clone();
    let version = store.commit(&change(asked, None)).await.unwrap().version;
    let mut story = Story { store: Arc::clone(&store), run: asked_run, version, now: noon() };
    story.decide(Answer::Approve).await.unwrap();
    let due = store.claim(noon(), fresh(), after(1), 10).await.unwrap();
    assert!(matches!(due[..], [ref one] if matches!(one.effect, Effect::CallBack { .. })));

    store.settle_restores(noon()).await.unwrap();

    assert_eq!(store.claim(after(100), fresh(), after(200), 10).await.unwrap(), []);
}

pub async fn a_secret_is_made_once(backend: &impl Backend) {
    let store = backend.store();
    let made = join_all((0..9).map(|number| {
        let (store, fresh) = (Arc::clone(&store), format!("secret {number}"));
        async move { store.secret("a", &fresh, noon()).await.unwrap() }
    }))
    .await;
    assert!(made.iter().all(|one| *one == made[0]), "{made:?}");
    assert_eq!(store.secret("b", "another", noon()).await.unwrap(), "another");
}
