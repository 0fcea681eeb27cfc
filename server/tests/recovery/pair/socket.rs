//! A socket of one of the two.

use std::{
    net::TcpStream,
    sync::PoisonError,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message, WebSocket, client, http::Uri};

use super::Pair;

const LONGEST: Duration = Duration::from_secs(20);

/// Follows the inbox.
pub struct Socket(WebSocket<TcpStream>);

impl Socket {
    pub fn of(pair: &Pair, side: usize) -> Self {
        let address = pair.servers[side].lock().unwrap_or_else(PoisonError::into_inner).address;
        let uri: Uri = format!("ws://{address}/api/hitl/ws").parse().unwrap();
        let request = ClientRequestBuilder::new(uri)
            .with_header("Cookie", &pair.cookie)
            .with_header("Origin", format!("http://{address}"));
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        let mut socket = Self(client(request, stream).unwrap().0);
        let subscribed = socket.ask(json!({"type": "HITL_SUBSCRIBE", "scope": "inbox"}));
        assert_eq!(subscribed["ok"], true, "{subscribed}");
        socket
    }

    /// Says something, and waits for the answer.
    pub fn ask(&mut self, mut message: Value) -> Value {
        message["id"] = json!("1");
        self.0.send(Message::text(message.to_string())).unwrap();
        self.until(|message| message["type"] == "HITL_ACK").0
    }

    /// The next message of this kind, and how long it took.
    pub fn until(&mut self, fits: impl Fn(&Value) -> bool) -> (Value, Duration) {
        let begun = Instant::now();
        loop {
            if let Message::Text(text) = self.0.read().unwrap() {
                let message: Value = serde_json::from_str(&text).unwrap();
                if fits(&message) {
                    return (message, begun.elapsed());
                }
            }
            assert!(begun.elapsed() < LONGEST, "it never comes");
        }
    }
}
