//! Clients in a closed loop: each starts a run, waits until it asks, approves with an edit, waits for its end.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    cost,
    database::Place,
    figures::{Figures, Times},
    process::{Process, provider},
};

/// How long a client sleeps between two looks where the server doesn't hold the answer.
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

#[derive(Clone)]
struct Agent {
    client: Client,
    url: String,
    checkpoints: usize,
    names: Arc<AtomicU64>,
}

/// Starts so many runs that stay paused at the payload review, and gives their ids.
pub async fn pause(server: &Process, count: usize) -> Vec<String> {
    const AT_A_TIME: usize = 32;
    let agent = Agent::of(server, 1);
    let mut runs = Vec::with_capacity(count);
    while runs.len() < count {
        let some = (count - runs.len()).min(AT_A_TIME);
        let started = futures::future::join_all((0..some).map(|_| agent.paused())).await;
        runs.extend(started);
    }
    runs
}

/// Approves the run's open ticket, as soon as the server answers.
pub async fn approve_one(server: &Process, run: &str) {
    let agent = Agent::of(server, 1);
    let status = agent.rest(run).await;
    agent.approve(run, &status["approval"], true).await;
}

/// Measures for this long, after a quarter of it to warm up.
pub async fn run(
    server: &Process,
    place: &Place,
    clients: usize,
    checkpoints: usize,
    time: Duration,
) -> Figures {
    let agent = Agent::of(server, checkpoints);
    all(&agent, clients, time / 4).await;
    let (cpu, database_cpu) = (cost::cpu_ms(server.pid()), place.cpu_ms().await);
    let commits = place.commits().await;
    let begun = Instant::now();
    let times = all(&agent, clients, time).await;
    let took = begun.elapsed();
    Figures {
        cycles: times.start.len(),
        took,
        times,
        server_cpu_ms: cost::cpu_ms(server.pid()) - cpu,
        database_cpu_ms: place.cpu_ms().await - database_cpu,
        commits: place.commits().await.zip(commits).map(|(after, before)| after - before),
        rss_kib: cost::rss_kib(server.pid()),
    }
}

async fn all(agent: &Agent, clients: usize, time: Duration) -> Times {
    let end = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let agent = agent.clone();
        tasks.spawn(async move {
            let mut times = Times::default();
            while Instant::now() < end {
                agent.cycle(&mut times).await;
            }
            times
        });
    }
    let mut sum = Times::default();
    for times in tasks.join_all().await {
        sum.start.extend(times.start);
        sum.pending.extend(times.pending);
        sum.approve.extend(times.approve);
        sum.completed.extend(times.completed);
    }
    sum
}

impl Agent {
    fn of(server: &Process, checkpoints: usize) -> Self {
        static NAMES: LazyLock<Arc<AtomicU64>> = LazyLock::new(Arc::default);
        let (client, url) = (server.client.clone(), server.url.clone());
        Self { client, url, checkpoints, names: NAMES.clone() }
    }

    async fn paused(&self) -> String {
        let run = self.start().await;
        let status = self.rest(&run).await;
        assert_eq!(status["status"], "awaiting_human", "{status:#}");
        run
    }

    async fn cycle(&self, times: &mut Times) {
        let begun = Instant::now();
        let run = self.start().await;
        times.start.push(begun.elapsed());
        for checkpoint in 1..=self.checkpoints {
            let asked = Instant::now();
            let status = self.rest(&run).await;
            times.pending.push(asked.elapsed());
            let decided = Instant::now();
            self.approve(&run, &status["approval"], checkpoint == self.checkpoints.min(2)).await;
            times.approve.push(decided.elapsed());
        }
        let last = Instant::now();
        let status = self.rest(&run).await;
        assert_eq!(status["status"], "completed", "{status:#}");
        times.completed.push(last.elapsed());
    }

    async fn start(&self) -> String {
        let name = self.names.fetch_add(1, Ordering::Relaxed);
        let reviews = ["payload_review", "information_review", "response_review"];
        let body = json!({
            "run_input": {
                "prompt": "say hello", "user_email": "", "user_id": "", "agent_email": "",
                "session_id": format!("bench-{name}"), "message_type": "user",
            },
            "provider": provider(),
            "hitl_config": {
                "policy": "require_human", "allowed_steps": &reviews[..self.checkpoints],
            },
        });
        let answer = self.post("/api/hitl/run", &format!("start-{name}"), &body).await;
        answer["run_id"].as_str().unwrap().to_owned()
    }

    /// Waits until the run asks for something or is over.
    async fn rest(&self, run: &str) -> Value {
        let path = format!("{}/api/hitl/run/{run}/status", self.url);
        loop {
            let answer = self.client.get(&path).header("prefer", "wait=10").send().await.unwrap();
            let status = read(answer, StatusCode::OK).await;
            if !matches!(status["status"].as_str().unwrap(), "running" | "queued") {
                return status;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    async fn approve(&self, run: &str, ticket: &Value, edit: bool) {
        let edited = edit && ticket["checkpoint_type"] != "information_review";
        let mut body = json!({
            "approval_id": ticket["approval_id"],
            "version": ticket["version"],
            "proposal_digest": ticket["proposal_digest"],
            "action": if edited { "edit" } else { "approve" },
        });
        if edited {
            body["edits"] = json!({"message": "said by a person"});
        }
        let key = format!("{}-decide", ticket["approval_id"].as_str().unwrap());
        self.post(&format!("/api/hitl/run/{run}/approve"), &key, &body).await;
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> Value {
        let request =
            self.client.post(format!("{}{path}", self.url)).header("idempotency-key", key);
        let request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        let expected = if path.ends_with("/run") { StatusCode::ACCEPTED } else { StatusCode::OK };
        read(answer, expected).await
    }
}

async fn read(answer: reqwest::Response, expected: StatusCode) -> Value {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, expected, "{text}");
    serde_json::from_str(&text).unwrap()
}
