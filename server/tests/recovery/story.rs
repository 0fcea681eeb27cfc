//! A client that doesn't give up: when the server dies it is started again, and what got no answer is sent again
//! with the same key. What was acknowledged is remembered.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    client::{Answer, Request},
    process::{Folder, On, Server},
    support::Multipart,
};

/// Longer than the lease of a server that is gone.
const LONGEST: Duration = Duration::from_secs(60);
const LAST_BREATH: Duration = Duration::from_secs(5);

pub struct Story {
    pub folder: Folder,
    pub server: Server,
    pub deaths: u32,
    cookie: String,
}

impl Story {
    /// A server with its first account, that dies at the place.
    pub fn begin(on: On, crash_at: Option<&str>) -> Self {
        Self::begin_in(Folder::fresh(on), crash_at)
    }

    pub fn begin_in(folder: Folder, crash_at: Option<&str>) -> Self {
        let server = folder.start(crash_at);
        let link = server.link.clone().expect("the first start prints a link");
        let secret = link.rsplit('/').next().unwrap();
        let request = Request {
            method: "POST",
            path: &format!("/api/auth/welcome/{secret}"),
            headers: vec![
                ("sec-fetch-site", "same-origin".to_owned()),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
            body: b"name=Ada&email=ada%40example.org&password=correct+horse+battery".to_vec(),
        };
        let signed_in = request.send(server.address).unwrap();
        let cookie = signed_in.header("set-cookie").expect("it signs in");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { folder, server, deaths: 0, cookie }
    }

    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub fn kill_and_start(&mut self) {
        self.server.kill();
        self.server = self.folder.start(None);
    }

    /// Goes on with a server in another folder.
    pub fn move_to(&mut self, folder: Folder) {
        self.server.kill();
        self.server = folder.start(None);
        self.folder = folder;
    }

    /// Waits until the server dies by itself, and starts it again.
    pub fn dies(&mut self) {
        assert!(self.server.ended(LONGEST).is_some(), "it lives: {}", self.folder.read_log());
        self.deaths += 1;
        self.server = self.folder.start(None);
    }

    fn try_once(
        &self,
        method: &str,
        path: &str,
        extra: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut headers =
            vec![("cookie", self.cookie.clone()), ("sec-fetch-site", "same-origin".to_owned())];
        headers.extend(extra.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Request { method, path, headers, body: body.to_vec() }.send(self.server.address)
    }

    /// Sends it until there is an answer.
    pub fn ask(&mut self, method: &str, path: &str, extra: &[(&str, &str)], body: &[u8]) -> Answer {
        loop {
            match self.try_once(method, path, extra, body) {
                Ok(answer) => return answer,
                Err(error) => {
                    let ended = self.server.ended(LAST_BREATH);
                    assert!(ended.is_some(), "{method} {path}: {error}, and the server lives");
                    self.deaths += 1;
                    assert!(self.deaths < 20, "it dies and dies: {}", self.folder.read_log());
                    self.server = self.folder.start(None);
                }
            }
        }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub fn post(&mut self, path: &str, key: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.ask("POST", path, &headers, body.as_bytes())
    }

    /// Uploads a picture into the session.
    pub fn upload(&mut self, session: &str, picture: &[u8]) -> Value {
        let form =
            Multipart::new().text("session_id", session).file("photo.png", "image/png", picture);
        let answer = self.ask(
            "POST",
            "/api/hitl/attachments",
            &[("content-type", &Multipart::content_type())],
            &form.end(),
        );
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    pub fn start_run(&mut self, key: &str, body: &str) -> String {
        let started = self.post("/api/hitl/run", key, body);
        assert_eq!(started.status, 202, "{:?}", started.json());
        started.json()["run_id"].as_str().unwrap().to_owned()
    }

    pub fn status(&mut self, run: &str) -> Value {
        let answer = self.get(&format!("/api/hitl/run/{run}/status"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub fn state(&mut self, run: &str) -> Value {
        self.get(&format!("/api/hitl/run/{run}/state")).json()
    }

    pub fn decide(&mut self, run: &str, ticket: &Value, action: &str) -> Answer {
        let body = json!({
            "approval_id": ticket["approval_id"],
            "version": ticket["version"],
            "proposal_digest": ticket["proposal_digest"],
            "action": action,
        });
        let key = format!("{}-{action}", ticket["approval_id"].as_str().unwrap());
        self.post(&format!("/api/hitl/run/{run}/approve"), &key, &body.to_string())
    }

    /// Waits until the run is over or asks for something, and gives its status.
    pub fn rest(&mut self, run: &str) -> Value {
        self.until(run, |now| !matches!(now["status"].as_str().unwrap(), "running" | "queued"))
    }

    /// Waits until its status is like this.
    pub fn until(&mut self, run: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let now = self.status(run);
            if is_so(&now) {
                return now;
            }
            assert!(begun.elapsed() < LONGEST, "it hangs: {now:#}\n{}", self.folder.read_log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Approves each review until the run is over or asks for something else.
    pub fn through(&mut self, run: &str) -> Value {
        loop {
            let now = self.rest(run);
            let ticket = &now["approval"];
            if !ticket["checkpoint_type"]
                .as_str()
                .is_some_and(|checkpoint| checkpoint.ends_with("_review"))
            {
                return now;
            }
            let decided = self.decide(run, ticket, "approve");
            assert_eq!(decided.status, 200, "{:?}", decided.json());
            // Acknowledged: from here on it is there for good.
            assert_eq!(self.state(run)["last_approval"], decided.json()["decision"]);
        }
    }

    pub fn count(&mut self) -> usize {
        self.get("/api/hitl/runs").json()["runs"].as_array().unwrap().len()
    }
}

/// How many lines of a run's history say this.
pub fn told(status: &Value, what: &str) -> usize {
    let lines = status["progress"]["step_history"].as_array().unwrap();
    lines.iter().filter(|line| line["message"].as_str().unwrap().contains(what)).count()
}
