//! Takes connections and keeps slow ones from holding a place.

use std::{convert::Infallible, future::Future, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tower::ServiceExt as _;

/// What the time and number of connections may be.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the headers of a request to arrive; also how long an idle connection is kept.
    pub headers: Duration,
    /// For requests that are being answered when the server stops.
    pub goodbye: Duration,
    /// Connections at once; more are closed.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(10),
            goodbye: Duration::from_secs(5),
            connections: 10_000,
        }
    }
}

/// Bytes of a request's head that are read at all; the limit with an answer is lower.
const HEAD: usize = 64 * 1024;
/// After the system refused a connection: it has no more of something.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets open requests end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            // Closed by being dropped.
            Ok(_) if connections.len() >= patience.connections => {
                tracing::warn!("too many connections; one was closed");
            }
            Ok((stream, peer)) => {
                let (router, stopped) = (router.clone(), stopped.clone());
                connections.spawn(connection(stream, peer, router, patience, stopped));
            }
            Err(error) => {
                tracing::warn!("a connection could not be taken: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    drop(stopped);
    let _ = stopping.send(());
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(patience.goodbye, all).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    patience: Patience,
    mut stopped: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request.map(Body::new));
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.headers)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut conversation = pin!(conversation);
    let ended = tokio::select! {
        ended = conversation.as_mut() => ended,
        _ = stopped.changed() => {
            conversation.as_mut().graceful_shutdown();
            conversation.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended: {error}");
    }
}
