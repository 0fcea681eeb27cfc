//! The server that is measured: the product, or the bare one.

use std::sync::Mutex;

use futures::StreamExt as _;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, http::Uri};

use crate::process::Process;

/// How many events are under way at a time in a flood.
const AT_A_TIME: usize = 16;

pub struct Target {
    process: Process,
    what: What,
}

enum What {
    Countersign {
        cookies: Vec<String>,
        /// Runs that were begun for an event.
        runs: Mutex<Vec<String>>,
    },
    /// Sends this frame for each event.
    Bare(String),
}

impl Target {
    pub fn countersign(process: Process, cookies: Vec<String>) -> Self {
        Self { process, what: What::Countersign { cookies, runs: Mutex::default() } }
    }

    pub fn bare(process: Process, frame: String) -> Self {
        Self { process, what: What::Bare(frame) }
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn address(&self) -> &str {
        self.process.url.trim_start_matches("http://")
    }

    /// What asks for a socket.
    pub fn upgrade(&self, number: usize) -> ClientRequestBuilder {
        let uri: Uri = format!("ws://{}/api/hitl/ws", self.address()).parse().unwrap();
        let request = ClientRequestBuilder::new(uri).with_header("Origin", &self.process.url);
        match &self.what {
            What::Countersign { cookies, .. } => {
                request.with_header("Cookie", &cookies[number % cookies.len()])
            }
            What::Bare(_) => request,
        }
    }

    /// The first message of a client.
    pub fn greeting(&self, seen: Option<i64>) -> String {
        let mut subscribe = json!({"type": "HITL_SUBSCRIBE", "id": "1", "scope": "inbox"});
        if let Some(seen) = seen {
            subscribe["after"] = seen.into();
        }
        subscribe.to_string()
    }

    /// Whether a frame says that the client follows.
    pub fn is_answer(&self, frame: &str) -> bool {
        match self.what {
            What::Countersign { .. } => frame.contains("HITL_ACK"),
            What::Bare(_) => frame.contains("HITL_SUBSCRIBE"),
        }
    }

    /// Something happens that every client is told of.
    pub async fn event(&self) {
        let client = &self.process.client;
        match &self.what {
            What::Countersign { runs, .. } => {
                let body = json!({"action": "send_email", "arguments": {"to": "ana@example.org"}});
                let url = format!("{}/api/hitl/approvals", self.process.url);
                let asked = client.post(url).header(CONTENT_TYPE, "application/json");
                let asked = asked.body(body.to_string()).send().await.unwrap();
                assert_eq!(asked.status(), 201);
                let asked: Value = serde_json::from_slice(&asked.bytes().await.unwrap()).unwrap();
                runs.lock().unwrap().push(asked["run_id"].as_str().unwrap().to_owned());
            }
            What::Bare(frame) => {
                let url = format!("{}/say", self.process.url);
                let said = client.post(url).body(frame.clone()).send().await.unwrap();
                assert_eq!(said.status(), 200);
            }
        }
    }

    /// Events as fast as they can be.
    pub async fn events(&self, count: usize) {
        let events = (0..count).map(|_| self.event());
        futures::stream::iter(events).buffer_unordered(AT_A_TIME).collect::<Vec<()>>().await;
    }

    /// Takes back what events have begun, so that nobody's inbox grows, and waits until that was told too.
    pub async fn clear(&self) {
        if let What::Countersign { runs, .. } = &self.what {
            let begun = std::mem::take(&mut *runs.lock().unwrap());
            for run in begun {
                let url = format!("{}/api/hitl/run/{run}", self.process.url);
                let taken_back = self.process.client.delete(url).send().await.unwrap();
                assert!(taken_back.status().is_success(), "{taken_back:?}");
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
