//! Redis beside storage: what it says is used where it is right, and never believed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use domain::{
    decision::Answer,
    id::{RunId, TicketId},
};
use server::{
    clock::SystemClock,
    config::{Cli, Config},
    ids::SystemIds,
    orchestrator::Direct,
    ports::{Decisions, Picture, Pictures, Store, StoreError, TicketPicture},
    relay::{Relay, ping},
};

use crate::{
    Backend as _,
    make::{Story, after, run},
    redis::{Redis, SlowLine, url},
    sqlite,
};

/// A reader who waits for Redis as long as it may last, and then for the database.
const SOON: Duration = Duration::from_secs(1);
/// Until trouble is over and noticed.
const LATER: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_did_not_change_is_read_once() {
    let redis = Redis::start();
    let house = House::with(&url(redis.address())).await;
    let story = house.story().await;

    let first = house.picture(&story).await;
    redis.wait_for(&key(&story)).await;
    let read = house.read.load(Ordering::Relaxed);

    assert_eq!(house.picture(&story).await, first);
    assert_eq!(house.read.load(Ordering::Relaxed), read, "from the copy");
    let answer = redis.text(&["TTL", &key(&story)]);
    assert!((3500..=3600).contains(&answer[1..].trim().parse::<i32>().unwrap()), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_points_to_its_active_run_and_to_none_that_is_over() {
    let redis = Redis::start();
    let house = House::with(&url(redis.address())).await;
    let mut story = house.story().await;
    let key = format!("session:{}:active_run", story.run.session());

    house.picture(&story).await;
    redis.wait_for(&key).await;
    assert_eq!(redis.get(&key), story.run.id.to_string().into_bytes());

    story.decide(Answer::Reject { reason: "no".to_owned() }).await.unwrap();
    house.picture(&story).await;
    let begun = Instant::now();
    while redis.text(&["EXISTS", &key]) == ":1\r\n" {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(begun.elapsed() < LATER, "it is still there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_is_passed_over() {
    let redis = Redis::start();
    let house = House::with(&url(redis.address())).await;
    let mut story = house.story().await;
    house.picture(&story).await;
    house.ticket(&story).await;
    redis.wait_for(&key(&story)).await;
    redis.wait_for(&ticket_key(&story)).await;
    let (old, old_ticket) = (redis.get(&key(&story)), redis.get(&ticket_key(&story)));
    let (ticket, name) = (story.ticket(), ticket_key(&story));
    story.decide(Answer::Approve).await.unwrap();

    for _ in 0..3 {
        redis.set(&key(&story), &old);
        redis.set(&name, &old_ticket);
        assert_eq!(house.picture(&story).await.run, story.run);
        let seen = house.pictures().ticket_picture(ticket).await.unwrap().unwrap();
        assert!(seen.ticket.decision.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_false_copy_is_passed_over() {
    let redis = Redis::start();
    let house = House::with(&url(redis.address())).await;
    let (story, other) = (house.story().await, house.story().await);
    for of in [&story, &other] {
        house.picture(of).await;
        redis.wait_for(&key(of)).await;
    }
    let right = redis.get(&key(&story));
    let mut changed = String::from_utf8_lossy(&right[32..]).replace("logo", "tree").into_bytes();
    changed.splice(0..0, right[..32].to_vec());
    assert_ne!(changed, right);
    let falses = [changed, right[32..].to_vec(), redis.get(&key(&other)), b"{}".to_vec(), vec![]];

    for copy in falses {
        redis.set(&key(&story), &copy);
        assert_eq!(house.picture(&story).await.run, story.run, "{copy:?}");
    }
    redis.text(&["DEL", &key(&story)]);
    redis.text(&["LPUSH", &key(&story), "no text"]);
    assert_eq!(house.picture(&story).await.run, story.run);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_copy_of_another_database_is_passed_over() {
    let redis = Redis::start();
    let (house, elsewhere) =
        (House::with(&url(redis.address())).await, House::with(&url(redis.address())).await);
    let story = house.story().await;
    let mut same = run(story.run.owner, "session");
    (same.id, same.input.prompt) = (story.run.id, "Something else".to_owned());
    let there = Story::waiting_with(&elsewhere.store, same).await;
    elsewhere.picture(&there).await;
    redis.wait_for(&key(&story)).await;

    assert_eq!(house.picture(&story).await.run, story.run);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_taken_away_is_gone_whatever_copy_there_is() {
    let redis = Redis::start();
    let house = House::with(&url(redis.address())).await;
    let mut story = house.story().await;
    let ticket = story.ticket();
    story.decide(Answer::Reject { reason: "no".to_owned() }).await.unwrap();
    house.picture(&story).await;
    redis.wait_for(&key(&story)).await;

    house.store.remove_runs(&[story.run.id], Decisions::Keep, after(9)).await.unwrap();

    assert_eq!(house.pictures().picture(story.run.id).await.unwrap(), None);
    assert_eq!(house.pictures().ticket_picture(ticket).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_come_late_go_away_come_back_and_forget() {
    let mut redis = Redis::not_yet();
    let house = House::with(&url(redis.address())).await;
    let story = house.story().await;
    house.reads_soon(&story).await;

    for _ in 0..2 {
        redis.start_again();
        house.reads_until(&redis, &story).await;
        redis.text(&["FLUSHALL"]);
        house.reads_soon(&story).await;
        redis.kill();
        house.reads_soon(&story).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_takes_seconds_or_has_no_room_keeps_nobody_waiting() {
    let redis = Redis::start();
    let line = SlowLine::to(redis.address());
    let house = House::with(&line.url()).await;
    let story = house.story().await;
    house.reads_until(&redis, &story).await;

    line.takes(Duration::from_secs(5));
    for _ in 0..5 {
        house.reads_soon(&story).await;
    }
    line.takes(Duration::ZERO);
    redis.text(&["FLUSHALL"]);
    house.reads_until(&redis, &story).await;
    redis.text(&["FLUSHALL"]);
    redis.text(&["CONFIG", "SET", "maxmemory", "1"]);
    house.reads_soon(&story).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_makes_storage_look_and_its_number_is_not_believed() {
    let redis = Redis::start();
    let house = House::with(&url(redis.address())).await;
    // The first word is that it listens.
    tokio::time::timeout(LATER, house.store.written_elsewhere()).await.expect("it listens");
    let story = house.story().await;
    let last = house.store.history(story.run.id).await.unwrap().last().unwrap().number;

    redis.text(&["PUBLISH", "countersign:feed", "somebody 9223372036854775807"]);

    tokio::time::timeout(LATER, house.store.written_elsewhere()).await.expect("it is told");
    assert_eq!(*house.store.head().borrow(), last);
    let more = tokio::time::timeout(SOON, house.store.written_elsewhere()).await;
    assert!(more.is_err(), "one word, one look");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_hear_each_other_over_redis() {
    let redis = Redis::start();
    let (house, other) =
        (House::with(&url(redis.address())).await, House::with(&url(redis.address())).await);
    for house in [&house, &other] {
        let story = house.story().await;
        house.reads_until(&redis, &story).await;
    }
    house.until_quiet().await;
    other.until_quiet().await;

    house.story().await;

    tokio::time::timeout(LATER, other.store.written_elsewhere()).await.expect("it is told");
    let own = tokio::time::timeout(SOON, house.store.written_elsewhere()).await;
    assert!(own.is_err(), "its own word is no news");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_can_tell_whether_redis_answers() {
    let mut redis = Redis::start();
    let config = config(&url(redis.address()));
    let url = config.redis.as_ref().unwrap();

    assert_eq!(ping(url).await, Ok(()));
    redis.kill();
    let begun = Instant::now();
    assert!(ping(url).await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(3));
}

/// A database with Redis beside it.
struct House {
    store: Arc<dyn Store>,
    relay: Relay,
    /// How often something was read from storage to be shown.
    read: Arc<AtomicU32>,
    _database: sqlite::Sqlite,
}

impl House {
    async fn with(url: &str) -> Self {
        let database = sqlite::open().await;
        let store = database.store();
        let read = Arc::<AtomicU32>::default();
        let pictures = Counted { direct: Direct(store.clone()), read: read.clone() };
        let ids = SystemIds::new(Arc::new(SystemClock));
        let config = config(url);
        let url = config.redis.as_ref().unwrap();
        let relay = Relay::start(url, &store, Arc::new(pictures), &ids).await.unwrap();
        Self { store, relay, read, _database: database }
    }

    /// A run that waits.
    async fn story(&self) -> Story {
        Story::waiting(&self.store).await
    }

    fn pictures(&self) -> &dyn Pictures {
        self.relay.pictures.as_ref()
    }

    async fn picture(&self, story: &Story) -> Picture {
        let picture = self.pictures().picture(story.run.id).await.unwrap().unwrap();
        assert_eq!(
            picture,
            Direct(self.store.clone()).picture(story.run.id).await.unwrap().unwrap()
        );
        picture
    }

    async fn ticket(&self, story: &Story) -> TicketPicture {
        self.pictures().ticket_picture(story.ticket()).await.unwrap().unwrap()
    }

    async fn reads_soon(&self, story: &Story) {
        let begun = Instant::now();
        assert_eq!(self.picture(story).await.run, story.run);
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }

    /// Reads until there is a copy.
    async fn reads_until(&self, redis: &Redis, story: &Story) {
        let begun = Instant::now();
        while redis.text(&["EXISTS", &key(story)]) != ":1\r\n" {
            self.reads_soon(story).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(begun.elapsed() < LATER, "it makes no copies");
        }
    }

    async fn until_quiet(&self) {
        while tokio::time::timeout(SOON, self.store.written_elsewhere()).await.is_ok() {}
    }
}

struct Counted {
    direct: Direct,
    read: Arc<AtomicU32>,
}

#[async_trait]
impl Pictures for Counted {
    async fn picture(&self, run: RunId) -> Result<Option<Picture>, StoreError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.direct.picture(run).await
    }

    async fn ticket_picture(&self, ticket: TicketId) -> Result<Option<TicketPicture>, StoreError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.direct.ticket_picture(ticket).await
    }
}

fn config(url: &str) -> Config {
    Config::load(&Cli::default(), [("COUNTERSIGN_REDIS_URL".to_owned(), url.to_owned())]).unwrap()
}

fn key(story: &Story) -> String {
    format!("hitl:state:{}", story.run.id)
}

fn ticket_key(story: &Story) -> String {
    format!("hitl:approval:{}", story.ticket())
}

impl Redis {
    fn text(&self, words: &[&str]) -> String {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        String::from_utf8_lossy(&self.say(&words)).into_owned()
    }

    fn get(&self, key: &str) -> Vec<u8> {
        let answer = self.say(&[b"GET", key.as_bytes()]);
        let begins = answer.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        answer[begins..answer.len() - 2].to_vec()
    }

    fn set(&self, key: &str, value: &[u8]) {
        assert_eq!(self.say(&[b"SET", key.as_bytes(), value]), b"+OK\r\n");
    }

    async fn wait_for(&self, key: &str) {
        let begun = Instant::now();
        while self.text(&["EXISTS", key]) != ":1\r\n" {
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert!(begun.elapsed() < LATER, "there is no {key}");
        }
    }
}
