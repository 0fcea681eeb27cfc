//! `kill -9` at any moment.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    io::Write,
    net::TcpStream,
    thread,
    time::Duration,
};

use app::api::lists::SessionFiles;
use serde_json::Value;

use crate::{
    client::Request,
    process::On,
    story::Story,
    support::{Multipart, asking, picture, scripted_run},
};

const RUNS: u64 = 8;
const KILLS: u64 = 5;

pub fn whenever_it_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice(on: On) {
    let seed = RandomState::new().hash_one(0);
    println!("seed {seed}");
    let mut story = Story::begin(on, None);
    let mut decided: HashMap<String, Value> = HashMap::new();
    for number in 0..RUNS {
        // From one that is over at once to one that takes two seconds.
        let values = format!(r#"{{"message":"m{number}","delay_ms":{}}}"#, number * 280);
        let body = scripted_run(&format!("s{number}"), &asking(&["payload_review"]), &values);
        let run = story.start_run(&format!("start {number}").replace(' ', "-"), &body);
        let waits = story.rest(&run);
        let answer = story.decide(&run, &waits["approval"], "approve");
        assert_eq!(answer.status, 200, "{:?}", answer.json());
        decided.insert(run, answer.json()["decision"].clone());
    }
    for number in 0..KILLS {
        let pause = seed.wrapping_mul(number * 2 + 1) >> 13 & 0xff;
        thread::sleep(Duration::from_millis(pause * 2));
        story.kill_and_start();
        for (run, decision) in &decided {
            assert_eq!(&story.state(run)["last_approval"], decision, "an acknowledged decision");
        }
    }
    let mut unknown = 0;
    for run in decided.keys() {
        let rested = story.rest(run);
        let effects = story.folder.effects();
        let mine = effects.iter().filter(|key| key.starts_with(run.as_str())).count();
        if rested["approval"]["checkpoint_type"] == "unknown_outcome" {
            unknown += 1;
            assert!(mine <= 1, "it happened twice: {effects:?}");
        } else {
            assert_eq!(rested["end_reason"], "done", "{rested:#}");
            assert_eq!(mine, 1, "{effects:?}");
        }
    }
    assert!(unknown > 0, "some were killed during the call");
}

pub fn half_an_upload_is_none(on: On) {
    let mut story = Story::begin(on, None);
    let form =
        Multipart::new().text("session_id", "s").file("photo.png", "image/png", &picture(400, 300));
    let whole = form.end();
    let request = Request {
        method: "POST",
        path: "/api/hitl/attachments",
        headers: vec![
            ("cookie", story.cookie().to_owned()),
            ("sec-fetch-site", "same-origin".to_owned()),
            ("content-type", Multipart::content_type()),
        ],
        body: whole.clone(),
    };
    let mut connection = TcpStream::connect(story.server.address).unwrap();
    connection.write_all(request.head().as_bytes()).unwrap();
    connection.write_all(&whole[..whole.len() / 2]).unwrap();
    connection.flush().unwrap();
    thread::sleep(Duration::from_millis(200));

    story.kill_and_start();

    let files = story.get("/ui/load_session_files?session=s");
    let files = app::wire::read::<SessionFiles>(&files.body).unwrap();
    assert_eq!(files.files.len(), 0);
    let again = story.upload("s", &picture(400, 300));
    let url = again["url"].as_str().unwrap();
    assert_eq!(story.get(url).body, picture(400, 300));
}
