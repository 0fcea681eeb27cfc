//! The form of the page "New run": sent twice, changed, and refused.

use app::api::lists::SessionFiles;
use http::StatusCode;

use crate::{
    house::{Answer, House, Person},
    support::Multipart,
};

const KEY: &str = "0197a000-0000-7000-8000-00000000000a";

/// As the page sends it.
fn form(key: &str, prompt: &str) -> Multipart {
    let form = Multipart::new().text("key", key).text("session", "s").text("prompt", prompt);
    form.text("provider", "scripted")
}

async fn send(house: &House, by: &Person, form: Multipart) -> Answer {
    house.post("/runs/new").by(by).form(form).await
}

/// The page that a refused form is answered with.
#[track_caller]
fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    answer.text()
}

/// The tag that has this attribute.
#[track_caller]
fn tag<'a>(page: &'a str, attribute: &str) -> &'a str {
    let at = page.find(attribute).unwrap_or_else(|| panic!("no {attribute} in {page}"));
    let start = page[..at].rfind('<').unwrap();
    let end = at + page[at..].find('>').unwrap();
    &page[start..end]
}

fn key_of(page: &str) -> &str {
    let (_, value) = tag(page, "name=\"key\"").split_once("value=\"").unwrap();
    value.split('"').next().unwrap()
}

#[tokio::test]
async fn the_same_form_with_its_file_sent_twice_is_one_run() {
    let house = House::open().await;
    let ada = house.admin().await;
    let sent = || {
        let form = form(KEY, "hello").file("a.txt", "text/plain", b"words");
        send(&house, &ada, form)
    };

    let (first, second) = tokio::join!(sent(), sent());
    let later = sent().await;

    for answer in [&first, &second, &later] {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(answer.header("location"), first.header("location"));
    }
    assert!(first.header("location").starts_with("/runs/"), "{}", first.header("location"));
    assert_eq!(house.count(&ada).await, 1);
    let files = house.get("/ui/load_session_files?session=s").by(&ada).send().await;
    assert_eq!(files.wire::<SessionFiles>()["files"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_text_under_the_same_key_is_refused_and_can_be_sent_under_a_fresh_one() {
    let house = House::open().await;
    let ada = house.admin().await;
    let first = send(&house, &ada, form(KEY, "hello")).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());

    let refused = page(&send(&house, &ada, form(KEY, "goodbye to all")).await);

    assert!(refused.contains("This form was sent before"), "{refused}");
    assert!(refused.contains("goodbye to all"), "{refused}");
    assert_eq!(house.count(&ada).await, 1);
    let fresh = key_of(&refused);
    assert_ne!(fresh, KEY);
    let other = send(&house, &ada, form(fresh, "goodbye to all")).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text());
    assert_ne!(other.header("location"), first.header("location"));
}

#[tokio::test]
async fn another_file_under_the_same_key_is_refused_with_the_same_words() {
    let house = House::open().await;
    let ada = house.admin().await;
    let with = |bytes: &[u8]| form(KEY, "hello").file("a.txt", "text/plain", bytes);
    let first = send(&house, &ada, with(b"words")).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());

    let refused = page(&send(&house, &ada, with(b"other")).await);

    assert!(refused.contains("This form was sent before"), "{refused}");
    assert_eq!(house.count(&ada).await, 1);
}

#[tokio::test]
async fn each_page_has_a_key_of_its_own() {
    let house = House::open().await;
    let ada = house.admin().await;
    let mut keys = Vec::new();
    for _ in 0..2 {
        let shown = house.get("/runs/new?session=s").by(&ada).send().await.text();
        keys.push(key_of(&shown).to_owned());
    }
    assert_ne!(keys[0], keys[1]);
    assert!(!keys[0].is_empty());
}

#[tokio::test]
async fn a_refused_form_comes_back_whole_with_what_is_wrong() {
    let house = House::open().await;
    let ada = house.admin().await;
    let prompt = "я".repeat(3000);
    let sent = form(KEY, &prompt).text("policy", "auto").text("deadline", "86400");
    let sent = sent.text("field.message", "typed by hand").text("field.delay_ms", "soon");

    let shown = page(&send(&house, &ada, sent).await);

    assert!(shown.contains(&prompt), "the request is cut");
    assert!(shown.contains("typed by hand"), "{shown}");
    assert!(shown.contains("delay_ms: must be a number"), "{shown}");
    assert!(tag(&shown, "value=\"scripted\"").contains("selected"), "{shown}");
    assert!(tag(&shown, "value=\"86400\"").contains("selected"), "{shown}");
    assert!(tag(&shown, "name=\"policy\" value=\"auto\"").contains("checked"), "{shown}");
    assert!(tag(&shown, "name=\"session\"").contains("value=\"s\""), "{shown}");
    assert_eq!(house.count(&ada).await, 0);
}

#[tokio::test]
async fn what_stands_behind_a_refused_file_is_kept_too() {
    let house = House::open().await;
    let ada = house.admin().await;
    let picture = form(KEY, "make it smaller").file("cat.png", "image/png", b"no picture");

    let refused = send(&house, &ada, picture.text("policy", "auto")).await;

    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", refused.text());
    let shown = refused.text();
    assert!(shown.contains("A file has the wrong type"), "{shown}");
    assert!(shown.contains("make it smaller"), "{shown}");
    assert!(tag(&shown, "name=\"policy\" value=\"auto\"").contains("checked"), "{shown}");
}

#[tokio::test]
async fn a_request_above_its_limit_is_refused_with_the_limit() {
    let house = House::open().await;
    let ada = house.admin().await;
    let prompt = "long ".repeat(5000);

    let shown = page(&send(&house, &ada, form(KEY, &prompt)).await);

    assert!(shown.contains("prompt: has more than 20000 characters"), "{shown}");
    assert!(shown.contains(prompt.trim_end()), "the request is cut");
}

#[tokio::test]
async fn a_deadline_that_cannot_be_read_is_refused_with_words() {
    let house = House::open().await;
    let ada = house.admin().await;
    for deadline in ["soon", "-1", "1.5", "99999999999"] {
        let sent = form(KEY, "greet everybody").text("deadline", deadline);

        let shown = page(&send(&house, &ada, sent).await);

        assert!(shown.contains("deadline: must be a whole number of seconds"), "{shown}");
        assert!(shown.contains("greet everybody"), "{shown}");
    }
    assert_eq!(house.count(&ada).await, 0);
}
