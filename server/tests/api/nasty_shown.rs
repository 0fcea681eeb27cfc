//! Hostile input in the inbox, in a thread, in a record and on the card of an agent's action: the page is made of the
//! same elements as with harmless letters.

use serde_json::json;

use crate::{
    house::{House, Person},
    nasty::{corpus, plain, skeleton},
    nasty_agents::agent,
    support::{asking, run_input},
};

/// A reason has at most 10,000 characters, and these pages show no more of anything else.
const SHOWN: usize = 1_000;

/// What a page is made of, with the name that tells it from the others.
type Page = (&'static str, Vec<String>);

struct Reader<'a> {
    house: &'a House,
    ada: &'a Person,
    pages: Vec<Page>,
}

impl Reader<'_> {
    async fn read(&mut self, name: &'static str, path: &str) {
        let page = self.house.get(path).by(self.ada).send().await;
        assert_eq!(page.status.as_u16(), 200, "{name}");
        self.pages.push((name, skeleton(&page.text())));
    }

    async fn decide(&self, run: &str, text: &str) {
        let rejected = json!({"action": "reject", "reason": text}).to_string();
        let decided = self.house.approve(self.ada, run, rejected).await;
        assert_eq!(decided.status.as_u16(), 200, "{text}: {}", decided.text());
    }

    /// A run that says `text` wherever it can, and the thread that it stands in.
    async fn run(&mut self, session: &str, text: &str) {
        let (input, config) = (run_input(session, text), asking(&["payload_review"]));
        let body = json!({"run_input": input, "provider": "scripted", "hitl_config": config,
            "original_input": {"message": text}});
        let started = self.house.post("/api/hitl/run").by(self.ada).json(body.to_string()).await;
        let run = started.json()["run_id"].as_str().unwrap().to_owned();
        self.house.ticket(self.ada, &run, "payload_review").await;
        let said = json!({"text": text}).to_string();
        let messages = format!("/api/hitl/sessions/{session}/messages");
        self.house.post(&messages).by(self.ada).json(said).await;
        let state = self.house.state(self.ada, &run).await;
        let thread = format!("/sessions/{}?id={session}", state["run"]["owner"].as_str().unwrap());
        self.read("inbox", "/inbox").await;
        self.read("sessions", "/sessions").await;
        self.read("thread with a card", &thread).await;
        self.decide(&run, text).await;
        self.read("thread with a record", &thread).await;
        self.read("record", &format!("/runs/{run}")).await;
    }

    async fn action(&mut self, key: &str, text: &str) {
        let body = json!({"action": "say", "arguments": {"v": text}, "context": {"why": text}});
        let asked = self.house.post("/api/hitl/approvals").header("authorization", key);
        let asked = asked.json(body.to_string()).await;
        assert_eq!(asked.status.as_u16(), 201, "{}", asked.text());
        let run = asked.json()["run_id"].as_str().unwrap().to_owned();
        self.read("inbox with an action", "/inbox").await;
        self.read("action", &format!("/runs/{run}")).await;
        self.decide(&run, text).await;
        self.read("record of an action", &format!("/runs/{run}")).await;
    }
}

#[tokio::test]
async fn every_page_is_made_of_the_same_whatever_is_said_in_it() {
    for case in corpus() {
        let Some(text) = case.text().filter(|_| case.refused.is_none()) else { continue };
        let nasty: String = text.chars().take(SHOWN).collect();
        if nasty.trim().is_empty() {
            continue;
        }
        let harmless: String = nasty.chars().map(plain).collect();
        let mut seen = Vec::new();
        for text in [harmless, nasty] {
            let house = House::open().await;
            let ada = house.admin().await;
            let key = agent(&house, &ada, "mailer").await;
            let mut reader = Reader { house: &house, ada: &ada, pages: Vec::new() };
            reader.run("s", &text).await;
            reader.action(&key, &text).await;
            seen.push(reader.pages);
        }
        for ((name, harmless), (_, nasty)) in seen[0].iter().zip(&seen[1]) {
            assert_eq!(harmless, nasty, "{}: {name}", case.case);
        }
    }
}
