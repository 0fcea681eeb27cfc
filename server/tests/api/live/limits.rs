use domain::access::Role;
use serde_json::json;

use super::client::{Came, Client};
use crate::house::{House, Person};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn whoever_sends_too_much_has_to_go_and_nobody_else_feels_it() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let mut other = Client::following(address, &ada, json!({"scope": "inbox"})).await;
    let mut client = Client::of(address, &ada).await;
    for number in 0..200 {
        client.say(&json!({"type": "HITL_PING", "id": number.to_string()})).await;
    }

    let (mut answered, mut refused) = (0, 0);
    let ended = loop {
        match client.next().await {
            Came::Text(message) if message["type"] == "HITL_ACK" => answered += 1,
            Came::Text(message) if message["problem"]["status"] == 429 => refused += 1,
            Came::Text(_) => {}
            ended => break ended,
        }
    };

    assert_eq!(ended, Came::Closed(4029));
    assert!((20..100).contains(&answered) && refused <= 2, "{answered} {refused}");
    assert_eq!(other.ask(json!({"type": "HITL_PING", "id": "p"})).await["ok"], true);
}

#[tokio::test]
async fn a_client_that_never_reads_is_ended_while_the_others_get_everything() {
    let house = House::with(&[("COUNTERSIGN_METRICS_TOKEN", TOKEN)]).await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let bob = house.person(&ada, "Bob", Role::Reviewer).await;
    let follow =
        json!({"type": "HITL_SUBSCRIBE", "id": "1", "scope": "session", "session_id": "s"});
    let mut slow = Client::narrow(address, &bob).await;
    slow.say(&follow).await;
    let session = json!({"scope": "session", "session_id": "s"});
    let mut quick = Client::following(address, &ada, session).await;

    let mut said = 0;
    while !is_too_slow(&house).await {
        assert!(said < 200, "it is never too slow");
        say_much(&house, &ada, said).await;
        let told = quick.first("HITL_MESSAGE").await;
        assert_eq!(told["message"]["text"], said.to_string());
        said += 1;
    }

    assert_eq!(slow.end().await, Came::Closed(4008));
    say_much(&house, &ada, said).await;
    quick.first("HITL_MESSAGE").await;
}

async fn is_too_slow(house: &House) -> bool {
    let bearer = format!("Bearer {TOKEN}");
    let text = house.get("/metrics").header("authorization", &bearer).send().await.text();
    text.contains(r#"countersign_live_closed_total{reason="too_slow"} 1"#)
}

/// Something that takes much room on the line.
async fn say_much(house: &House, by: &Person, number: usize) {
    let props = json!({"v": "x".repeat(200_000)});
    let body = json!({"text": number.to_string(), "props": props}).to_string();
    let said = house.post("/api/hitl/sessions/s/messages").by(by).json(body).await;
    assert_eq!(said.status, 201, "{}", said.text());
}

#[tokio::test]
async fn one_person_has_ten_connections_and_the_next_is_refused() {
    let house = House::open().await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let bob = house.person(&ada, "Bob", Role::Viewer).await;
    let mut clients = Vec::new();
    for _ in 0..9 {
        clients.push(Client::of(address, &ada).await);
    }
    let events = house.get("/api/hitl/events").by(&ada).open().await;
    assert_eq!(events.status(), 200);

    let headers = [("cookie", ada.cookie.as_str()), ("origin", super::client::ORIGIN)];
    assert_eq!(Client::with(address, &headers).await.err(), Some(429));
    house.get("/api/hitl/events").by(&ada).send().await.problem(429);
    Client::of(address, &bob).await;
    drop(events);
    Client::of(address, &ada).await;
}

#[tokio::test]
async fn connections_are_counted() {
    let house = House::with(&[("COUNTERSIGN_METRICS_TOKEN", TOKEN)]).await;
    let (ada, address) = (house.admin().await, house.listen().await);
    let client = Client::following(address, &ada, json!({"scope": "inbox"})).await;
    let _events = house.get("/api/hitl/events").by(&ada).open().await;
    let bearer = format!("Bearer {TOKEN}");
    let text = async || house.get("/metrics").header("authorization", &bearer).send().await.text();

    let open = text().await;
    for transport in ["websocket", "sse"] {
        let line = format!(r#"countersign_live_connections{{transport="{transport}"}} 1"#);
        assert!(open.contains(&line), "{open}");
    }
    drop(client);
    let gone = r#"countersign_live_connections{transport="websocket"} 0"#;
    while !text().await.contains(gone) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
