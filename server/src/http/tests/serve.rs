use std::{net::SocketAddr, time::Duration};

use axum::extract::ConnectInfo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;
use crate::http::serve::{Patience, serve};

const PATIENCE: Patience = Patience {
    headers: Duration::from_millis(200),
    goodbye: Duration::from_secs(5),
    connections: 3,
};

#[tokio::test]
async fn a_request_is_answered_and_its_sender_is_known() {
    let server = Server::start().await;

    let answer = server.ask("GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;

    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn headers_that_do_not_come_to_an_end_close_the_connection() {
    let server = Server::start().await;

    let answer = server.ask("GET /peer HTTP/1.1\r\nhost: a\r\nx-slow: ").await;

    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_head_beyond_all_bounds_is_refused() {
    let server = Server::start().await;

    let request = format!("GET /peer HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(1_000_000));
    let answer = server.ask(&request).await;

    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_and_the_others_go_on() {
    let server = Server::start().await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        open.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;

    let refused = server.ask("GET /peer HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut first = [0; 15];
    open[0].read_exact(&mut first).await.unwrap();

    assert_eq!(refused, "");
    assert_eq!(&first, b"HTTP/1.1 200 OK");
}

#[tokio::test]
async fn when_the_server_stops_open_requests_are_answered_first() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.at).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;

    server.stop.send(()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    server.task.await.unwrap();

    assert!(answer.ends_with("slow"), "{answer}");
    assert!(TcpStream::connect(server.at).await.is_err());
}

struct Server {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start() -> Self {
        let router = Router::new()
            .route(
                "/peer",
                get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()),
            )
            .route(
                "/slow",
                get(async || {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                    "slow"
                }),
            );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let task = tokio::spawn(serve(listener, router, PATIENCE, stopped));
        Self { at, stop, task }
    }

    /// Sends bytes and reads until the server closes.
    async fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        // The server may close before it has read everything.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let _ = tokio::time::timeout(Duration::from_secs(5), read).await.expect("it closes");
        String::from_utf8(answer).unwrap()
    }
}
