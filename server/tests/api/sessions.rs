//! The pages of sessions: whose they are, who may see them, and what is said there.

use app::api::threads::{SessionList, ThreadView};
use domain::access::Role;
use futures::future::join_all;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person},
    support::{Multipart, asking, picture},
};

async fn thread(house: &House, by: &Person, owner: &Person, session: &str) -> Value {
    let owner = owner.caller.person;
    let path = format!("/ui/load_thread?owner={owner}&session={session}");
    house.get(&path).by(by).send().await.wire::<ThreadView>()
}

async fn listed(house: &House, by: &Person, query: &str) -> Vec<(String, String)> {
    let list =
        house.get(&format!("/ui/load_sessions?{query}")).by(by).send().await.wire::<SessionList>();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = list["page"]["items"].as_array().unwrap().iter();
    items.map(|one| (text(&one["owner_name"]), text(&one["session"]))).collect()
}

async fn say(house: &House, by: &Person, owner: &Person, form: Multipart) -> Answer {
    let page = format!("/sessions/{}?id=s", owner.caller.person);
    house.post(&page).by(by).form(form).await
}

fn texts(thread: &Value) -> Vec<(&str, &str)> {
    let entries = thread["entries"].as_array().unwrap().iter();
    entries.map(|one| (one["role"].as_str().unwrap(), one["text"].as_str().unwrap())).collect()
}

/// What the page's form sends to answer the open ticket.
fn answering(thread: &Value, action: &str, text: &str) -> Multipart {
    let ticket = &thread["open"]["ticket"]["ticket"];
    Multipart::new()
        .text("key", "1")
        .text("does", "answer")
        .text("text", text)
        .text("ticket", ticket["id"].as_str().unwrap())
        .text("version", &ticket["version"].to_string())
        .text("digest", ticket["proposal"]["digest"].as_str().unwrap())
        .text("action", action)
}

#[tokio::test]
async fn two_peoples_sessions_of_one_name_are_two_threads() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    for by in [&ada, &rudi] {
        let run = house.start(by, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
        house.ticket(by, &run, "payload_review").await;
    }
    let path = format!("/api/hitl/sessions/s/messages?owner={}", rudi.caller.person);

    for (by, owner) in [(&ada, &ada), (&ada, &rudi), (&rudi, &ada)] {
        let seen = thread(&house, by, owner, "s").await;
        assert_eq!(texts(&seen).len(), 2, "{seen}");
        assert_eq!(seen["entries"][0]["author"], owner.caller.name.as_str());
        assert_eq!(seen["open"]["summary"]["owner"], json!(owner.caller.person));
    }
    let both = [("Rudi".to_owned(), "s".to_owned()), ("Ada".to_owned(), "s".to_owned())];
    assert_eq!(listed(&house, &ada, "").await, both);
    assert_eq!(house.get(&path).by(&ada).send().await.json()["total"], 2);
    let all = house.get("/api/hitl/sessions/s/messages").by(&ada).send().await;
    assert_eq!(all.json()["total"], 4);
}

#[tokio::test]
async fn sessions_are_found_by_words_and_a_search_has_an_end() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (session, text) in [("one", "Blue, please"), ("two", "Red, please")] {
        let path = format!("/api/hitl/sessions/{session}/messages");
        let said = house.post(&path).by(&ada).json(json!({"text": text}).to_string()).await;
        assert_eq!(said.status, StatusCode::CREATED);
    }
    let one = [("Ada".to_owned(), "one".to_owned())];
    assert_eq!(listed(&house, &ada, "search=blue").await, one);
    assert_eq!(listed(&house, &ada, "search=please").await.len(), 2);
    assert_eq!(listed(&house, &ada, "search=%20").await.len(), 2);
    assert_eq!(listed(&house, &ada, "search=green").await, []);
    let long = format!("/ui/load_sessions?search={}", "x".repeat(201));
    assert_eq!(house.get(&long).by(&ada).send().await.status, StatusCode::BAD_REQUEST);
    let bad = house.get("/ui/load_sessions?cursor=nowhere").by(&ada).send().await;
    assert!(bad.status.is_client_error(), "{}", bad.status);
}

#[tokio::test]
async fn a_message_starts_a_run_once_and_then_answers_its_ticket() {
    let house = House::open().await;
    let ada = house.admin().await;
    let empty = thread(&house, &ada, &ada, "s").await;
    assert_eq!((&empty["entries"], &empty["open"]), (&json!([]), &Value::Null));
    let start = || {
        Multipart::new()
            .text("key", "1")
            .text("does", "run")
            .text("text", "make it 32 pixels wide")
            .text("provider", "image")
            .file("a.png", "image/png", &picture(64, 48))
    };
    let started = say(&house, &ada, &ada, start()).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
    let page = format!("/sessions/{}?id=s#composer", ada.caller.person);
    assert_eq!(started.header("location"), page);
    let runs = house.get("/api/hitl/runs?session_id=s").by(&ada).send().await.json();
    let run = runs["runs"][0]["run_id"].as_str().unwrap();
    house.ticket(&ada, run, "information_review").await;

    let seen = thread(&house, &ada, &ada, "s").await;
    assert_eq!(texts(&seen)[0], ("user", "make it 32 pixels wide"));
    assert_eq!(seen["entries"][0]["files"][0]["name"], "a.png");
    assert_eq!(seen["files"], json!([]), "it came with the message");
    let form = answering(&seen, "reject", "Wrong picture.");
    let answered = say(&house, &ada, &ada, form).await;
    assert_eq!(answered.header("location"), page);

    let seen = thread(&house, &ada, &ada, "s").await;
    assert_eq!(seen["open"], Value::Null);
    let asked = &seen["entries"][1]["asks"]["state"];
    assert_eq!(asked["state"], "decided");
    assert_eq!(asked["data"]["reason"], "Wrong picture.");
    assert_eq!(asked["data"]["via"], "browser", "{asked}");
    assert_eq!(texts(&seen)[2], ("user", "Wrong picture."));
    assert_eq!(texts(&seen).len(), 3, "the record says it: {seen}");
}

#[tokio::test]
async fn what_is_refused_comes_back_as_it_was_typed() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    let vera = house.person(&ada, "Vera", Role::Viewer).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    let seen = thread(&house, &ada, &ada, "s").await;
    let run_of = |text: &str| Multipart::new().text("does", "run").text("text", text);
    for (by, form, code) in [
        (&rudi, run_of("in Ada's session"), "forbidden"),
        (&ada, run_of(" "), "invalid"),
        (&ada, run_of("x").text("upload", "nothing"), "invalid"),
        (&ada, answering(&seen, "reject", ""), "invalid"),
        (&ada, answering(&seen, "edit", "").text("version", "9"), "changed"),
        (&vera, answering(&seen, "approve", "yes & no"), "forbidden"),
    ] {
        let answer = say(&house, by, &ada, form).await;
        let to = answer.header("location").to_owned();
        assert!(to.contains(&format!("&error={code}&text=")), "{}: {to}", by.caller.name);
        assert!(to.starts_with(&format!("/sessions/{}?id=s&", ada.caller.person)), "{to}");
    }
    let still = thread(&house, &ada, &ada, "s").await;
    assert_eq!(still["open"]["ticket"]["ticket"], seen["open"]["ticket"]["ticket"]);

    let answered = say(&house, &rudi, &ada, answering(&seen, "approve", "Fine.")).await;
    assert!(answered.header("location").ends_with("#composer"), "{}", answered.text());
    house.until(&ada, &run, "completed").await;
    let late = say(&house, &ada, &ada, answering(&seen, "approve", "Me too.")).await;
    assert!(late.header("location").contains("error=decided&text=Me+too."));
}

#[tokio::test]
async fn an_answer_that_does_not_say_what_was_seen_decides_nothing_and_is_kept() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    let seen = thread(&house, &ada, &ada, "s").await;
    let ticket = &seen["open"]["ticket"]["ticket"];
    let id = ticket["id"].as_str().unwrap();
    let answer = || {
        let form = Multipart::new().text("key", "1").text("does", "answer").text("text", "Fine.");
        form.text("ticket", id).text("action", "approve")
    };
    let version = ticket["version"].to_string();
    let digest = ticket["proposal"]["digest"].as_str().unwrap();
    for form in [
        answer(),
        answer().text("version", &version),
        answer().text("digest", digest),
        answer().text("version", "one").text("digest", digest),
        answer().text("version", &version).text("digest", "0"),
        answer().text("verison", &version).text("digest", digest),
    ] {
        let refused = say(&house, &ada, &ada, form).await;
        let to = refused.header("location");
        assert!(to.contains("&error=changed&text=Fine."), "{to}");
    }
    let still = thread(&house, &ada, &ada, "s").await;
    assert_eq!(still["open"]["ticket"]["ticket"], *ticket);
    say(&house, &ada, &ada, answer().text("version", &version).text("digest", digest)).await;
    house.until(&ada, &run, "completed").await;
}

#[tokio::test]
async fn a_file_for_an_answer_goes_to_the_session_of_its_run() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    let form = |name: &str, id: &str| {
        Multipart::new().text(name, id).file("a.txt", "text/plain", b"words")
    };
    house.upload(&rudi, form("run_id", "nowhere")).await.problem(422);
    let unknown = "0197a000-0000-7000-8000-000000000001";
    house.upload(&rudi, form("run_id", unknown)).await.problem(404);
    let stored = house.upload(&rudi, form("run_id", &run)).await;
    assert_eq!(stored.status, StatusCode::CREATED, "{}", stored.text());
    let id = stored.json()["id"].as_str().unwrap().to_owned();

    let seen = thread(&house, &rudi, &ada, "s").await;
    assert_eq!(seen["files"][0]["id"], id.as_str());
    let answer = answering(&seen, "approve", "With the words.").text("upload", &id);
    say(&house, &rudi, &ada, answer).await;
    let seen = thread(&house, &ada, &ada, "s").await;
    let entries = seen["entries"].as_array().unwrap();
    let said = entries.iter().find(|one| one["text"] == "With the words.").unwrap();
    assert_eq!((&said["author"], &said["files"][0]["id"]), (&json!("Rudi"), &json!(id)));
    assert_eq!(seen["files"], json!([]));
}

#[tokio::test]
async fn somebody_elses_session_that_does_not_exist_is_not_made_up() {
    let house = House::open().await;
    let ada = house.admin().await;
    let rudi = house.person(&ada, "Rudi", Role::Reviewer).await;
    for (owner, session) in [(&ada, "none"), (&rudi, ""), (&rudi, &*"x".repeat(201))] {
        let owner = owner.caller.person;
        let path = format!("/ui/load_thread?owner={owner}&session={session}");
        let answer = house.get(&path).by(&rudi).send().await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_run_that_waits_is_shown_however_many_are_queued_behind_it() {
    let house = House::open().await;
    let ada = house.admin().await;
    let steps = asking(&["payload_review"]);
    let waits = house.start(&ada, "s", &steps, r#"{"message":"a"}"#).await;
    house.ticket(&ada, &waits, "payload_review").await;
    // As many as an answer shows.
    let queue = (0..100).map(|_| house.start(&ada, "s", &steps, r#"{"message":"b"}"#));
    join_all(queue).await;

    let active = house.get("/api/hitl/sessions/s/active").by(&ada).send().await.json();

    let runs = active["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &active["total"]), (100, &json!(101)));
    assert_eq!(runs.last().unwrap()["run_id"], waits.as_str(), "the newest come first");
    assert_eq!(active["has_pending_approvals"], true);
}
