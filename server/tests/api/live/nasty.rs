//! Hostile input in the frames of a socket: each is answered or ends that socket, and no other client feels it.

use serde_json::json;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use super::client::{Came, Client};
use crate::{
    house::House,
    nasty::{Case, corpus},
    nasty_agents::within,
    support::asking,
};

/// A text of any bytes, also of some that are none.
fn text(bytes: Vec<u8>) -> Message {
    Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true))
}

fn frames(case: &Case, ticket: &str) -> [Vec<u8>; 5] {
    let decide = format!(
        r#"{{"type":"HITL_APPROVAL_RESPONSE","id":"1","approval_id":"{ticket}","action":"edit","version":99,"edits":{{"data":"#
    );
    [
        case.value(),
        within(r#"{"type":"HITL_PING","id":"#, case, "}"),
        within(r#"{"type":"#, case, r#","id":"1"}"#),
        within(r#"{"type":"HITL_SUBSCRIBE","id":"1","scope":"session","session_id":"#, case, "}"),
        within(&decide, case, "}}"),
    ]
}

#[tokio::test]
async fn a_frame_with_anything_in_it_is_answered_and_decides_nothing() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let id = ticket["approval_id"].as_str().unwrap();
    let mut other = Client::of(address, &ada).await;
    for case in corpus() {
        let mut client = Client::of(address, &ada).await;
        client.message().await;
        for frame in frames(&case, id) {
            let readable = String::from_utf8(frame.clone()).is_ok();
            client.send(text(frame)).await;
            match client.next().await {
                Came::Text(answer) => assert!(readable, "{}: {answer}", case.case),
                // What is no text, or is too long, ends the connection that sent it (RFC 6455, 7.4.1).
                Came::Closed(1007 | 1009) | Came::Gone => {
                    assert!(!readable || case.value().len() > 60_000, "{}", case.case);
                    break;
                }
                ended => panic!("{}: {ended:?}", case.case),
            }
        }
    }
    assert_eq!(house.status(&ada, &run).await["approval"], ticket);
    assert_eq!(other.ask(json!({"type": "HITL_PING", "id": "p"})).await["ok"], true);
}
