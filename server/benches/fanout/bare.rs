//! The least that tells everybody: a WebSocket server without accounts, storage or cursors. Its buffers are as small as
//! the product's.

use std::net::Ipv4Addr;

use axum::{
    Router,
    extract::{
        State,
        ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::{get, post},
};
use tokio::{net::TcpListener, sync::broadcast};

use crate::process::{self, Process};

const BUFFER: usize = 2048;
const BEHIND: usize = 1024;

type Word = broadcast::Sender<Utf8Bytes>;

pub fn start() -> Process {
    process::own("--serve-bare", None)
}

pub async fn serve() {
    let router = Router::new()
        .route("/api/hitl/ws", get(upgrade))
        .route("/say", post(say))
        .with_state(broadcast::channel(BEHIND).0);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    println!("Ready at http://{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

async fn upgrade(State(word): State<Word>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    upgrade.on_upgrade(move |socket| listen(socket, word))
}

async fn say(State(word): State<Word>, text: String) {
    let _heard_by = word.send(text.into());
}

/// Echoes what the client says, and tells it what is said to all.
async fn listen(mut socket: WebSocket, word: Word) {
    let mut words = word.subscribe();
    loop {
        let frame = tokio::select! {
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return,
            },
            word = words.recv() => word.unwrap(),
        };
        if socket.send(Message::Text(frame)).await.is_err() {
            return;
        }
    }
}
