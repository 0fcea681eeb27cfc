//! Backup, restore and doctor, as an operator types them.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    databases::execute,
    process::{Folder, On},
    story::Story,
    support::{asking, picture, scripted_run},
};

/// For a call that is on its way.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a command printed, and whether it went well.
fn tell(story: &Story, folder: &Folder, arguments: &[&str]) -> (bool, String) {
    let mut command = folder.command(None);
    command.env("COUNTERSIGN_LISTEN", story.server.address.to_string());
    // Together with what it complains of.
    let output = command.stderr(std::process::Stdio::piped()).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn do_it(story: &Story, folder: &Folder, arguments: &[&str]) -> String {
    let (done, said) = tell(story, folder, arguments);
    assert!(done, "{arguments:?}: {said}");
    said
}

fn in_vain(story: &Story, folder: &Folder, arguments: &[&str]) -> String {
    let (done, said) = tell(story, folder, arguments);
    assert!(!done, "{arguments:?}: {said}");
    said
}

/// A run whose call is under way for a minute.
fn calling(story: &mut Story) -> String {
    let values = r#"{"message":"hello","delay_ms":60000}"#;
    let run = story.start_run("calling", &scripted_run("calling", &json!({}), values));
    while story.status(&run)["current_step"] != "api_call" {
        thread::sleep(Duration::from_millis(10));
    }
    run
}

pub fn a_backup_in_the_middle_of_a_call_comes_back_elsewhere_and_sends_nothing_again(on: On) {
    let mut story = Story::begin(on, None);
    let called = calling(&mut story);
    let ask = asking(&["payload_review"]);
    let body =
        scripted_run("waiting", &ask, r#"{"message":"1.10","data":{"n":12345678901234567890}}"#);
    let waiting = story.start_run("waiting", &body);
    let ticket = story.rest(&waiting)["approval"].clone();
    let photo = picture(40, 30);
    let url = story.upload("files", &photo)["url"].as_str().unwrap().to_owned();
    let backups = tempfile::tempdir().unwrap();
    let backup = backups.path().join("monday");
    let backup = backup.to_str().unwrap();

    let said = do_it(&story, &story.folder, &["backup", backup]);
    assert!(said.contains("1 files"), "{said}");
    let elsewhere = Folder::fresh(on);
    let said = do_it(&story, &elsewhere, &["restore", backup]);
    assert!(said.contains("nothing is sent again by itself"), "{said}");
    story.move_to(elsewhere);

    let rested = story.rest(&called);
    assert_eq!(rested["approval"]["checkpoint_type"], "unknown_outcome", "{rested:#}");
    assert_eq!(story.status(&waiting)["approval"], ticket, "the very same ticket");
    assert_eq!(story.get(&url).body, photo);
    // A second start tells nobody anything again.
    story.kill_and_start();
    assert_eq!(story.status(&called)["approval"], rested["approval"]);
    assert_eq!(story.folder.effects().len(), 0, "nothing was sent");

    assert_eq!(story.decide(&waiting, &ticket, "approve").status, 200);
    assert_eq!(story.rest(&waiting)["end_reason"], "done");
    assert_eq!(story.folder.effects().len(), 1, "a person said so");
}

pub fn an_agent_that_asked_before_a_backup_is_not_called_back_by_the_copy_and_a_new_one_is(on: On) {
    let agent = Ear::open();
    let folder = || Folder::fresh(on).setting("COUNTERSIGN_CALLBACKS_ALLOW", agent.address.clone());
    let mut story = Story::begin_in(folder(), None);
    let before = agent.asks(&mut story, "before");
    let backups = tempfile::tempdir().unwrap();
    let backup = backups.path().join("monday");
    let backup = backup.to_str().unwrap();
    do_it(&story, &story.folder, &["backup", backup]);
    let elsewhere = folder();
    do_it(&story, &elsewhere, &["restore", backup]);
    story.move_to(elsewhere);
    assert!(story.folder.read_log().contains("no agent that asked before is called back"));

    assert_eq!(allow(&mut story, &before), 200);
    let after = agent.asks(&mut story, "after");
    assert_eq!(allow(&mut story, &after), 200);

    let told = agent.calls.recv_timeout(LONGEST_WAIT).expect("the new one is called back");
    assert_eq!(told["data"]["approval_id"], after["approval_id"], "and nobody before it: {told}");
    let path = format!("/api/hitl/approvals/{}", before["approval_id"].as_str().unwrap());
    assert_eq!(story.get(&path).json()["final_arguments"], json!({"n": 1}), "who asks is told");
}

fn allow(story: &mut Story, ticket: &Value) -> u16 {
    story.decide(ticket["run_id"].as_str().unwrap(), ticket, "approve").status
}

/// Where an agent is called back.
struct Ear {
    address: String,
    calls: Receiver<Value>,
}

impl Ear {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, calls) = mpsc::channel();
        thread::spawn(move || {
            for line in listener.incoming() {
                if sender.send(hear(line.unwrap())).is_err() {
                    return;
                }
            }
        });
        Self { address, calls }
    }

    /// A ticket of which it wants to be told.
    fn asks(&self, story: &mut Story, key: &str) -> Value {
        let url = format!("http://{}/", self.address);
        let asked = json!({"action": "pay", "arguments": {"n": 1}, "callback_url": url});
        let answer = story.post("/api/hitl/approvals", key, &asked.to_string());
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }
}

/// The document of one request, which is answered well.
fn hear(mut line: TcpStream) -> Value {
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    loop {
        let read = line.read(&mut piece).unwrap();
        assert!(read > 0, "it broke off: {text}");
        text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        let body = text.split_once("\r\n\r\n").map(|(_, body)| serde_json::from_str(body));
        if let Some(Ok(document)) = body {
            line.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
            return document;
        }
    }
}

pub fn a_restore_refuses_what_is_damaged_and_a_place_that_is_not_empty(on: On) {
    let mut story = Story::begin(on, None);
    story.upload("files", &picture(4, 4));
    let backups = tempfile::tempdir().unwrap();
    let backup = backups.path().join("monday");
    let path = backup.to_str().unwrap();
    do_it(&story, &story.folder, &["backup", path]);
    assert!(in_vain(&story, &story.folder, &["backup", path]).contains("is there already"));

    let said = in_vain(&story, &story.folder, &["restore", path]);
    assert!(said.contains("already"), "{said}");
    let fresh = Folder::fresh(on);
    for (file, change) in [(first_content(&backup), true), (backup.join("manifest.json"), false)] {
        let whole = fs::read(&file).unwrap();
        let mut damaged = whole.clone();
        if change {
            damaged[0] ^= 1
        } else {
            damaged.truncate(20)
        };
        fs::write(&file, damaged).unwrap();
        let said = in_vain(&story, &fresh, &["restore", path]);
        assert!(said.contains(file.file_name().unwrap().to_str().unwrap()), "{said}");
        fs::write(&file, whole).unwrap();
    }

    do_it(&story, &fresh, &["restore", path]);
    assert!(in_vain(&story, &fresh, &["restore", path]).contains("already"));
    // As after one that broke off between the files and the database.
    empty_database(&fresh, on);
    do_it(&story, &fresh, &["restore", path]);
}

fn empty_database(of: &Folder, on: On) {
    match on {
        On::Sqlite => fs::remove_file(of.data().join("countersign.db")).unwrap(),
        On::Postgres => execute(of.database(), "TRUNCATE hitl_people CASCADE".to_owned()),
    }
}

fn first_content(backup: &Path) -> std::path::PathBuf {
    let mut path = backup.join("files");
    while path.is_dir() {
        path = fs::read_dir(&path).unwrap().next().unwrap().unwrap().path();
    }
    path
}

pub fn the_doctor_finds_all_well_beside_a_server_and_without_one(on: On) {
    let mut story = Story::begin(on, None);

    let beside = do_it(&story, &story.folder, &["doctor"]);
    for line in [
        "ok    settings",
        "ok    server         it runs",
        "ok    database",
        "ok    clock",
        "ok    files",
        "leads to this server",
        "ok    provider       `image`",
        "ok    provider       `scripted`",
    ] {
        assert!(beside.contains(line), "{line}: {beside}");
    }
    let before = story.count();
    story.server.kill();
    let without = do_it(&story, &story.folder, &["doctor"]);
    assert!(without.contains("nothing runs at") && without.contains("ok    database"), "{without}");
    story.server = story.folder.start(None);
    assert_eq!(story.count(), before);
}

#[test]
fn without_a_built_site_it_does_not_start_and_says_all_that_is_wrong() {
    let fresh = Folder::fresh(On::Sqlite);
    let mut command = fresh.command(None);
    command.env("COUNTERSIGN_LOG_FORMAT", "xml").stderr(std::process::Stdio::piped());

    let output = command.output().unwrap();

    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("(no folder `pkg` in it)") && said.contains("`log.format`"), "{said}");
    assert!(!fresh.data().exists(), "nothing is made before all settings are right");
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let story = Story::begin(On::Sqlite, None);
    let fresh = Folder::fresh(On::Sqlite);

    // Another server is at its address, its site isn't built, and it never ran.
    let said = in_vain(&story, &fresh, &["doctor"]);
    for line in [
        "fail  settings",
        "name its folder in `site_dir`",
        "warn  database",
        "the first start makes it",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let mut command = fresh.command(None);
    command.env("COUNTERSIGN_LOG_FORMAT", "xml").arg("doctor");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with("fail  settings") && said.contains("\"pretty\" or \"json\""),
        "{said}"
    );

    // A database that isn't one.
    fs::create_dir_all(fresh.data()).unwrap();
    fs::write(fresh.data().join("countersign.db"), "nonsense".repeat(1_000)).unwrap();
    let said = in_vain(&story, &fresh, &["doctor"]);
    assert!(said.contains("fail  database"), "{said}");
}
