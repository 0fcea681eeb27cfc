//! A process that can't read the feed sends its clients away, and takes none until it can.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use app::{
    api::port::{Credential, SessionToken},
    error::ApiError,
    live::{
        Ask, Raw,
        message::{Message, Snapshot, Welcome},
    },
};
use async_trait::async_trait;
use axum::{Error, extract::ws::Message as Wire};
use chrono::DateTime;
use domain::access::Caller;
use futures::{Sink, Stream};
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

use super::make::{id, inbox, person, problem, subscribe};
use crate::{
    accounts::{Accounts, Cost, Passwords, memory::Memory},
    bridge::{
        Answer, Bridge, Desk, Kind, Places, Read, Socket, Source, Topics, Wording, converse, follow,
    },
    clock::SetClock,
    ids::SystemIds,
    ports::{Feed, FeedItem, StoreError},
};

const LEAVING: Option<u16> = Some(1001);

#[tokio::test(start_paused = true)]
async fn whoever_listens_is_sent_away_and_nobody_is_taken_until_the_feed_is_read_again() {
    let house = House::open();
    let mut client = house.client().await;

    house.table.becomes(REFUSES);

    assert_eq!(client.closed_within(11).await, LEAVING);
    assert!(matches!(house.subscribes().await, Err(ApiError::Unavailable)));
    // Nobody listens any more, which is no reason to believe that all is well.
    sleep(Duration::from_secs(20)).await;
    assert!(matches!(house.subscribes().await, Err(ApiError::Unavailable)));
    house.table.becomes(FINE);
    sleep(Duration::from_secs(2)).await;
    assert!(house.subscribes().await.is_ok());
    assert_eq!(house.client().await.closed_within(20).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_does_not_answer_is_waited_for_no_longer_than_one_that_refuses() {
    let house = House::open();
    let mut client = house.client().await;

    house.table.becomes(SILENT);

    assert_eq!(client.closed_within(11).await, LEAVING);
}

#[tokio::test(start_paused = true)]
async fn trouble_that_is_over_soon_sends_nobody_away_however_often_it_comes() {
    let house = House::open();
    let mut client = house.client().await;

    for _ in 0..3 {
        house.table.becomes(REFUSES);
        // So that it is noticed at once.
        house.head.send_modify(|head| *head += 1);
        assert_eq!(client.closed_within(4).await, None);
        house.table.becomes(FINE);
        assert_eq!(client.closed_within(2).await, None);
    }

    assert!(house.subscribes().await.is_ok());
}

const FINE: u8 = 0;
const REFUSES: u8 = 1;
const SILENT: u8 = 2;

/// A feed in which nothing happens.
#[derive(Default)]
struct Table(AtomicU8);

impl Table {
    fn becomes(&self, state: u8) {
        self.0.store(state, Ordering::SeqCst);
    }

    async fn answer<T>(&self, answer: T) -> Result<T, StoreError> {
        match self.0.load(Ordering::SeqCst) {
            FINE => Ok(answer),
            REFUSES => Err(StoreError::Unavailable("away".to_owned())),
            _ => std::future::pending().await,
        }
    }
}

#[async_trait]
impl Feed for Table {
    async fn feed(&self, _: i64, _: u32) -> Result<Vec<FeedItem>, StoreError> {
        self.answer(Vec::new()).await
    }

    async fn feed_end(&self) -> Result<i64, StoreError> {
        self.answer(0).await
    }
}

/// Takes every message for a wish to follow the inbox.
struct Words;

#[async_trait]
impl Wording for Words {
    async fn frame(&self, item: &FeedItem) -> Result<String, ApiError> {
        Ok(item.number.to_string())
    }

    fn passing(&self, _: &FeedItem) -> Option<String> {
        None
    }
}

#[async_trait]
impl Desk for Words {
    fn read(&self, _: &str) -> Result<Ask, Read> {
        Ok(subscribe(Some(0)))
    }

    async fn answer(&self, _: &Caller, _: Ask) -> Answer {
        Err(problem())
    }

    async fn snapshot(&self, _: &Caller, _: &Topics) -> Result<Snapshot, ApiError> {
        Err(ApiError::Unavailable)
    }

    async fn may_follow(&self, _: &Caller, _: &Topics) -> Result<(), ApiError> {
        Ok(())
    }

    fn problem(&self, _: ApiError) -> Raw {
        problem()
    }
}

/// A process that follows the table.
struct House {
    table: Arc<Table>,
    source: Source,
    places: Arc<Places>,
    /// How far the feed is said to go.
    head: watch::Sender<i64>,
}

impl House {
    fn open() -> Self {
        let (table, places) = (Arc::new(Table::default()), Places::new(Arc::default()));
        let bridge = Bridge::new(table.clone(), places.clone());
        let (head, grows) = watch::channel(1);
        tokio::spawn(follow(table.clone(), Arc::new(Words), bridge.hub.clone(), grows));
        Self { table, source: Source { bridge, desk: Arc::new(Words) }, places, head }
    }

    async fn subscribes(&self) -> Result<(), ApiError> {
        self.source.begin(&person(), &inbox(), Some(0)).await.map(|_begun| ())
    }

    /// Somebody who follows the inbox.
    async fn client(&self) -> Client {
        let ((to, said), (told, from)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        tokio::spawn(converse(self.socket(), Line { said, told }));
        to.send(Wire::text("follow the inbox")).unwrap();
        let mut client = Client { _to: to, from };
        while !client.next().await.contains("HITL_ACK") {}
        client
    }

    fn socket(&self) -> Socket {
        let clock = Arc::new(SetClock::at(DateTime::UNIX_EPOCH));
        let ids = Arc::new(SystemIds::new(clock.clone()));
        let passwords = Passwords::new(Cost::TINY, &*ids);
        let url = "https://sign.example.org".parse().unwrap();
        let accounts = Accounts::new(Arc::new(Memory::default()), clock, ids, passwords, url);
        let welcome = Message::Welcome(Welcome {
            connection_id: id(1).as_uuid(),
            seq: 0,
            heartbeat_seconds: 25,
            protocol: 1,
            now: DateTime::UNIX_EPOCH,
        });
        Socket {
            source: self.source.clone(),
            accounts: Arc::new(accounts),
            credential: Credential::Session(SessionToken("a token".to_owned())),
            caller: person(),
            place: self.places.take(person().person, Kind::Socket).unwrap(),
            welcome,
        }
    }
}

struct Client {
    /// The line is open as long as it is here.
    _to: mpsc::UnboundedSender<Wire>,
    from: mpsc::UnboundedReceiver<Wire>,
}

impl Client {
    /// The next text.
    async fn next(&mut self) -> String {
        loop {
            if let Wire::Text(text) = self.from.recv().await.expect("the line is open") {
                return text.as_str().to_owned();
            }
        }
    }

    /// The code that the server closes with, if it does within so many seconds.
    async fn closed_within(&mut self, seconds: u64) -> Option<u16> {
        let closed = async {
            loop {
                if let Wire::Close(Some(frame)) = self.from.recv().await? {
                    return Some(frame.code);
                }
            }
        };
        timeout(Duration::from_secs(seconds), closed).await.ok().flatten()
    }
}

/// The server's end of the line.
struct Line {
    said: mpsc::UnboundedReceiver<Wire>,
    told: mpsc::UnboundedSender<Wire>,
}

impl Stream for Line {
    type Item = Result<Wire, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.said.poll_recv(cx).map(|said| said.map(Ok))
    }
}

impl Sink<Wire> for Line {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: Wire) -> Result<(), Error> {
        self.told.send(item).map_err(Error::new)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }
}
