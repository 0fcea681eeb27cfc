//! Threads and histories of sessions, and the keys of what isn't a run's change.

use std::time::Duration;

use app::api::{page::PageRequest, threads::MessageRole};
use domain::{
    access::Role,
    decision::Answer,
    digest::Digest,
    id::{AttachmentId, PersonId},
};
use server::ports::{
    AttachmentRow, IdempotencyKey, MessageRow, PersonRow, RunFilter, StoreError, TicketFilter,
    TokenRow,
};

use crate::{
    Backend,
    make::{self, Story, after, fresh, noon, person},
};

fn message(owner: PersonId, session: &str, seconds: i64) -> MessageRow {
    MessageRow {
        id: fresh(),
        owner,
        session: session.to_owned(),
        run: None,
        ticket: None,
        role: MessageRole::User,
        author: "Mára ✓".to_owned(),
        text: "a\u{202e}b\r\n\t</script>".to_owned(),
        props: r#"{"b":1.10,"a":12345678901234567890123}"#.to_owned(),
        attachments: vec![AttachmentId::from_uuid(fresh())],
        created_at: after(seconds),
    }
}

fn page(cursor: Option<String>) -> PageRequest {
    PageRequest { cursor, limit: 2 }
}

pub async fn a_thread_reads_back_equal_the_oldest_first_page_by_page(backend: &impl Backend) {
    let (store, mara, otto) = (backend.store(), person(), person());
    let mut story = Story::waiting(&backend.store()).await;
    let run = story.run.id;
    let ticket = story.ticket();
    let first = MessageRow {
        run: Some(run),
        ticket: Some(ticket),
        role: MessageRole::Checkpoint,
        ..message(mara, "s", 1)
    };
    // Two of one moment, in the order of their ids.
    let rest = [message(mara, "s", 2), message(mara, "s", 2), message(otto, "s", 3)];
    for row in rest.iter().rev().chain([&first, &message(mara, "t", 0)]) {
        store.add_message(row, None).await.unwrap();
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let found = store.messages("s", None, page(cursor)).await.unwrap();
        assert_eq!(found.total, 4);
        seen.extend(found.items);
        cursor = found.next;
        if cursor.is_none() {
            break;
        }
    }
    let [a, b, c] = rest;
    assert_eq!(seen, [first, a, b, c.clone()]);
    let own = store.messages("s", Some(otto), page(None)).await.unwrap();
    assert_eq!((own.items, own.total), (vec![c], 1));
    let bad = store.messages("s", None, page(Some("x".to_owned()))).await;
    assert!(matches!(bad, Err(StoreError::BadCursor)));
    story.decide(Answer::Approve).await.unwrap();
}

pub async fn sessions_are_listed_by_owner_and_name_with_the_newest_message_first(
    backend: &impl Backend,
) {
    let store = backend.store();
    let story = Story::waiting_with(&store, make::run(person(), "s")).await;
    let (mara, otto) = (story.run.owner, person());
    let mut first = message(mara, "s", 1);
    first.text = "The first words".to_owned();
    let moment = [message(otto, "s", 5), message(otto, "t", 5)];
    for row in [&first, &message(mara, "s", 9), &moment[0], &moment[1], &message(otto, "t", 2)] {
        store.add_message(row, None).await.unwrap();
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let found = store.threads(None, None, page(cursor)).await.unwrap();
        assert_eq!(found.total, 3);
        seen.extend(found.items);
        cursor = found.next;
        if cursor.is_none() {
            break;
        }
    }
    let names: Vec<_> = seen.iter().map(|row| (row.owner, row.session.as_str())).collect();
    assert_eq!(names, [(mara, "s"), (otto, "t"), (otto, "s")]);
    assert_eq!((seen[0].title.as_str(), seen[0].waiting), ("The first words", 1));
    assert_eq!((seen[0].last_at, seen[0].id), (after(9), first.id));
    assert_eq!((seen[1].last_at, seen[1].waiting), (after(5), 0), "an older message is no news");

    let own = store.threads(Some(mara), None, page(None)).await.unwrap();
    assert_eq!((own.items, own.total), (vec![seen[0].clone()], 1));
    assert_eq!(store.thread(otto, "t").await.unwrap().as_ref(), Some(&seen[1]));
    assert_eq!(store.thread(mara, "t").await.unwrap(), None);
}

pub async fn a_session_is_found_by_its_name_and_by_what_was_said_in_it(backend: &impl Backend) {
    let (store, mara) = (backend.store(), person());
    let said = |session: &str, text: &str, at| MessageRow {
        text: text.to_owned(),
        ..message(mara, session, at)
    };
    for row in [
        said("Invoices", "Make the logo smaller", 1),
        said("Invoices", "and blue, 100% sure", 2),
        said("pictures", "a_b \\ it's Größe", 3),
    ] {
        store.add_message(&row, None).await.unwrap();
    }
    for (search, found) in [
        ("voice", vec!["Invoices"]),
        ("LOGO", vec!["Invoices"]),
        ("0%", vec!["Invoices"]),
        ("a_b", vec!["pictures"]),
        ("\\ it's", vec!["pictures"]),
        ("Größe", vec!["pictures"]),
        ("s", vec!["pictures", "Invoices"]),
        ("%s%", vec![]),
        ("axb", vec![]),
    ] {
        let list = store.threads(None, Some(search), page(None)).await.unwrap();
        let names: Vec<_> = list.items.iter().map(|row| row.session.as_str()).collect();
        assert_eq!(names, found, "{search}");
        assert_eq!(list.total, found.len() as u64, "{search}");
        let other = store.threads(Some(person()), Some(search), page(None)).await.unwrap();
        assert_eq!((other.items, other.total), (vec![], 0));
    }
    let one = PageRequest { cursor: None, limit: 1 };
    let list = store.threads(Some(mara), Some("s"), one).await.unwrap();
    let rest = store.threads(Some(mara), Some("s"), page(list.next)).await.unwrap();
    assert_eq!(
        (list.items[0].session.as_str(), rest.items[0].session.as_str()),
        ("pictures", "Invoices")
    );
    assert_eq!(rest.next, None);
}

pub async fn a_thread_is_read_from_its_end_with_the_tickets_that_it_asks_about(
    backend: &impl Backend,
) {
    let store = backend.store();
    let mut story = Story::waiting_with(&store, make::run(person(), "s")).await;
    let (mara, asked) = (story.run.owner, story.ticket());
    let question = MessageRow {
        run: Some(story.run.id),
        ticket: Some(asked),
        role: MessageRole::Checkpoint,
        ..message(mara, "s", 1)
    };
    let rest = [message(mara, "s", 2), message(mara, "s", 3)];
    for row in [&question, &rest[0], &rest[1], &message(person(), "s", 4)] {
        store.add_message(row, None).await.unwrap();
    }
    story.decide(Answer::Approve).await.unwrap();

    let end = store.messages_before(mara, "s", page(None)).await.unwrap();
    assert_eq!((end.items, end.total), (vec![rest[1].clone(), rest[0].clone()], 3));
    let start = store.messages_before(mara, "s", page(end.next)).await.unwrap();
    assert_eq!((start.items, start.next), (vec![question], None));
    let tickets = store.tickets_of_thread(mara, "s", after(1)).await.unwrap();
    assert_eq!(tickets, [store.ticket(asked).await.unwrap().unwrap()]);
    assert_eq!(store.tickets_of_thread(mara, "s", after(2)).await.unwrap(), []);
    assert_eq!(store.tickets_of_thread(person(), "s", after(1)).await.unwrap(), []);
}

pub async fn decisions_of_a_session_are_told_in_order(backend: &impl Backend) {
    let (store, mara) = (backend.store(), person());
    let mut one = Story::waiting_with(&store, make::run(mara, "s")).await;
    one.decide(Answer::Reject { reason: "no".to_owned() }).await.unwrap();
    let mut two = Story::waiting_with(&store, make::run(mara, "s")).await;
    two.decide(Answer::Approve).await.unwrap();
    let mut other = Story::waiting_with(&store, make::run(mara, "t")).await;
    other.decide(Answer::Approve).await.unwrap();

    let found = store.decisions("s", None, PageRequest::default()).await.unwrap();
    let runs: Vec<_> = found.items.iter().map(|row| row.run).collect();
    assert_eq!(runs, [one.run.id, two.run.id]);
    assert_eq!((found.total, found.next), (2, None));
    assert_eq!(Some(&found.items[0].record), one.run.last_decision.as_ref());
    assert_eq!(store.decisions("s", Some(person()), page(None)).await.unwrap().total, 0);
}

pub async fn lists_are_filtered_by_every_label(backend: &impl Backend) {
    let (store, mara, otto) = (backend.store(), person(), person());
    let mut labelled = make::run(mara, "a");
    labelled.input.user_id = "u".to_owned();
    let one = Story::waiting_with(&store, labelled).await.run.id;
    let mut labelled = make::run(otto, "b");
    labelled.input.agent_email = "other@example.org".to_owned();
    let two = Story::waiting_with(&store, labelled).await.run.id;

    let text = |text: &str| Some(text.to_owned());
    for (filter, found) in [
        (RunFilter { owner: Some(mara), ..RunFilter::default() }, vec![one]),
        (RunFilter { user: text("u"), ..RunFilter::default() }, vec![one]),
        (RunFilter { agent: text("other@example.org"), ..RunFilter::default() }, vec![two]),
        (RunFilter { owner: Some(mara), session: text("b"), ..RunFilter::default() }, vec![]),
        (RunFilter { owner: Some(otto), session: text("b"), ..RunFilter::default() }, vec![two]),
    ] {
        let runs = store.runs(&filter, PageRequest::default()).await.unwrap();
        assert_eq!(runs.items.iter().map(|row| row.run).collect::<Vec<_>>(), found, "{filter:?}");
        assert_eq!(runs.total, found.len() as u64, "{filter:?}");
    }
    for (filter, found) in [
        (TicketFilter { user: text("u"), ..TicketFilter::default() }, vec![one]),
        (TicketFilter { session: text("b"), ..TicketFilter::default() }, vec![two]),
        (TicketFilter { agent: text("nobody"), ..TicketFilter::default() }, vec![]),
        (TicketFilter { owner: Some(otto), ..TicketFilter::default() }, vec![two]),
        (TicketFilter { owner: Some(person()), ..TicketFilter::default() }, vec![]),
    ] {
        let tickets = store.open_tickets(&filter, PageRequest::default()).await.unwrap();
        let runs = tickets.items.iter().map(|row| row.run).collect::<Vec<_>>();
        assert_eq!((runs, tickets.total), (found.clone(), found.len() as u64), "{filter:?}");
    }
}

pub async fn a_used_key_lets_nothing_else_in(backend: &impl Backend) {
    let (store, mara) = (backend.store(), person());
    let ticket = Story::waiting(&store).await.ticket();
    let key = IdempotencyKey {
        scope: "s".to_owned(),
        key: "k".to_owned(),
        request: Digest::of(b"r"),
        answer: fresh(),
        reply: "1.10".to_owned(),
    };
    let once = Some(&key);
    let said = message(mara, "s", 1);
    store.add_message(&said, once).await.unwrap();

    let invited = PersonRow {
        id: mara,
        name: "Mara".to_owned(),
        email: "mara@x.org".to_owned(),
        role: Role::Admin,
        password: None,
        disabled: false,
        created_at: noon(),
        last_seen_at: None,
    };
    let link = TokenRow {
        hash: Digest::of(b"link"),
        person: mara,
        created_at: noon(),
        last_used_at: noon(),
        expires_at: after(60),
    };
    let file = AttachmentRow {
        id: AttachmentId::from_uuid(fresh()),
        session: "s".to_owned(),
        owner: mara,
        uploaded_by: mara,
        digest: Digest::of(b"file"),
        name: "a.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 1,
        made_by: None,
        created_at: noon(),
    };
    for again in [
        store.add_message(&message(mara, "s", 2), once).await,
        store.seen(ticket, mara, noon(), Duration::ZERO, once).await,
        store.add_attachment(&file, once).await,
        store.invite(&invited, &link, once).await,
        store.reset(&invited, &link, once).await,
    ] {
        let Err(StoreError::KeyUsed(used)) = again else { panic!("{again:?}") };
        assert_eq!(
            (used.request, used.answer, used.reply),
            (key.request, key.answer, key.reply.clone())
        );
    }
    assert_eq!(store.messages("s", None, page(None)).await.unwrap().items, [said]);
    assert_eq!(store.person(mara).await.unwrap(), None);
    assert_eq!(store.attachment(file.id).await.unwrap(), None);
}

pub async fn an_invitation_and_a_reset_are_whole(backend: &impl Backend) {
    let store = backend.store();
    let row = |email: &str, password: Option<&str>| PersonRow {
        id: person(),
        name: "Mara".to_owned(),
        email: email.to_owned(),
        role: Role::Admin,
        password: password.map(str::to_owned),
        disabled: false,
        created_at: noon(),
        last_seen_at: None,
    };
    let token = |of: &PersonRow, secret: &[u8]| TokenRow {
        hash: Digest::of(secret),
        person: of.id,
        created_at: noon(),
        last_used_at: noon(),
        expires_at: after(60),
    };
    let (mara, otto) = (row("mara@x.org", Some("$a")), row("otto@x.org", Some("$b")));
    store.invite(&mara, &token(&mara, b"1"), None).await.unwrap();
    let taken = row("mara@x.org", None);
    let again = store.invite(&taken, &token(&taken, b"2"), None).await;
    assert!(matches!(again, Err(StoreError::Duplicate)));
    assert_eq!(store.link(&Digest::of(b"2")).await.unwrap(), None);

    store.add_session(&token(&mara, b"s")).await.unwrap();
    store.reset(&mara, &token(&mara, b"3"), None).await.unwrap();
    assert_eq!(store.session(&Digest::of(b"s")).await.unwrap(), None);
    assert_eq!(store.link(&Digest::of(b"1")).await.unwrap(), None);
    assert_eq!(store.link(&Digest::of(b"3")).await.unwrap(), Some(token(&mara, b"3")));
    let kept = store.person(mara.id).await.unwrap().unwrap();
    assert_eq!(kept.password.as_deref(), Some("$a"), "the last admin keeps it");

    store.add_person(&otto).await.unwrap();
    store.reset(&otto, &token(&otto, b"4"), None).await.unwrap();
    assert_eq!(store.person(otto.id).await.unwrap().unwrap().password, None);
}
