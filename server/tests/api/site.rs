//! The site's files: what browsers may keep, and what a sign-out takes back.

use std::{fs, path::Path};

use http::StatusCode;
use serde_json::json;

use crate::{
    house::House,
    support::{asking, run_input},
};

const BUILD: &str = "0123456789abcdef";

/// A site of one build in a folder.
fn write_site(folder: &Path) {
    let pkg = folder.join("pkg").join(BUILD);
    fs::create_dir_all(&pkg).unwrap();
    let script = "export const answer = 42;\n".repeat(100);
    for (name, bytes) in [("countersign.js", script.as_str()), ("countersign.js.br", "packed")] {
        fs::write(pkg.join(name), bytes).unwrap();
    }
    for name in ["build.txt", "sw.js", "offline.html", "manifest.webmanifest"] {
        fs::write(folder.join(name), BUILD).unwrap();
    }
    fs::write(folder.join("pkg").join("plain.js"), script).unwrap();
}

#[tokio::test]
async fn what_is_named_by_its_build_is_kept_for_good_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write_site(folder.path());
    let house = House::with(&[("COUNTERSIGN_SITE_DIR", folder.path().to_str().unwrap())]).await;
    let ada = house.admin().await;
    let hashed = format!("/pkg/{BUILD}/countersign.js");
    let gone = "/pkg/fedcba9876543210/countersign.js";

    for (path, status, caching) in [
        (hashed.as_str(), StatusCode::OK, "public, max-age=31536000, immutable"),
        ("/pkg/plain.js", StatusCode::OK, "no-cache"),
        ("/sw.js", StatusCode::OK, "no-cache"),
        ("/build.txt", StatusCode::OK, "no-cache"),
        ("/manifest.webmanifest", StatusCode::OK, "no-cache"),
        ("/offline.html", StatusCode::OK, "no-store"),
        ("/inbox", StatusCode::OK, "no-store"),
        ("/ui/load_inbox", StatusCode::OK, "no-store"),
        ("/api/auth/session", StatusCode::OK, "no-store"),
        // A build that isn't here any more must not be remembered as missing.
        (gone, StatusCode::NOT_FOUND, "no-store"),
    ] {
        let answer = house.get(path).by(&ada).send().await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("cache-control"), caching, "{path}");
    }
    let manifest = house.get("/manifest.webmanifest").send().await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
}

#[tokio::test]
async fn what_is_compressed_once_is_sent_as_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    write_site(folder.path());
    let house = House::with(&[("COUNTERSIGN_SITE_DIR", folder.path().to_str().unwrap())]).await;
    let path = format!("/pkg/{BUILD}/countersign.js");

    let packed = house.get(&path).header("accept-encoding", "gzip, br").send().await;

    assert_eq!(packed.header("content-encoding"), "br");
    assert_eq!(packed.bytes, b"packed");
    assert!(packed.header("content-type").contains("javascript"));
    assert_eq!(packed.header("cache-control"), "public, max-age=31536000, immutable");
    let plain = house.get(&path).send().await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.text().starts_with("export"));
}

#[tokio::test]
async fn a_page_loads_the_files_of_its_build_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    write_site(folder.path());
    let house = House::with(&[("COUNTERSIGN_SITE_DIR", folder.path().to_str().unwrap())]).await;

    let page = house.get("/sign-in").send().await;

    let text = page.text();
    assert!(text.contains(&format!("<meta name=\"build\" content=\"{BUILD}\"")), "{text}");
    for file in ["countersign.css", "countersign.js", "countersign.wasm", "pwa.js"] {
        assert!(text.contains(&format!("=\"/pkg/{BUILD}/{file}\"")), "{file}: {text}");
    }
    assert!(text.contains("rel=\"manifest\" href=\"/manifest.webmanifest\""), "{text}");
}

#[tokio::test]
async fn pages_that_know_no_build_find_its_style() {
    let folder = tempfile::tempdir().unwrap();
    write_site(folder.path());
    let house = House::with(&[("COUNTERSIGN_SITE_DIR", folder.path().to_str().unwrap())]).await;
    for path in ["/api/docs", "/ui/nothing"] {
        let page = house.get(path).header("accept", "text/html").send().await;
        assert!(page.text().contains("href=\"/pkg/countersign.css\""), "{path}: {}", page.text());
    }

    let style = house.get("/pkg/countersign.css").send().await;

    assert_eq!(style.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(style.header("location"), format!("/pkg/{BUILD}/countersign.css"));
}

#[tokio::test]
async fn a_build_that_is_no_plain_name_gets_into_no_address() {
    for name in ["../..", "a b", "\"><script>", ""] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("build.txt"), name).unwrap();
        let house = House::with(&[("COUNTERSIGN_SITE_DIR", folder.path().to_str().unwrap())]).await;

        let page = house.get("/sign-in").send().await;

        assert!(page.text().contains("=\"/pkg/countersign.css\""), "{name}: {}", page.text());
    }
}

#[tokio::test]
async fn whoever_signs_out_takes_back_what_the_browser_kept() {
    let house = House::open().await;
    let ada = house.admin().await;
    let form = house.post("/api/auth/sign-out").by(&ada).fields("").await;
    assert_eq!(form.status, StatusCode::SEE_OTHER);
    assert_eq!(form.header("clear-site-data"), "\"cache\", \"storage\"");

    let ben = house.person(&ada, "Ben", domain::access::Role::Reviewer).await;
    let program = house.ask(http::Method::DELETE, "/api/auth/session").by(&ben);
    let program = program.header("sec-fetch-site", "same-origin").send().await;
    assert_eq!(program.status, StatusCode::NO_CONTENT, "{}", program.text());
    assert_eq!(program.header("clear-site-data"), "\"cache\", \"storage\"");
}

/// A phone has to load the list and all that it shows.
const MOST_OF_AN_INBOX: usize = 60 * 1024;

#[tokio::test]
async fn an_inbox_of_fifty_is_sent_compressed_and_small() {
    let house = House::open().await;
    let ada = house.admin().await;
    for number in 0..50 {
        let prompt =
            format!("Make number {number} of the pictures smaller, and tell me how it went");
        let body = json!({"run_input": run_input(&format!("s{number}"), &prompt),
            "provider": "scripted", "hitl_config": asking(&["payload_review"]),
            "original_input": {"message": prompt}});
        let started = house.post("/api/hitl/run").by(&ada).json(body.to_string()).await.json();
        house.ticket(&ada, started["run_id"].as_str().unwrap(), "payload_review").await;
    }
    let plain = house.get("/inbox").by(&ada).send().await;
    let packed = house.get("/inbox").header("accept-encoding", "br, gzip").by(&ada).send().await;

    assert_eq!(packed.header("content-encoding"), "br");
    assert_eq!(plain.text().matches("class=\"row-title\"").count(), 50);
    assert!(packed.bytes.len() < MOST_OF_AN_INBOX, "{} bytes", packed.bytes.len());
    println!("an inbox of 50: {} bytes, {} compressed", plain.bytes.len(), packed.bytes.len());
}
