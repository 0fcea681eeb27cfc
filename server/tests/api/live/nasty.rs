use serde_json::json;

use super::client::Client;
use crate::{
    house::House,
    nasty::{corpus, start},
};

/// Larger ones go by POST.
const LONGEST: usize = 40 * 1024;

#[tokio::test]
async fn hostile_input_over_the_socket_is_taken_as_it_is_or_refused() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut tried = 0;
    for (number, case) in corpus().iter().enumerate() {
        // A text frame is UTF-8, or the line breaks off before anybody reads it.
        let Ok(value) = String::from_utf8(case.value()) else { continue };
        if value.len() > LONGEST {
            continue;
        }
        tried += 1;
        let run = start(&house, &ada, &format!("s{number}"), "hello", b"1").await;
        let open = house.status(&ada, &run).await["approval"]["approval_id"].clone();
        let mut client = Client::of(address, &ada).await;
        client.message().await;
        client
            .text(format!(
                r#"{{"type":"HITL_APPROVAL_RESPONSE","id":"1","approval_id":{open},"action":"edit","edits":{{"data":{{"v":{value}}}}}}}"#
            ))
            .await;
        let answer = client.message().await;
        let name = &case.case;
        match case.refused {
            Some(status) => assert_eq!(answer["problem"]["status"], status, "{name}: {answer}"),
            None => {
                assert_eq!(answer["ok"], true, "{name}: {answer}");
                house.until(&ada, &run, "completed").await;
                let sent: serde_json::Value = serde_json::from_str(&value).unwrap();
                let ended = house.state(&ada, &run).await;
                assert_eq!(ended["final_result"]["data"]["v"], sent, "{name}");
            }
        }
        assert_eq!(client.ask(json!({"type": "HITL_PING", "id": "p"})).await["ok"], true);
    }
    assert!(tried > 20, "only {tried} of the corpus were tried");
}
