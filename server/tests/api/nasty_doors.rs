//! The same hostile input through the doors that take forms and files.

use serde_json::json;

use crate::{
    house::{Answer, House, Person},
    nasty::{Case, corpus, encoded, plain, skeleton},
    support::{BOUNDARY, Multipart, asking},
};

/// Nothing broke, and whoever is sent elsewhere stays on this site.
#[track_caller]
fn assert_answered(answer: &Answer, what: &str) {
    assert!(answer.status.as_u16() < 500, "{what}: {} {}", answer.status, answer.text());
    let location = answer.header("location");
    let inside = location.is_empty()
        || (location.starts_with('/')
            && !location.starts_with("//")
            && !location.contains("__err"));
    assert!(inside && !location.contains(['\\', '\r', '\n', '<']), "{what}: to {location}");
}

/// The texts that doors take, and the same made harmless.
fn texts() -> impl Iterator<Item = (Case, String, String)> {
    corpus().into_iter().filter_map(|case| {
        let text = case.text()?;
        let harmless = text.chars().map(plain).collect();
        Some((case, text, harmless))
    })
}

/// A form with one file, whatever its name and type.
fn file(name: &str, media_type: &str, bytes: &[u8]) -> Vec<u8> {
    let name = name.replace('\\', "\\\\").replace('"', "\\\"");
    Multipart::new().text("session_id", "s").file(&name, media_type, bytes).end()
}

async fn upload(house: &House, by: &Person, body: Vec<u8>) -> Answer {
    let ask = house.post("/api/hitl/attachments").by(by);
    ask.header("content-type", &Multipart::content_type()).body(body).send().await
}

#[tokio::test]
async fn hostile_names_types_and_contents_of_files_do_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    for case in corpus() {
        let bytes = case.text().map_or_else(|| case.value(), String::into_bytes);
        let words = case.text().unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
        for (door, body) in [
            ("name", file(&words, "text/plain", b"words")),
            ("type", file("a.txt", &words, b"words")),
            ("content", file("a.txt", "text/plain", &bytes)),
        ] {
            let what = format!("{} as {door}", case.case);
            let kept = upload(&house, &ada, body).await;
            assert_answered(&kept, &what);
            if kept.status.as_u16() != 201 {
                continue;
            }
            let file = kept.json();
            let name = file["name"].as_str().unwrap();
            assert!(!name.is_empty() && name.len() <= 200, "{what}: {name}");
            assert!(
                !name.contains(|c: char| c.is_control() || "/\\\"<>\u{202e}".contains(c)),
                "{what}: {name}"
            );
            let down = house.get(file["url"].as_str().unwrap()).by(&ada).send().await;
            let expected: &[u8] = if door == "content" { &bytes } else { b"words" };
            assert_eq!(down.bytes, expected, "{what}");
            assert!(down.header("content-disposition").starts_with("attachment;"), "{what}");
            assert_eq!(down.header("x-content-type-options"), "nosniff", "{what}");
            assert!(down.header("content-security-policy").contains("sandbox"), "{what}");
        }
    }
    // Names with a line end of their own, or a boundary, break the form and nothing else.
    for raw in ["a\r\nb.txt", "a\".txt", &format!("--{BOUNDARY}--"), "a\0b"] {
        let body = Multipart::new().text("session_id", "s").file(raw, "text/plain", b"x").end();
        assert_answered(&upload(&house, &ada, body).await, raw);
    }
}

#[tokio::test]
async fn files_of_any_name_leave_the_page_as_it_is() {
    let house = House::open().await;
    let ada = house.admin().await;
    let upload = async |session: &str, name: &str| {
        let name = name.replace(['\\', '"', '\r', '\n'], "x");
        let form = Multipart::new().text("session_id", session);
        house.upload(&ada, form.file(&name, "text/plain", b"words")).await.status.as_u16() == 201
    };
    let mut taken = 0;
    for (case, nasty, harmless) in texts() {
        if upload("n", &nasty).await {
            assert!(upload("h", &harmless).await, "{}", case.case);
            taken += 1;
        }
    }
    assert!(taken > 30, "only {taken} names are taken");
    let mut pages = Vec::new();
    for session in ["h", "n"] {
        let config = asking(&["payload_review"]);
        let run = house.start(&ada, session, &config, r#"{"message":"a"}"#).await;
        house.ticket(&ada, &run, "payload_review").await;
        let page = house.get(&format!("/runs/{run}")).by(&ada).send().await;
        pages.push(skeleton(&page.text()));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn hostile_input_in_the_form_of_a_new_run_starts_what_it_says_or_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let send = async |fields: &[(&str, &str)]| {
        let form =
            fields.iter().fold(Multipart::new(), |form, (name, value)| form.text(name, value));
        house.post("/runs/new").by(&ada).form(form).await
    };
    for (number, (case, nasty, harmless)) in texts().enumerate() {
        let session = format!("f{number}");
        let message =
            [("provider", "scripted"), ("policy", "require_human"), ("field.message", &nasty)];
        let fields =
            [&[("session", session.as_str()), ("prompt", &nasty)][..], &message[..]].concat();
        let sent = send(&fields).await;
        assert_answered(&sent, &case.case);
        let to = sent.header("location").to_owned();
        let started = to.strip_prefix("/runs/").filter(|run| run.parse::<uuid::Uuid>().is_ok());
        assert_eq!(started.is_some(), case.refused.is_none(), "{}: {to:.200}", case.case);
        if let Some(run) = started {
            house.until(&ada, run, "awaiting_human").await;
            let state = house.state(&ada, run).await;
            let kept = nasty.replace("\r\n", "\n");
            assert_eq!(state["original_input"]["prompt"], kept, "{}", case.case);
        }
        // Every other field, and back at the page with what was typed.
        for name in ["session", "provider", "policy", "deadline", "field.data", "file", "other"] {
            let back = send(&[("prompt", ""), (name, &nasty)]).await;
            assert_answered(&back, &format!("{} as {name}", case.case));
        }
        let (mut pages, mut refused) = (Vec::new(), Vec::new());
        for text in [&harmless, &nasty] {
            let text: String = text.chars().take(200).collect();
            let query = encoded(&[("prompt", &text), ("session", &text)]);
            let page = house.get(&format!("/runs/new?{query}")).by(&ada).send().await;
            let typed =
                [("prompt", text.as_str()), ("session", text.as_str()), ("deadline", "soon")];
            let back = send(&typed).await;
            pages.push((page.status, skeleton(&page.text())));
            refused.push((back.status, skeleton(&back.text())));
        }
        assert_eq!(pages[0], pages[1], "{}", case.case);
        assert_eq!(refused[0], refused[1], "{}, refused", case.case);
    }
}

/// Forms of the pages: where they go, and the fields that take text. `id` stands for an id that isn't there.
const FORMS: &[(&str, &str, &[&str])] = &[
    ("/ui/invite", "name=a&email=a@b.example&role=viewer", &["name", "email", "role"]),
    ("/ui/set_role", "person=id&role=viewer", &["person", "role"]),
    ("/ui/set_disabled", "person=id&disabled=true", &["person", "disabled"]),
    ("/ui/reset_person", "person=id", &["person"]),
    ("/ui/make_key", "name=a&kind=person&expires=1", &["name", "kind", "read_only", "expires"]),
    ("/ui/revoke_key", "key=id", &["key"]),
    ("/ui/set_theme", "theme=dark&back=/inbox", &["theme", "back"]),
    ("/ui/load_welcome", "token=a", &["token"]),
    ("/ui/pause_run", "run=id", &["run"]),
    ("/ui/cancel_run", "run=id", &["run"]),
    ("/ui/hold_countdown", "run=id&ticket=id", &["run", "ticket"]),
    (
        "/ui/keep_draft",
        "ticket=id&reason=a",
        &["ticket", "reason", "fields[a]", "fields[a][b][c][d][e][f]"],
    ),
    (
        "/ui/decide",
        "run=id&ticket=id&version=1&digest=id&action=approve",
        &[
            "run",
            "ticket",
            "version",
            "digest",
            "action",
            "reason",
            "document",
            "key",
            "fields[a]",
            "fields[a][b][c][d][e][f]",
        ],
    ),
    (
        "/api/auth/sign-in",
        "email=a@b.example&password=a&next=/inbox",
        &["email", "password", "next"],
    ),
    ("/api/auth/welcome/a", "name=a&email=a@b.example&password=a", &["name", "email", "password"]),
];

#[tokio::test]
async fn hostile_input_in_any_field_of_any_form_breaks_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let id = "0197a000-0000-7000-8000-000000000001";
    for (case, nasty, _) in texts() {
        let nasty: String = nasty.chars().take(3_000).collect();
        for (path, example, fields) in FORMS {
            let example = example.replace("=id", &format!("={id}"));
            for field in *fields {
                // A new password is looked at for a quarter of a second in earnest.
                let mut form: Vec<_> = url::form_urlencoded::parse(example.as_bytes())
                    .filter(|(name, _)| name != field)
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect();
                form.push(((*field).to_owned(), nasty.clone()));
                let form: Vec<_> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                let answer = house.post(path).by(&ada).fields(&encoded(&form)).await;
                assert_answered(&answer, &format!("{}: {field} of {path}", case.case));
            }
        }
    }
    assert_eq!(
        house.status(&ada, &house.start(&ada, "s", &json!({}), "{}").await).await["run_id"]
            .as_str()
            .unwrap()
            .len(),
        36,
        "it goes on"
    );
}

#[tokio::test]
async fn names_of_people_and_keys_leave_their_pages_as_they_are() {
    let (nasty_house, plain_house) = (House::open().await, House::open().await);
    let (ada, otto) = (nasty_house.admin().await, plain_house.admin().await);
    for (number, (_, nasty, harmless)) in texts().enumerate() {
        let person = |name: &str| {
            encoded(&[
                ("name", name),
                ("email", &format!("p{number}@b.example")),
                ("role", "viewer"),
            ])
        };
        let key = |name: &str| encoded(&[("name", name), ("kind", "person"), ("expires", "")]);
        for (path, nasty, harmless, done) in [
            ("/ui/invite", person(&nasty), person(&harmless), "notice=invited"),
            ("/ui/make_key", key(&nasty), key(&harmless), "notice=made"),
        ] {
            let taken = nasty_house.post(path).by(&ada).fields(&nasty).await;
            if taken.header("location").contains(done) {
                let same = plain_house.post(path).by(&otto).fields(&harmless).await;
                assert!(same.header("location").contains(done), "{}", same.header("location"));
            }
        }
    }
    for path in ["/people", "/keys"] {
        let nasty = nasty_house.get(path).by(&ada).send().await.text();
        let harmless = plain_house.get(path).by(&otto).send().await.text();
        assert!(nasty.matches("<tr").count() > 10, "{path}: some were taken");
        // People stand in the order of their names.
        let sorted = |html: &str| {
            let mut elements = skeleton(html);
            elements.sort_unstable();
            elements
        };
        assert_eq!(sorted(&nasty), sorted(&harmless), "{path}");
    }
}
