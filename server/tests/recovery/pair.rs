//! Two processes on one PostgreSQL.

mod crowd;
mod database;
mod deadline;
mod feed;
mod pauses;
mod race;
mod relays;
mod socket;
mod storms;

use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    client::{Answer, Request},
    databases::Database,
    process::{Folder, Server},
    story::Story,
};

/// Longer than the lease of a process that is gone.
const LONGEST: Duration = Duration::from_secs(60);

/// Two servers with one data folder and one database. Asked by several clients at once.
pub struct Pair {
    pub folder: Folder,
    servers: [Mutex<Server>; 2],
    cookie: String,
}

impl Pair {
    pub fn start(database: Database) -> Self {
        Self::start_in(Folder::with(Some(database)))
    }

    pub fn start_in(folder: Folder) -> Self {
        let story = Story::begin_in(folder, None);
        let cookie = story.cookie().to_owned();
        let Story { folder, server, .. } = story;
        let second = folder.start(None);
        Self { folder, servers: [Mutex::new(server), Mutex::new(second)], cookie }
    }

    /// `kill -9`, and a new start.
    pub fn kill_and_start(&self, side: usize) {
        let mut server = self.servers[side].lock().unwrap_or_else(PoisonError::into_inner);
        server.kill();
        *server = self.folder.start(None);
    }

    /// Stops a process where it stands, until [`Self::wake`].
    pub fn freeze(&self, side: usize) {
        self.servers[side].lock().unwrap_or_else(PoisonError::into_inner).signal("-STOP");
    }

    pub fn wake(&self, side: usize) {
        self.servers[side].lock().unwrap_or_else(PoisonError::into_inner).signal("-CONT");
    }

    /// Sends it once.
    pub fn try_once(
        &self,
        side: usize,
        path: &str,
        post: Option<(&str, &str)>,
    ) -> std::io::Result<Answer> {
        self.send(side, if post.is_some() { "POST" } else { "GET" }, path, post, &[])
    }

    pub fn cancel(&self, side: usize, run: &str) -> Answer {
        self.send(side, "DELETE", &format!("/api/hitl/run/{run}"), None, &[]).unwrap()
    }

    fn send(
        &self,
        side: usize,
        method: &str,
        path: &str,
        post: Option<(&str, &str)>,
        more: &[(&'static str, &str)],
    ) -> std::io::Result<Answer> {
        let address = self.servers[side].lock().unwrap_or_else(PoisonError::into_inner).address;
        let mut headers =
            vec![("cookie", self.cookie.clone()), ("sec-fetch-site", "same-origin".to_owned())];
        headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut body = "";
        if let Some((key, json)) = post {
            headers.push(("content-type", "application/json".to_owned()));
            headers.push(("idempotency-key", key.to_owned()));
            body = json;
        }
        Request { method, path, headers, body: body.into() }.send(address)
    }

    /// Asks for a ticket, and for the answer to be held until it is decided.
    pub fn wait_for(&self, side: usize, ticket: &str) -> Value {
        let path = format!("/api/hitl/approvals/{ticket}");
        let answer = self.send(side, "GET", &path, None, &[("prefer", "wait=15")]).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Sends it, to the one and the other, until there is an answer that isn't "later".
    pub fn ask(&self, mut side: usize, path: &str, post: Option<(&str, &str)>) -> Answer {
        let begun = Instant::now();
        loop {
            let last = match self.try_once(side, path, post) {
                Ok(answer) if answer.status != 503 => return answer,
                other => other,
            };
            assert!(begun.elapsed() < LONGEST, "{path}: {last:?}\n{}", self.folder.read_log());
            thread::sleep(Duration::from_millis(50));
            side = 1 - side;
        }
    }

    pub fn start_run(&self, side: usize, key: &str, body: &str) -> String {
        let started = self.ask(side, "/api/hitl/run", Some((key, body)));
        let log = || self.folder.read_log();
        assert!(matches!(started.status, 200 | 202), "{started:?}\n{}", log());
        started.json()["run_id"].as_str().unwrap().to_owned()
    }

    pub fn get(&self, side: usize, path: &str) -> Value {
        let answer = self.ask(side, path, None);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// Waits until the run is over or asks for something, and gives its status.
    pub fn rest(&self, side: usize, run: &str) -> Value {
        let begun = Instant::now();
        loop {
            let now = self.get(side, &format!("/api/hitl/run/{run}/status"));
            if !matches!(now["status"].as_str().unwrap(), "running" | "queued") {
                return now;
            }
            assert!(begun.elapsed() < LONGEST, "it hangs: {now:#}\n{}", self.folder.read_log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn decision(&self, side: usize, run: &str) -> Value {
        self.get(side, &format!("/api/hitl/run/{run}/state"))["last_approval"].clone()
    }

    /// Both processes are the ones that were started last.
    pub fn assert_alive(&self) {
        for server in &self.servers {
            let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = server.ended(Duration::ZERO);
            assert!(ended.is_none(), "{ended:?}\n{}", self.folder.read_log());
        }
    }
}

/// The time of this machine, which is the database's too.
pub fn now() -> chrono::DateTime<chrono::Utc> {
    use server::ports::Clock as _;
    server::clock::SystemClock.now()
}

/// An approval of the ticket that a status shows.
pub fn approval(ticket: &Value) -> String {
    json!({
        "approval_id": ticket["approval_id"],
        "version": ticket["version"],
        "proposal_digest": ticket["proposal_digest"],
        "action": "approve",
    })
    .to_string()
}
