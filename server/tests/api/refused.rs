//! What browsers without script and programs are told where a door doesn't take what they sent.

use app::api::lists::SessionFiles;
use http::{Method, StatusCode};

use crate::{
    house::{Answer, Ask, House, Person, pointer},
    support::{Multipart, asking},
};

const BROWSER: &str = "text/html,application/xhtml+xml";

fn post<'a>(house: &'a House, by: &Person, path: &str) -> Ask<'a> {
    house.post(path).by(by).header("accept", BROWSER)
}

/// A page of ours, guarded like the others, with nothing of the request in it.
#[track_caller]
fn page(answer: &Answer, status: u16) -> String {
    let text = answer.text();
    assert_eq!(answer.status.as_u16(), status, "{text}");
    assert!(answer.header("content-type").starts_with("text/html"), "{text}");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{text}");
    assert!(text.contains("<h1>") && text.contains("href=\"/inbox\""), "{text}");
    for foreign in ["<script", "canary", "Cannot parse", "boundary", "server_fn", "limit exceeded"]
    {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
    text
}

async fn files(house: &House, by: &Person, session: &str) -> usize {
    let path = format!("/ui/load_session_files?session={session}");
    let answer = house.get(&path).by(by).send().await;
    answer.wire::<SessionFiles>()["files"].as_array().unwrap().len()
}

fn eleven_files(form: Multipart) -> Multipart {
    (0..11).fold(form, |form, n| form.file(&format!("{n}.txt"), "text/plain", &[b'a' + n]))
}

#[tokio::test]
async fn a_form_that_cant_be_taken_ends_in_a_page_of_words() {
    let house = House::with(&[("COUNTERSIGN_LIMITS_UPLOAD_MIB", "1")]).await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), "{}").await;
    let large = vec![b'x'; 3 * 1024 * 1024];
    let session = format!("/sessions/{}?id=s", ada.caller.person);
    for path in ["/runs/new", &format!("/runs/{run}/files"), &session] {
        let form = || Multipart::new().file("a.txt", "text/plain", &large);
        let length = form().end().len().to_string();
        let sent = post(&house, &ada, path).header("content-length", &length).form(form()).await;
        let told = page(&sent, 413);
        assert!(told.contains("2 MiB") && told.contains("still in the form"), "{told}");
        let plain = post(&house, &ada, path).fields("prompt=canary").await;
        page(&plain, 415);
    }
    for path in ["/runs/canary/files", "/sessions/canary?id=s"] {
        page(&post(&house, &ada, path).form(Multipart::new().text("a", "b")).await, 404);
    }
    let twice = format!("{session}&id=canary");
    page(&post(&house, &ada, &twice).form(Multipart::new().text("a", "b")).await, 422);
    page(&house.get(&format!("/runs/{run}/files")).header("accept", BROWSER).send().await, 405);
}

#[tokio::test]
async fn more_than_ten_files_in_one_form_are_refused_with_words() {
    let house = House::open().await;
    let ada = house.admin().await;
    let new = Multipart::new().text("session", "new").text("prompt", "hello");
    let refused = house.post("/runs/new").by(&ada).form(eleven_files(new)).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", refused.text());
    assert!(refused.text().contains("Too many files at once"), "{}", refused.text());
    assert_eq!(house.count(&ada).await, 0);

    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let path = format!("/runs/{run}/files");
    let sent = house.post(&path).by(&ada).form(eleven_files(Multipart::new())).await;
    assert_eq!(sent.header("location"), format!("/runs/{run}?notice=too_many_files"));
    let shown = house.get(sent.header("location")).by(&ada).send().await.text();
    assert!(shown.contains("The first 10 were added."), "{shown}");
    assert_eq!(files(&house, &ada, "s").await, 10);
}

#[tokio::test]
async fn a_decision_that_cant_be_read_leads_to_its_run_which_says_so() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let (id, digest) = (&ticket["approval_id"], &ticket["proposal_digest"]);
    let (id, digest) = (id.as_str().unwrap(), digest.as_str().unwrap());
    let good = format!("run={run}&ticket={id}&version=1&digest={digest}");
    for form in [
        format!("run={run}&ticket={id}&version=1&digest=canary&action=approve"),
        format!("{good}&action=approve&action=reject"),
        format!("{good}&action=edit&fields[a]=1&fields[a]=2"),
        format!("{good}&action=edit&fields[a][b][c][d][e][f]=1"),
    ] {
        let sent = post(&house, &ada, "/ui/decide").fields(&form).await;
        assert!(sent.status.is_redirection(), "{form}: {}", sent.status);
        assert_eq!(sent.header("location"), format!("/runs/{run}?notice=unreadable"), "{form}");
    }
    let nowhere = post(&house, &ada, "/ui/decide").fields("run=canary").await;
    assert_eq!(nowhere.header("location"), "/inbox?notice=unreadable");
    for at in [format!("/runs/{run}?notice=unreadable"), "/inbox?notice=unreadable".to_owned()] {
        let shown = house.get(&at).by(&ada).send().await.text();
        assert!(shown.contains("This could not be read; nothing was done."), "{shown}");
    }
    let large = format!("{good}&action=edit&document={}", "1".repeat(1024 * 1024));
    let length = large.len().to_string();
    let ask = post(&house, &ada, "/ui/decide").header("content-length", &length);
    assert!(page(&ask.fields(&large).await, 413).contains("1 MiB"));
    page(&post(&house, &ada, "/ui/decide").fields(&large).await, 413);
    assert_eq!(house.status(&ada, &run).await["approval"], ticket, "nothing was decided");
}

#[tokio::test]
async fn a_function_that_is_not_there_is_not_found_and_explains_no_framework() {
    let house = House::open().await;
    let ada = house.admin().await;
    page(&post(&house, &ada, "/ui/nothing").fields("a=canary").await, 404);
    page(&house.get("/ui/nothing").header("accept", BROWSER).by(&ada).send().await, 404);
    for answer in [
        house.post("/ui/nothing").by(&ada).fields("a=b").await,
        house.get("/ui/nothing").by(&ada).send().await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.text(), "");
    }
}

#[tokio::test]
async fn what_can_be_no_id_is_the_id_of_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (method, path) in [
        (Method::GET, "/api/hitl/run/canary/status"),
        (Method::DELETE, "/api/hitl/run/canary"),
        (Method::GET, "/api/hitl/approvals/canary"),
        (Method::GET, "/api/hitl/attachments/canary"),
        (Method::GET, "/api/hitl/jobs/canary"),
        (Method::DELETE, "/api/auth/keys/canary"),
    ] {
        let ask = house.ask(method, path).header("sec-fetch-site", "same-origin");
        let problem = ask.by(&ada).send().await.problem(404);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("ids look like") && !detail.contains("canary"), "{path}: {detail}");
        assert_eq!(problem["type"], "/problems/not-found");
    }
}

#[tokio::test]
async fn a_session_with_control_characters_is_refused_in_every_address() {
    let house = House::open().await;
    let ada = house.admin().await;
    for name in ["%00", "a%07b", "a%0Ab"] {
        for call in ["active", "messages", "history"] {
            let path = format!("/api/hitl/sessions/{name}/{call}");
            let problem = house.get(&path).by(&ada).send().await.problem(422);
            assert_eq!(pointer(&problem), "", "{path}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_told_the_limit() {
    let house = House::open().await;
    let ada = house.admin().await;
    let body = vec![b' '; 1024 * 1024 + 1];
    let ask = house.post("/api/hitl/run").by(&ada).header("content-length", "1048577");
    let problem = ask.json(body).await.problem(413);
    assert!(problem["detail"].as_str().unwrap().contains("1 MiB"), "{problem}");
}

#[tokio::test]
async fn the_sign_in_form_says_what_is_wrong_with_it() {
    let house = House::open().await;
    let lacking = house.post("/api/auth/sign-in").fields("email=a@b.example").await.problem(422);
    assert!(lacking["detail"].as_str().unwrap().contains("lacks a field"), "{lacking}");
    let json = house.post("/api/auth/sign-in").json("{}").await.problem(415);
    assert!(json["detail"].as_str().unwrap().contains("x-www-form-urlencoded"), "{json}");
}
