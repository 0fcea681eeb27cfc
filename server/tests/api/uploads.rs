//! Files in and out.

use app::api::lists::SessionFiles;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, Person, pointer},
    support::{Multipart, asking, picture, run_input},
};

const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
const HTML: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
const HEIC: &[u8] = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x08mdat";

fn form(name: &str, media_type: &str, bytes: &[u8]) -> Multipart {
    Multipart::new().text("session_id", "s").file(name, media_type, bytes)
}

async fn stored(house: &House, by: &Person, name: &str, media_type: &str, bytes: &[u8]) -> Value {
    let answer = house.upload(by, form(name, media_type, bytes)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

async fn files(house: &House, by: &Person) -> usize {
    let answer = house.get("/ui/load_session_files?session=s").by(by).send().await;
    answer.wire::<SessionFiles>()["files"].as_array().unwrap().len()
}

/// A browser does nothing with it but save it.
fn assert_inert(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
}

#[tokio::test]
async fn what_comes_down_is_what_went_up_and_is_never_a_page() {
    let house = House::open().await;
    let ada = house.admin().await;
    let png = picture(40, 30);
    for (name, media_type, bytes) in [
        ("photo.png", "image/png", png.as_slice()),
        ("drawing.svg", "image/svg+xml", SVG),
        ("page.html", "text/html", HTML),
        ("notes.txt", "text/plain", b"words"),
        ("photo.heic", "image/heic", HEIC),
    ] {
        let file = stored(&house, &ada, name, media_type, bytes).await;
        assert_eq!(file["media_type"], media_type);
        assert_eq!(file["size"], bytes.len());
        let down = house.get(file["url"].as_str().unwrap()).by(&ada).send().await;
        assert_inert(&down);
        assert_eq!(down.bytes, bytes);
        let disposition = down.header("content-disposition");
        assert!(
            disposition.starts_with("attachment;") && disposition.contains(name),
            "{disposition}"
        );
        assert_eq!(down.header("content-length"), bytes.len().to_string());
    }
}

#[tokio::test]
async fn a_preview_is_drawn_again_and_only_of_pictures() {
    let house = House::open().await;
    let ada = house.admin().await;
    // Something behind the picture's end, as a polyglot has it.
    let mut png = picture(40, 30);
    png.extend_from_slice(b"<script>canary</script>");
    let file = stored(&house, &ada, "photo.png", "image/png", &png).await;
    let preview =
        house.get(&format!("{}/preview", file["url"].as_str().unwrap())).by(&ada).send().await;
    assert_inert(&preview);
    assert!(preview.header("content-type").starts_with("image/"));
    assert_ne!(preview.bytes, png);
    assert!(!preview.bytes.windows(6).any(|piece| piece == b"canary"));
    let drawn = image::load_from_memory(&preview.bytes).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (40, 30));

    for (name, media_type, bytes) in [
        ("drawing.svg", "image/svg+xml", SVG),
        ("page.html", "text/html", HTML),
        ("photo.heic", "image/heic", HEIC),
    ] {
        let file = stored(&house, &ada, name, media_type, bytes).await;
        assert_eq!(file["has_preview"], false, "{name}");
        let preview = format!("{}/preview", file["url"].as_str().unwrap());
        house.get(&preview).by(&ada).send().await.problem(404);
    }
    // Says PNG and starts like one, but is none.
    let mut broken = picture(40, 30);
    broken.truncate(100);
    let file = stored(&house, &ada, "broken.png", "image/png", &broken).await;
    let preview = format!("{}/preview", file["url"].as_str().unwrap());
    house.get(&preview).by(&ada).send().await.problem(409);
}

/// Stands in for the program that draws: it notes when it begins and when it ends, and draws nothing.
#[cfg(unix)]
fn noting(folder: &std::path::Path) -> (std::path::PathBuf, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (program, notes) = (folder.join("draws"), folder.join("notes"));
    let note = |what: &str| format!("echo {what} >> '{}'", notes.display());
    let script = format!("#!/bin/sh\n{}\n/bin/sleep 0.3\n{}\n", note("begins"), note("ends"));
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
    (program, notes)
}

#[cfg(unix)]
#[tokio::test]
async fn no_more_than_two_previews_are_drawn_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (program, notes) = noting(folder.path());
    let house = House::drawing_with(&program).await;
    let ada = house.admin().await;
    let file = stored(&house, &ada, "photo.png", "image/png", &picture(40, 30)).await;
    let preview = format!("{}/preview", file["url"].as_str().unwrap());
    let asked = (0..6).map(|_| house.get(&preview).by(&ada).send());
    for answer in futures::future::join_all(asked).await {
        answer.problem(500);
    }
    let notes = std::fs::read_to_string(notes).unwrap();
    let (mut now, mut most) = (0, 0);
    for line in notes.lines() {
        now += if line == "begins" { 1 } else { -1 };
        most = most.max(now);
    }
    assert_eq!(notes.lines().count(), 12, "each had its turn: {notes}");
    assert!(most <= 2, "{notes}");
}

#[tokio::test]
async fn what_is_too_large_or_not_what_it_claims_is_refused() {
    let house = House::with(&[("COUNTERSIGN_LIMITS_UPLOAD_MIB", "1")]).await;
    let ada = house.admin().await;
    let mib = 1024 * 1024;
    let refused = house.upload(&ada, form("a.txt", "text/plain", &vec![b'x'; mib + 1])).await;
    let problem = refused.problem(413);
    assert!(problem["detail"].as_str().unwrap().contains("1 MiB"), "{problem}");
    house.upload(&ada, form("a.txt", "text/plain", &vec![b'x'; 3 * mib])).await.problem(413);
    for (name, media_type, bytes) in [
        ("a.png", "image/png", HTML),
        ("a.png", "image/jpeg", &picture(4, 4)),
        ("a.jpg", "image/png", &picture(4, 4)),
        ("a.pdf", "application/pdf", b"words"),
        ("a.heic", "image/heic", &picture(4, 4)),
    ] {
        house.upload(&ada, form(name, media_type, bytes)).await.problem(415);
    }
    let empty = house.upload(&ada, form("a.txt", "text/plain", b"")).await.problem(422);
    assert_eq!(pointer(&empty), "/file");
    assert_eq!(files(&house, &ada).await, 0);
    stored(&house, &ada, "a.txt", "text/plain", &vec![b'x'; mib]).await;
}

#[tokio::test]
async fn a_day_has_a_limit_too() {
    let limits =
        [("COUNTERSIGN_LIMITS_UPLOAD_MIB", "2"), ("COUNTERSIGN_LIMITS_UPLOADS_PER_DAY_MIB", "3")];
    let house = House::with(&limits).await;
    let ada = house.admin().await;
    let mib = 1024 * 1024;
    let text = |length: usize| form("b.txt", "text/plain", &vec![b'x'; length]);
    house.upload(&ada, text(2 * mib + 1)).await.problem(413);
    stored(&house, &ada, "a.txt", "text/plain", &vec![b'x'; 2 * mib]).await;
    // A file could be that large, only not today any more.
    let too_much = house.upload(&ada, text(mib + 1)).await;
    stored(&house, &ada, "c.txt", "text/plain", &vec![b'x'; mib]).await;
    let nothing_left = house.upload(&ada, text(1)).await;
    for refused in [too_much, nothing_left] {
        refused.problem(429);
        assert!(refused.headers.contains_key("retry-after"));
    }
    assert_eq!(files(&house, &ada).await, 2);
}

#[tokio::test]
async fn what_isnt_a_form_with_a_session_and_a_file_is_refused() {
    let house = House::open().await;
    let ada = house.admin().await;
    let post = async |content_type: &str, body: Vec<u8>| {
        house
            .post("/api/hitl/attachments")
            .by(&ada)
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
    };
    let good = || form("a.txt", "text/plain", b"words").end();
    post("application/json", br#"{"session_id":"s","file":"x","filepath":"/etc/passwd"}"#.to_vec())
        .await
        .problem(415);
    post("application/x-www-form-urlencoded", b"session_id=s&file=x".to_vec()).await.problem(415);
    post("multipart/form-data", good()).await.problem(415);
    post("multipart/form-data; boundary=another", good()).await.problem(400);
    let mut half = good();
    half.truncate(half.len() - 20);
    post(&Multipart::content_type(), half).await.problem(400);

    for (form, at) in [
        (Multipart::new().file("a.txt", "text/plain", b"x").text("session_id", "s"), "/session_id"),
        (Multipart::new().text("session_id", "s"), "/file"),
        (Multipart::new().text("session_id", "s").text("filepath", "/etc/passwd"), "/filepath"),
        (Multipart::new().text("session_id", " ").file("a.txt", "text/plain", b"x"), "/session_id"),
        (
            Multipart::new().text("session_id", &"s".repeat(201)).file("a.txt", "text/plain", b"x"),
            "/session_id",
        ),
        (
            Multipart::new().text("session_id", "a\0b").file("a.txt", "text/plain", b"x"),
            "/session_id",
        ),
    ] {
        assert_eq!(pointer(&house.upload(&ada, form).await.problem(422)), at);
    }
    assert_eq!(files(&house, &ada).await, 0);
    let longest = Multipart::new().text("session_id", &"ä".repeat(200));
    let taken = house.upload(&ada, longest.file("a.txt", "text/plain", b"x")).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text());
}

#[tokio::test]
async fn a_form_with_more_than_one_file_and_its_session_is_refused_and_nothing_of_it_is_kept() {
    let house = House::open().await;
    let ada = house.admin().await;
    let good = || form("a.txt", "text/plain", b"words");
    for (form, at) in [
        (good().file("b.txt", "text/plain", b"more"), "/file"),
        (good().file("b.txt", "text/plain", b"more").text("bogus", "1"), "/file"),
        (good().text("bogus", "1"), "/bogus"),
        (Multipart::new().text("bogus", "1").file("a.txt", "text/plain", b"x"), "/bogus"),
        (good().text("session_id", "s"), "/session_id"),
        (Multipart::new().text("session_id", "t").text("session_id", "s"), "/session_id"),
        (Multipart::new().text("session_id", "s").text("run_id", "x"), "/run_id"),
    ] {
        assert_eq!(pointer(&house.upload(&ada, form).await.problem(422)), at);
    }
    let mut cut = good().end();
    cut.truncate(cut.len() - 4);
    let ask = house.post("/api/hitl/attachments").by(&ada);
    let broken = ask.header("content-type", &Multipart::content_type()).body(cut).send().await;
    broken.problem(400);
    assert_eq!(files(&house, &ada).await, 0);
    stored(&house, &ada, "a.txt", "text/plain", b"words").await;
    assert_eq!(files(&house, &ada).await, 1);
}

#[tokio::test]
async fn a_name_is_a_label_and_no_path() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (sent, kept) in [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\\\..\\\\windows\\\\x.txt", "x.txt"),
        ("C:\\\\x.txt", "x.txt"),
        ("CON.txt", "_CON.txt"),
        ("....", "file"),
    ] {
        let file = stored(&house, &ada, sent, "text/plain", b"words").await;
        assert_eq!(file["name"], kept, "{sent}");
    }
    let mut names = Vec::new();
    listed(house.folder.path(), &mut names);
    assert!(names.iter().all(|name| !name.contains("passwd")), "{names:?}");
    assert!(!house.folder.path().parent().unwrap().join("etc").exists());
}

fn listed(folder: &std::path::Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
        if path.is_dir() {
            listed(&path, names);
        }
    }
}

#[tokio::test]
async fn files_that_arent_there_are_not_found() {
    let house = House::open().await;
    let ada = house.admin().await;
    let unknown = "/api/hitl/attachments/0197a000-0000-7000-8000-000000000001";
    house.get(unknown).by(&ada).send().await.problem(404);
    house.get(&format!("{unknown}/preview")).by(&ada).send().await.problem(404);
    house.get("/api/hitl/attachments/..%2f..%2fcountersign.db").by(&ada).send().await.problem(404);
    house.get("/api/hitl/attachments/1").by(&ada).send().await.problem(404);
}

#[tokio::test]
async fn a_heic_photo_is_refused_with_a_hint_when_it_is_used() {
    let house = House::open().await;
    let ada = house.admin().await;
    let file = stored(&house, &ada, "photo.heic", "image/heic", HEIC).await;
    let body = json!({
        "run_input": run_input("s", "make it black and white"),
        "original_input": {"grayscale": true},
        "provider": "image",
        "hitl_config": asking(&["payload_review"]),
    });
    let started = house.post("/api/hitl/run").by(&ada).json(body.to_string()).await.json();
    let run = started["run_id"].as_str().unwrap();
    let ticket = house.ticket(&ada, run, "form_requirements").await;
    let issues = ticket["context"]["validation_summary"]["checkpoints"].to_string();
    assert!(issues.contains("photo.heic") && issues.contains("image/jpeg"), "{issues}");

    let image = format!("sha256:{}", file["sha256"].as_str().unwrap());
    let answer = json!({"action": "respond", "edits": {"image": image}}).to_string();
    let problem = house.approve(&ada, run, answer).await.problem(422);
    assert_eq!(pointer(&problem), "/image", "{problem}");

    // With a picture that it can take, it goes on.
    let png = stored(&house, &ada, "photo.png", "image/png", &picture(40, 30)).await;
    let answer = json!({"action": "respond", "attachments": [png["id"]]}).to_string();
    let answered = house.approve(&ada, run, answer).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text());
    house.ticket(&ada, run, "payload_review").await;
    house.approve(&ada, run, r#"{"approved":true}"#).await;
    house.until(&ada, run, "completed").await;
    let made = house.state(&ada, run).await["run"]["response"]["files"][0].clone();
    let bytes =
        house.get(&format!("/api/hitl/attachments/{}", made["id"].as_str().unwrap_or("none")));
    let bytes = bytes.by(&ada).send().await;
    let result = image::load_from_memory(&bytes.bytes).expect("the result is a picture").to_rgb8();
    assert!(result.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]));
}
