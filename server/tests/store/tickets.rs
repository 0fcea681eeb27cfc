//! A ticket is decided once, in time, and keeps what was decided.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::{
    decision::{Action, Actor, Answer},
    event::Event,
    id::TicketId,
    policy::OnTimeout,
};
use futures::future::join_all;
use server::ports::{StoreError, TicketStatus};
use tokio::sync::Barrier;

use crate::{
    Backend,
    make::{self, PAYLOAD, Story, after, change, person, run},
};

const TICKETS: usize = 1000;
const CLIENTS: usize = 40;
/// Tickets that every client has read before any of them decides: a race on any machine.
const TOGETHER: usize = 100;

pub async fn a_thousand_tickets_raced_by_forty_clients_have_one_winner_each(
    backend: &impl Backend,
) {
    let store = backend.store();
    let stories = join_all((0..TICKETS).map(|_| Story::waiting(&store))).await;
    let stories = Arc::new(stories);
    let together: Vec<_> = (0..TOGETHER).map(|_| Barrier::new(CLIENTS)).collect();
    let together = Arc::new(together);
    let clients = (0..CLIENTS).map(|_| {
        let (stories, together, me) = (Arc::clone(&stories), Arc::clone(&together), person());
        tokio::spawn(async move {
            let (mut won, mut raced) = (Vec::new(), 0);
            for (index, story) in stories.iter().enumerate() {
                let id = story.ticket();
                let seen = story.store.ticket(id).await.unwrap().unwrap();
                if let Some(start) = together.get(index) {
                    start.wait().await;
                }
                if seen.status == TicketStatus::Pending {
                    let outcome = story.outcome(make::decision(id, Answer::Approve, me));
                    match story.store.commit(&change(outcome, Some(story.version))).await {
                        Ok(_) => {
                            won.push(id);
                            continue;
                        }
                        Err(StoreError::Conflict) => raced += 1,
                        Err(other) => panic!("{other:?}"),
                    }
                }
                let lost = story.store.ticket(id).await.unwrap().unwrap();
                assert_eq!(lost.status, TicketStatus::Decided);
                assert!(lost.decision.is_some(), "a loser can read who won");
            }
            (me, won, raced)
        })
    });
    let mut winners: HashMap<TicketId, Vec<_>> = HashMap::new();
    let mut races = 0;
    for client in join_all(clients).await {
        let (me, won, raced) = client.unwrap();
        races += raced;
        won.into_iter().for_each(|ticket| winners.entry(ticket).or_default().push(me));
    }
    assert_eq!(winners.len(), TICKETS);
    assert!(races >= TOGETHER * (CLIENTS - 1), "only {races} decisions lost a race");
    for story in stories.iter() {
        let [winner] = winners[&story.ticket()][..] else { panic!("two winners") };
        let ticket = store.ticket(story.ticket()).await.unwrap().unwrap();
        let Actor::Person { id, .. } = ticket.decision.unwrap().by else { panic!("no person") };
        assert_eq!(id, winner);
    }
    assert_eq!(store.open_tickets(&Default::default(), Default::default()).await.unwrap().total, 0);
}

pub async fn a_decision_after_the_deadline_is_too_late_though_the_rules_allowed_it(
    backend: &impl Backend,
) {
    let mut run = run(person(), "s");
    run.config.approval_timeout_seconds = Some(300);
    let mut story = Story::waiting_with(&backend.store(), run).await;
    assert_eq!(story.run.state.ticket().unwrap().expires_at, Some(after(300)));

    backend.move_clock(TimeDelta::days(36_525));
    assert!(matches!(story.decide(Answer::Approve).await, Err(StoreError::TooLate)));
    story.assert_stored().await;
    let ticket = story.store.ticket(story.ticket()).await.unwrap().unwrap();
    assert_eq!((ticket.status, ticket.decision), (TicketStatus::Pending, None));

    backend.move_clock(TimeDelta::zero());
    story.decide(Answer::Approve).await.unwrap();
    story.assert_stored().await;
}

pub async fn a_decision_may_come_late_where_the_deadline_only_escalates(backend: &impl Backend) {
    let mut run = run(person(), "s");
    run.config.approval_timeout_seconds = Some(300);
    run.config.on_timeout = OnTimeout::Escalate;
    let mut story = Story::waiting_with(&backend.store(), run).await;
    backend.move_clock(TimeDelta::days(36_525));
    story.decide(Answer::Approve).await.unwrap();
}

pub async fn the_server_closes_tickets_after_their_deadline(backend: &impl Backend) {
    let mut run = run(person(), "s");
    run.config.approval_timeout_seconds = Some(300);
    let mut story = Story::waiting_with(&backend.store(), run).await;
    let ticket = story.ticket();
    backend.move_clock(TimeDelta::days(36_525));
    story.now = after(300);
    story.go(Event::Tick).await.unwrap();
    let ticket = story.store.ticket(ticket).await.unwrap().unwrap();
    assert_eq!(ticket.status, TicketStatus::Expired);
    assert_eq!((ticket.closed_at, ticket.decision), (Some(after(300)), None));
}

pub async fn a_decision_is_kept_with_what_was_proposed_changed_and_decided(backend: &impl Backend) {
    let mut story = Story::waiting(&backend.store()).await;
    let id = story.ticket();
    let open = story.store.ticket(id).await.unwrap().unwrap();
    assert_eq!(Some(&open.ticket), story.run.state.ticket());
    assert_eq!((open.run, open.session.as_str()), (story.run.id, "session"));

    let final_text = PAYLOAD.replace("1.10", "1.20");
    story.decide(make::edited(&final_text)).await.unwrap();
    let ticket = story.store.ticket(id).await.unwrap().unwrap();
    assert_eq!(ticket.ticket, open.ticket);
    assert_eq!(ticket.decision, story.run.last_decision);
    assert_eq!(ticket.decision.unwrap().action, Action::Edit);
    let kept = backend
        .look("SELECT action, by_person, original, patch, final FROM hitl_approvals")
        .await
        .remove(0);
    let patch = r#"[{"op":"replace","path":"/width","value":1.20}]"#;
    let owner = story.run.owner.to_string();
    let expected = ["edit", &owner, PAYLOAD, patch, &final_text];
    assert_eq!(kept, expected.map(|text| Some(text.to_owned())));
    assert_eq!(story.store.ticket(TicketId::from_uuid(make::fresh())).await.unwrap(), None);
}

pub async fn a_changed_ticket_is_stored_with_its_new_version(backend: &impl Backend) {
    let mut run = run(person(), "s");
    run.config.approval_timeout_seconds = Some(300);
    run.config.on_timeout = OnTimeout::Escalate;
    let mut story = Story::waiting_with(&backend.store(), run).await;
    story.now = after(301);
    story.go(Event::Tick).await.unwrap();
    let ticket = story.store.ticket(story.ticket()).await.unwrap().unwrap();
    assert_eq!((ticket.ticket.version, ticket.ticket.overdue), (2, true));
    let row = story
        .store
        .open_tickets(&Default::default(), Default::default())
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!((row.overdue, row.expires_at), (true, None));
    story.decide(Answer::Approve).await.unwrap();
}

pub async fn looking_again_at_a_ticket_adds_to_the_time(backend: &impl Backend) {
    let story = Story::waiting(&backend.store()).await;
    let (store, ticket, me) = (&story.store, story.ticket(), person());
    store.seen(ticket, me, after(1), Duration::from_millis(1500), None).await.unwrap();
    store.seen(ticket, me, after(9), Duration::from_millis(250), None).await.unwrap();
    store.seen(ticket, person(), after(5), Duration::ZERO, None).await.unwrap();
    store
        .seen(TicketId::from_uuid(make::fresh()), me, after(5), Duration::ZERO, None)
        .await
        .unwrap();
    let views = backend
        .look(
            "SELECT dwell_ms, CASE WHEN last_at > first_at THEN 1 ELSE 0 END
            FROM hitl_ticket_views ORDER BY dwell_ms",
        )
        .await;
    let row = |dwell: &str, later: &str| [dwell, later].map(|text| Some(text.to_owned())).to_vec();
    assert_eq!(views, [row("0", "0"), row("1750", "1")]);
}
