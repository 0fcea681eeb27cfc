//! A client of the socket, as a browser or a program is one.

use std::{net::SocketAddr, time::Duration};

use domain::audit::EntryKind;
use futures::{SinkExt as _, StreamExt as _};
use http::{HeaderName, HeaderValue, Request};
use serde_json::{Value, json};
use server::ports::{Feed, FeedItem, Told};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

use crate::house::{House, Person};

pub const ORIGIN: &str = "http://127.0.0.1:3000";
const LONGEST: Duration = Duration::from_secs(20);

/// A socket that is open.
pub struct Client(WebSocketStream<TcpStream>);

/// What came.
#[derive(Debug, PartialEq)]
pub enum Came {
    Text(Value),
    /// The connection was ended with this code.
    Closed(u16),
    /// The connection broke off.
    Gone,
}

impl Client {
    /// From one of this site's own pages.
    pub async fn of(address: SocketAddr, person: &Person) -> Self {
        let headers = [("cookie", person.cookie.as_str()), ("origin", ORIGIN)];
        Self::with(address, &headers).await.unwrap()
    }

    pub async fn with_key(address: SocketAddr, secret: &str) -> Self {
        let bearer = format!("Bearer {secret}");
        Self::with(address, &[("authorization", &bearer)]).await.unwrap()
    }

    /// With these headers; the status if the handshake is refused.
    pub async fn with(address: SocketAddr, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::over(stream, address, headers).await
    }

    /// One whose machine takes little at a time.
    pub async fn narrow(address: SocketAddr, person: &Person) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(address).await.unwrap();
        let headers = [("cookie", person.cookie.as_str()), ("origin", ORIGIN)];
        Self::over(stream, address, &headers).await.unwrap()
    }

    async fn over(
        stream: TcpStream,
        address: SocketAddr,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let url = format!("ws://{address}/api/hitl/ws");
        let mut request: Request<()> = url.into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
        }
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Who has subscribed and caught up; what came before is dropped.
    pub async fn following(address: SocketAddr, person: &Person, subscribe: Value) -> Self {
        let mut client = Self::of(address, person).await;
        client.subscribe(subscribe).await;
        client
    }

    /// Subscribes, and gives what came until it was acknowledged.
    pub async fn subscribe(&mut self, mut subscribe: Value) -> Vec<Value> {
        subscribe["type"] = json!("HITL_SUBSCRIBE");
        subscribe["id"] = json!("subscribe");
        self.say(&subscribe).await;
        let mut before = self.until(|message| message["id"] == "subscribe").await;
        let ack = before.pop().unwrap();
        assert_eq!(ack["ok"], true, "{ack}");
        before.push(ack);
        before
    }

    pub async fn say(&mut self, message: &Value) {
        self.text(message.to_string()).await;
    }

    pub async fn text(&mut self, text: impl Into<String>) {
        self.send(Message::text(text.into())).await;
    }

    pub async fn send(&mut self, message: Message) {
        // The other side may have gone.
        let _ = self.0.send(message).await;
    }

    /// The next text, or how it ended.
    pub async fn next(&mut self) -> Came {
        loop {
            let came = timeout(LONGEST, self.0.next()).await.expect("nothing came");
            return match came {
                Some(Ok(Message::Text(text))) => Came::Text(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => Came::Closed(frame.code.into()),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Came::Gone,
            };
        }
    }

    pub async fn message(&mut self) -> Value {
        match self.next().await {
            Came::Text(message) => message,
            ended => panic!("it ended: {ended:?}"),
        }
    }

    /// All messages up to the first that fits.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            seen.push(self.message().await);
            if fits(seen.last().unwrap()) {
                return seen;
            }
        }
    }

    /// The first message of this type from here on.
    pub async fn first(&mut self, name: &str) -> Value {
        self.until(|message| message["type"] == name).await.pop().unwrap()
    }

    /// The answer to a message.
    pub async fn ask(&mut self, message: Value) -> Value {
        self.say(&message).await;
        self.until(|answer| answer["id"] == message["id"]).await.pop().unwrap()
    }

    /// Reads on to the end.
    pub async fn end(&mut self) -> Came {
        loop {
            match self.next().await {
                Came::Text(_) => {}
                ended => return ended,
            }
        }
    }
}

/// Waits for a run's ticket, and gives its id. The feed tells of it by then: whoever subscribes sooner may hear of it
/// twice, in the snapshot and as news.
pub async fn ticket(house: &House, by: &Person, run: &str) -> String {
    let ticket = house.ticket(by, run, "payload_review").await;
    let feed = house.parts.doors.bridge.feed.as_ref();
    timeout(LONGEST, told_of_a_ticket(feed, run)).await.expect("the feed doesn't tell of it");
    ticket["approval_id"].as_str().unwrap().to_owned()
}

async fn told_of_a_ticket(feed: &dyn Feed, run: &str) {
    let tells = |item: &FeedItem| match &item.what {
        Told::Happened(entry) => {
            entry.run.to_string() == run && entry.entry.kind == EntryKind::TicketOpened
        }
        Told::Said(_) => false,
    };
    while !feed.feed(0, 1000).await.unwrap().iter().any(tells) {
        sleep(Duration::from_millis(10)).await;
    }
}

/// The numbers of the messages that have one.
pub fn numbers(messages: &[Value]) -> Vec<i64> {
    messages
        .iter()
        .filter(|message| message["type"] != "HITL_SNAPSHOT")
        .filter_map(|message| message["seq"].as_i64())
        .collect()
}
