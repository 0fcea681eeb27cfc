//! Lists, read in pages.

use std::collections::HashSet;

use app::api::page::{Page, PageRequest};
use domain::{
    event::Event,
    id::{RunId, TicketId},
    policy::OnTimeout,
    state::Status,
};
use server::ports::{RunFilter, RunRow, StoreError};

use crate::{
    Backend,
    make::{Story, after, noon, person, run},
};

fn page(cursor: Option<String>, limit: u32) -> PageRequest {
    PageRequest { cursor, limit }
}

pub async fn pages_of_runs_hold_each_run_once_while_others_are_added(backend: &impl Backend) {
    let store = backend.store();
    let mut expected = HashSet::new();
    for number in 0..25 {
        let mut run = run(person(), "s");
        // Several of the same time: the id decides then.
        run.created_at = after(number / 3);
        expected.insert(run.id);
        Story::begin(&store, run).await.unwrap();
    }
    let mut seen: Vec<RunRow> = Vec::new();
    let mut cursor = None;
    loop {
        let Page { items, total, next } =
            store.runs(&RunFilter::default(), page(cursor, 4)).await.unwrap();
        assert!(items.len() <= 4 && total >= 25);
        seen.extend(items);
        if next.is_none() {
            break;
        }
        cursor = next;
        let mut newer = run(person(), "s");
        newer.created_at = after(100);
        Story::begin(&store, newer).await.unwrap();
    }
    assert!(seen.is_sorted_by_key(|row| std::cmp::Reverse((row.created_at, row.run))));
    let ids: Vec<RunId> = seen.iter().map(|row| row.run).collect();
    assert_eq!(ids.len(), 25);
    assert_eq!(ids.into_iter().collect::<HashSet<_>>(), expected);
}

pub async fn runs_are_listed_by_session_and_status(backend: &impl Backend) {
    let store = backend.store();
    let mara = person();
    let mut ended = Story::begin(&store, run(mara, "a")).await.unwrap();
    ended.cancel().await;
    let waiting = Story::waiting_with(&store, run(mara, "a")).await;
    let queued = Story::queue(&store, run(mara, "a")).await.unwrap();
    let other = Story::begin(&store, run(mara, "b")).await.unwrap();
    let list = async |session: Option<&str>, statuses: &[Status]| {
        let (session, statuses) = (session.map(str::to_owned), statuses.to_vec());
        let filter = RunFilter { session, statuses, ..RunFilter::default() };
        let page = store.runs(&filter, page(None, 10)).await.unwrap();
        assert_eq!(page.total, page.items.len() as u64);
        assert_eq!(page.next, None);
        page.items.into_iter().map(|row| row.run).collect::<Vec<_>>()
    };
    let [ended, waiting, queued, other] = [ended, waiting, queued, other].map(|s| s.run.id);
    assert_eq!(list(None, &[]).await, [other, queued, waiting, ended]);
    assert_eq!(list(Some("a"), &[]).await, [queued, waiting, ended]);
    assert_eq!(list(Some("c"), &[]).await, []);
    assert_eq!(list(None, &[Status::Cancelled, Status::Running]).await, [other, ended]);
    assert_eq!(list(Some("a"), &[Status::Queued, Status::Running]).await, [queued]);

    let rows = store.runs(&RunFilter::default(), page(None, 4)).await.unwrap().items;
    let row = rows.iter().find(|row| row.run == ended).unwrap();
    assert_eq!((row.owner, row.owner_name.as_str(), row.status), (mara, "Mara", Status::Cancelled));
    assert_eq!(row.end_reason, Some(domain::state::EndReason::Cancelled));
    assert_eq!((row.agent.as_str(), row.provider.as_str()), ("agent@example.org", "image"));
    assert_eq!((row.prompt.as_str(), row.created_at), ("Make the logo smaller", noon()));
}

pub async fn pages_of_open_tickets_hold_each_ticket_once_in_the_order_of_urgency(
    backend: &impl Backend,
) {
    let store = backend.store();
    let mut expected: Vec<TicketId> = Vec::new();
    // In the order in which they should come: overdue, by deadline, without one; the oldest first.
    let deadlines = [Some(1), Some(1), Some(10), Some(20), Some(20), None, None, None];
    for (number, seconds) in deadlines.into_iter().enumerate().rev() {
        let mut run = run(person(), "s");
        run.input.prompt = "long ".repeat(100);
        run.config.approval_timeout_seconds = seconds;
        run.config.on_timeout = OnTimeout::Escalate;
        run.created_at = after(number as i64) - chrono::TimeDelta::seconds(8);
        let mut story = Story::waiting_with(&store, run).await;
        if seconds == Some(1) {
            story.now = after(5);
            story.go(Event::Tick).await.unwrap();
        }
        expected.insert(0, story.ticket());
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let Page { items, total, next } =
            store.open_tickets(&Default::default(), page(cursor, 3)).await.unwrap();
        assert_eq!(total, 8);
        seen.extend(items);
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    let order: Vec<TicketId> = seen.iter().map(|row| row.ticket).collect();
    assert_eq!(order, expected);
    assert!(seen[0].overdue && seen[1].overdue && !seen[2].overdue);
    assert_eq!(seen[0].prompt.len(), 200);
    assert_eq!(seen[0].message, "Send this to “image”?");
}

pub async fn a_cursor_made_elsewhere_is_refused(backend: &impl Backend) {
    let store = backend.store();
    for cursor in ["x", "12~x", "~", "1-2-3-4", "9999999999999999999999~00000000", "' OR 1=1 --"] {
        let page = || page(Some(cursor.to_owned()), 5);
        let runs = store.runs(&RunFilter::default(), page()).await;
        assert!(matches!(runs, Err(StoreError::BadCursor)), "{cursor}");
        let tickets = store.open_tickets(&Default::default(), page()).await;
        assert!(matches!(tickets, Err(StoreError::BadCursor)), "{cursor}");
    }
}

pub async fn the_oldest_queued_run_of_a_session_is_next(backend: &impl Backend) {
    let store = backend.store();
    let mara = person();
    assert_eq!(store.next_queued(mara, "s").await.unwrap(), None);
    let mut late = run(mara, "s");
    late.created_at = after(5);
    let mut queued = vec![Story::queue(&store, late).await.unwrap()];
    queued.push(Story::queue(&store, run(mara, "s")).await.unwrap());
    Story::queue(&store, run(person(), "s")).await.unwrap();
    assert_eq!(store.next_queued(mara, "s").await.unwrap(), Some(queued[1].run.id));
    queued[1].go(Event::TurnCame).await.unwrap();
    assert_eq!(store.next_queued(mara, "s").await.unwrap(), Some(queued[0].run.id));
    assert_eq!(store.next_queued(mara, "t").await.unwrap(), None);
}

pub async fn runs_whose_time_has_come_are_due(backend: &impl Backend) {
    let store = backend.store();
    let mut waiting = Vec::new();
    for seconds in [30, 10, 20] {
        let mut run = run(person(), "s");
        run.config.approval_timeout_seconds = Some(seconds);
        waiting.push(Story::waiting_with(&store, run).await);
    }
    Story::waiting(&store).await;
    let [thirty, ten, twenty] = [0, 1, 2].map(|one: usize| waiting[one].run.id);
    assert_eq!(store.due(after(9), 10).await.unwrap(), []);
    assert_eq!(store.due(after(20), 10).await.unwrap(), [ten, twenty]);
    assert_eq!(store.due(after(99), 2).await.unwrap(), [ten, twenty]);
    assert_eq!(store.due(after(99), 10).await.unwrap(), [ten, twenty, thirty]);
    waiting[1].cancel().await;
    assert_eq!(store.due(after(99), 10).await.unwrap(), [twenty, thirty]);
}
