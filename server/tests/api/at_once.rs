//! Many readers at the same moment: what one page was made of is gone when another one is finished, and never before.

use std::sync::Arc;

use http::StatusCode;
use tokio::task::JoinSet;

use crate::{
    house::{House, Person},
    support::asking,
};

const READERS: usize = 8;
const PAGES_EACH: usize = 25;

async fn read(house: &House, by: &Person, path: &str) {
    for _ in 0..PAGES_EACH {
        let page = house.get(path).by(by).header("accept", "text/html").send().await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_page_is_whole_however_many_are_made_at_once() {
    let house = House::open().await;
    let ada = house.admin().await;
    let config = asking(&["payload_review"]);
    let run = house.start(&ada, "s", &config, r#"{"message":"a"}"#).await;
    house.ticket(&ada, &run, "payload_review").await;
    let (run, session) = (format!("/runs/{run}"), format!("/sessions/{}?id=s", ada.caller.person));
    let mut paths = vec![run, session];
    paths.extend(
        ["/inbox", "/runs", "/runs/new", "/sessions", "/keys", "/people"].map(str::to_owned),
    );

    let inside = Arc::new((house, ada));
    for path in paths {
        let mut readers = JoinSet::new();
        for _ in 0..READERS {
            let (inside, path) = (inside.clone(), path.clone());
            readers.spawn(async move { read(&inside.0, &inside.1, &path).await });
        }
        readers.join_all().await;
    }
}
