//! Sockets that listen.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{SinkExt as _, StreamExt as _};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::{heard::Heard, target::Target};

const AT_A_TIME: usize = 64;
const PATIENCE: Duration = Duration::from_secs(120);

/// Sockets that listen until this is dropped.
pub struct Crowd {
    pub heard: Arc<Heard>,
    sockets: usize,
    _tasks: JoinSet<()>,
}

impl Crowd {
    /// Returns when all of them follow.
    pub async fn open(target: &Target, sockets: usize) -> Self {
        let heard = Arc::<Heard>::default();
        let mut tasks = JoinSet::new();
        let joining = (0..sockets).map(|number| join(target, number, None));
        let mut joining = futures::stream::iter(joining).buffer_unordered(AT_A_TIME);
        while let Some(socket) = joining.next().await {
            tasks.spawn(listen(socket, heard.clone()));
        }
        Self { heard, sockets, _tasks: tasks }
    }

    /// How long it takes from the beginning of this work until the last socket has heard so many events.
    pub async fn after(&self, events: usize, work: impl Future<Output = ()>) -> Duration {
        let last = self.heard.so_many_more(events * self.sockets);
        let begun = Instant::now();
        work.await;
        let Ok(last) = timeout(PATIENCE, last).await else {
            panic!("not all heard of it; {} were hung up on", self.heard.gone());
        };
        last.unwrap() - begun
    }

    /// All come within this time, having seen the feed up to a number; gives how long each took until it followed again.
    pub async fn storm(
        target: &Target,
        sockets: usize,
        seen: i64,
        within: Duration,
    ) -> Vec<Duration> {
        let (done, mut times) = mpsc::unbounded_channel();
        let pause = within / u32::try_from(sockets).unwrap();
        let storm = async {
            let come = |number: usize| {
                let done = done.clone();
                async move {
                    sleep(pause * u32::try_from(number).unwrap()).await;
                    let begun = Instant::now();
                    let socket = join(target, number, Some(seen)).await;
                    done.send((begun.elapsed(), socket)).unwrap();
                }
            };
            futures::future::join_all((0..sockets).map(come)).await;
        };
        storm.await;
        let mut all = Vec::new();
        while let Ok((time, _stays_open)) = times.try_recv() {
            all.push(time);
        }
        all
    }
}

/// Opens a socket; returns when it follows.
async fn join(target: &Target, number: usize, seen: Option<i64>) -> WebSocketStream<TcpStream> {
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .write_buffer_size(4096)
        .max_write_buffer_size(64 * 1024);
    let stream = TcpStream::connect(target.address()).await.unwrap();
    let request = target.upgrade(number);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.unwrap();
    socket.send(Message::text(target.greeting(seen))).await.unwrap();
    loop {
        let frame = timeout(PATIENCE, socket.next()).await.expect("it answers").unwrap().unwrap();
        if frame.to_text().is_ok_and(|text| target.is_answer(text)) {
            return socket;
        }
    }
}

async fn listen(mut socket: WebSocketStream<TcpStream>, heard: Arc<Heard>) {
    while let Some(frame) = socket.next().await {
        if let Ok(Message::Text(text)) = frame {
            heard.hear(&text);
        }
    }
    heard.lose();
}
