use serde_json::json;
use server::{bridge::About, ports::FeedItem};

use super::client::{Client, numbers};
use crate::{databases::Database, house::House, support::scripted_run};

const WRITERS: usize = 20;
const RUNS_EACH: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_misses_nothing_of_twenty_writers_on_sqlite() {
    twenty_writers(House::on(None, &[]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_misses_nothing_of_twenty_writers_on_postgres() {
    twenty_writers(House::on(Some(Database::fresh()), &[]).await).await;
}

async fn twenty_writers(house: House) {
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut client = Client::of(address, &ada).await;
    let begun = client.subscribe(json!({"scope": "inbox"})).await.pop().unwrap();
    let begun = begun["result"]["seq"].as_i64().unwrap();

    let all: Vec<_> = (0..WRITERS).map(|writer| (writer, &house, &ada)).collect();
    let writing = all.into_iter().map(|(writer, house, ada)| async move {
        for number in 0..RUNS_EACH {
            let session = format!("{writer}-{number}");
            let body = scripted_run(&session, &json!({"policy": "auto"}), r#"{"message":"a"}"#);
            let started = house.post("/api/hitl/run").by(ada).json(body).await;
            assert_eq!(started.status, 202, "{}", started.text());
        }
    });
    futures::future::join_all(writing).await;
    let mut seen = Vec::new();
    let mut ended = 0;
    while ended < WRITERS * RUNS_EACH {
        let message = client.message().await;
        ended += usize::from(message["status"] == "completed");
        seen.push(message);
    }

    let told = feed(&house, begun).await;
    let for_all = told.iter().filter(|item| About::of(item).inbox).map(|item| item.number);
    let last = *numbers(&seen).last().unwrap();
    let expected: Vec<i64> = for_all.take_while(|number| *number <= last).collect();
    assert_eq!(numbers(&seen), expected);
    assert!(expected.len() >= WRITERS * RUNS_EACH * 3);
}

/// All of the feed after a number.
async fn feed(house: &House, after: i64) -> Vec<FeedItem> {
    let mut all: Vec<FeedItem> = Vec::new();
    loop {
        let last = all.last().map_or(after, |item| item.number);
        let more = house.parts.doors.bridge.feed.feed(last, 100).await.unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}
