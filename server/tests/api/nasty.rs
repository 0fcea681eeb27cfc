//! Hostile input: a list of it, sent through every door, read back as it was or refused, and shown without
//! changing what the page is made of.

use scraper::Html;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    house::{House, Person},
    support::{asking, run_input},
};

/// One piece of input: a text, a JSON value as it is written, or bytes in the place of one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub case: String,
    text: Option<String>,
    json: Option<String>,
    hex: Option<String>,
    times: Option<usize>,
    /// The status that it is refused with.
    pub refused: Option<u16>,
}

impl Case {
    pub fn text(&self) -> Option<String> {
        self.text.as_ref().map(|text| text.repeat(self.times.unwrap_or(1)))
    }

    /// What stands in the place of a JSON value.
    pub fn value(&self) -> Vec<u8> {
        match (self.text(), &self.json, &self.hex) {
            (Some(text), None, None) => json!(text).to_string().into_bytes(),
            (None, Some(json), None) => json.clone().into_bytes(),
            (None, None, Some(hex)) => bytes(hex),
            _ => panic!("{}: one of text, json and hex", self.case),
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]);
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

pub fn corpus() -> Vec<Case> {
    serde_json::from_str(include_str!("nasty.json")).unwrap()
}

/// The body of a run whose data has this value, and whose prompt is this text.
fn body(session: &str, prompt: &str, value: &[u8]) -> Vec<u8> {
    let (input, config) = (run_input(session, prompt), asking(&["payload_review"]));
    let before = format!(
        r#"{{"run_input":{input},"provider":"scripted","hitl_config":{config},"original_input":{{"message":"a","data":{{"v":"#
    );
    [before.as_bytes(), value, b"}}}"].concat()
}

async fn start(house: &House, by: &Person, session: &str, prompt: &str, value: &[u8]) -> String {
    let started = house.post("/api/hitl/run").by(by).json(body(session, prompt, value)).await;
    assert_eq!(started.status.as_u16(), 202, "{session}: {}", started.text());
    let run = started.json()["run_id"].as_str().unwrap().to_owned();
    house.ticket(by, &run, "payload_review").await;
    run
}

pub fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn hostile_input_is_read_back_as_it_was_or_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (number, case) in corpus().iter().enumerate() {
        let (name, session) = (&case.case, format!("s{number}"));
        let prompt = case.text().unwrap_or_else(|| "hello".to_owned());
        let value = case.value();
        if let Some(status) = case.refused {
            let sent = body(&session, "hello", &value);
            house.post("/api/hitl/run").by(&ada).json(sent).await.problem(status);
            let decided =
                [b"{\"action\":\"edit\",\"edits\":{\"data\":", &value[..], b"}}"].concat();
            let run = start(&house, &ada, &session, "hello", b"1").await;
            house.approve(&ada, &run, decided).await.problem(status);
            if let Some(text) = case.text() {
                refused_as_text(&house, &ada, &run, &text, status).await;
            }
            continue;
        }
        let run = start(&house, &ada, &session, &prompt, &value).await;
        let state = house.state(&ada, &run).await;
        assert_eq!(state["original_input"]["prompt"], prompt, "{name}");
        let proposal = state["checkpoint_context"]["proposal"].as_str().unwrap();
        let written = String::from_utf8(value).unwrap();
        assert!(
            proposal.contains(&format!(r#""data":{{"v":{written}}}"#)),
            "{name}: {proposal:.300}"
        );
        assert_eq!(state["suggested_payload"], serde_json::from_str::<Value>(proposal).unwrap());
        if let Some(text) = case.text() {
            kept_as_text(&house, &ada, &session, &run, &text, name).await;
        }
    }
}

async fn refused_as_text(house: &House, by: &Person, run: &str, text: &str, status: u16) {
    let said = json!({"text": text}).to_string();
    house.post("/api/hitl/sessions/s/messages").by(by).json(said).await.problem(status);
    let ticket = house.status(by, run).await["approval"]["approval_id"].clone();
    let form = encoded(&[("ticket", ticket.as_str().unwrap()), ("document", text)]);
    let kept = house.post("/ui/keep_draft").by(by).fields(&form).await;
    assert_eq!(kept.status.as_u16(), status, "{}", kept.text());
}

/// Through the thread, the draft and the form of the decision.
async fn kept_as_text(
    house: &House,
    by: &Person,
    session: &str,
    run: &str,
    text: &str,
    name: &str,
) {
    let path = format!("/api/hitl/sessions/{session}/messages");
    let posted = house.post(&path).by(by).json(json!({"text": text}).to_string()).await;
    assert_eq!(posted.json()["message"]["text"], text, "{name}: {}", posted.text());
    let thread = house.get(&path).by(by).send().await.json();
    assert_eq!(thread["messages"].as_array().unwrap().last().unwrap()["text"], text, "{name}");

    let open = house.status(by, run).await["approval"].clone();
    let ticket = open["approval_id"].as_str().unwrap();
    let draft = encoded(&[("ticket", ticket), ("document", text)]);
    let kept = house.post("/ui/keep_draft").by(by).fields(&draft).await;
    assert_eq!(kept.status.as_u16(), 200, "{name}: {}", kept.text());
    let path = format!("/api/hitl/approvals/{ticket}/draft");
    let kept = house.get(&path).by(by).send().await.json();
    // A text of nothing but spaces is no document.
    assert_eq!(kept["document"], text, "{name}");

    let document = json!({"message": "a", "data": {"v": text}}).to_string();
    let digest = open["proposal_digest"].as_str().unwrap();
    let decision = encoded(&[
        ("run", run),
        ("ticket", ticket),
        ("version", "1"),
        ("digest", digest),
        ("action", "edit"),
        ("document", &document),
    ]);
    let decided = house.post("/ui/decide").by(by).fields(&decision).await;
    assert_eq!(decided.status.as_u16(), 200, "{name}: {}", decided.text());
    house.until(by, run, "completed").await;
    let ended = house.state(by, run).await;
    assert_eq!(ended["final_result"]["data"]["v"], text, "{name}");
}

#[tokio::test]
async fn hostile_input_is_shown_without_changing_what_the_page_is_made_of() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (number, case) in corpus().iter().enumerate() {
        let Some(text) = case.text().filter(|_| case.refused.is_none()) else { continue };
        let harmless: String = text.chars().map(plain).collect();
        let mut pages = Vec::new();
        for (sort, text) in [("h", &harmless), ("n", &text)] {
            let session = format!("{sort}{number}");
            let value = json!(text).to_string();
            let run = start(&house, &ada, &session, text, value.as_bytes()).await;
            let mut of_run = Vec::new();
            for path in [
                format!("/runs/{run}"),
                format!("/runs/{run}?view=json"),
                format!("/runs?session={session}"),
            ] {
                let page = house.get(&path).by(&ada).send().await;
                assert_eq!(page.status.as_u16(), 200, "{path}");
                of_run.push((path, skeleton(&page.text())));
            }
            pages.push(of_run);
            let gone = house.ask(http::Method::DELETE, &format!("/api/hitl/run/{run}"));
            gone.header("sec-fetch-site", "same-origin").by(&ada).send().await;
        }
        for ((_, harmless), (path, nasty)) in pages[0].iter().zip(&pages[1]) {
            assert_eq!(harmless, nasty, "{}: {path}", case.case);
        }
    }
}

/// A harmless letter in the place of each that isn't; white space stays.
pub fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || matches!(c, ' ' | '\n' | '\t' | '\r') { c } else { 'x' }
}

/// The elements of a page in order, as a browser reads it. The marks of hidden characters are no part of it.
pub fn skeleton(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let elements = page.tree.nodes().filter_map(|node| node.value().as_element());
    elements
        .inspect(|element| {
            let runs = element.attrs().find(|(name, _)| name.starts_with("on"));
            assert_eq!(runs, None, "an attribute that runs");
        })
        .filter(|element| !element.classes().any(|class| class == "hidden-char"))
        .map(|element| element.name().to_owned())
        .collect()
}
